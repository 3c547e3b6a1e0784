"""How large files and their parts may be."""

PIECE_BYTES = 4096
MOST_PART_BYTES = 1 << 20
MOST_UNFINISHED = 20
MOST_BLOB_BYTES = 200_000_000
