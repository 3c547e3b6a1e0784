"""Reads of the journal: timelines and the check of the chain."""
