"""Messages to people: what, to whom, by which channel, and what became of it."""
