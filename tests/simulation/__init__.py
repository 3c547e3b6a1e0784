"""Seeded whole-system runs: the real client core under node against the real server."""
