"""The business of Callout: features on floors, imports go down only (tests/test_floors.py)."""
