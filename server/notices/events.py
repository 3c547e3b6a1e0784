"""What can have happened to messages."""

from server.core.events import declare

CREATED = declare("notice.created", "A message to someone was put together.")
SETTLED = declare("notice.settled", "A channel accepted a message, or refused it for good.")
WITHDRAWN = declare("notice.withdrawn", "A message was not needed any more before it left.")
ERASED = declare("notice.erased", "A message was emptied because its recipient was erased.")
