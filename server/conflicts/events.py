"""What can have happened to clashes and parked mutations."""

from server.core.events import declare

RAISED = declare("conflict.raised", "A phone and the office entered different values for one field.")
REPLACED = declare("conflict.replaced", "The same phone sent a later value for a field that already clashes.")
RESOLVED = declare("conflict.resolved", "Someone chose which value is right.")
ERASED = declare("conflict.erased", "A clash was emptied because the person it was about was erased.")
