"""What can have happened to messages."""

from server.core.events import declare

CREATED = declare("notice.created", "A message to someone was put together.")
SETTLED = declare("notice.settled", "A channel accepted a message, or refused it for good.")
PASSED_ON = declare("notice.passed_on", "One channel would not do; the message goes by the next one.")
UNCLEAR = declare("notice.unclear", "It is not known whether a message left; it is not sent again by itself.")
RECEIVED = declare("notice.received", "The message, or what it is about, has reached its recipient.")
NOT_REACHED = declare(
    "notice.not_reached", "Every channel was tried and the recipient's phone has not fetched the job."
)
WITHDRAWN = declare("notice.withdrawn", "A message was not needed any more before it left.")
ERASED = declare("notice.erased", "A message was emptied because its recipient was erased.")
