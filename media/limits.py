"""How large files and their parts may be."""

MOST_PART_BYTES = 1 << 20
MOST_UNFINISHED = 20
MOST_BLOB_BYTES = 200_000_000
