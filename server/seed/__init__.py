"""The demo company: real-looking data in both languages from a fixed seed, put in by the ordinary commands."""
