"""Where bytes lie. Every storage passes one contract test."""
