"""Flows that come with the product, as data."""
