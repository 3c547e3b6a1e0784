"""The only place that hands commands, offline collections, actor and session to sync and media. Nothing below imports it."""
