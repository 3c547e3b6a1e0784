"""Files that belong to records. Not: their bytes (media)."""
