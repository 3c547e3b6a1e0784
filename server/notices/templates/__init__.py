"""Message texts as data, one file per template, both languages in each."""
