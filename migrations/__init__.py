"""Alembic's folder: only forward, additive; expand, then contract, because old phones stay in the field."""
