"""What can have happened to files."""

from server.core.events import declare

ADDED = declare("attachment.added", "A file was attached; its bytes may still be on the way.")
EDITED = declare("attachment.edited", "What is said of a file was changed: before or after.")
READY = declare("attachment.ready", "All bytes of a file have arrived and fit its hash.")
INSPECTED = declare("attachment.inspected", "A picture was inspected; what screens and customers see of it is made.")
REOPENED = declare("attachment.reopened", "A refused picture is looked at again: this server can read its kind now.")
REFUSED = declare(
    "attachment.refused", "What was attached as a picture is none that may be shown; its sender keeps it."
)
