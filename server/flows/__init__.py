"""Flows as data: this step holds the default flow's status table and applies it."""
