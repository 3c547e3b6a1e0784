"""What can have happened on a customer's page."""

from server.core.events import declare

RATED = declare("survey.answered", "A customer said how the work was.")
CHANGED = declare("survey.changed", "A customer changed his mind about how the work was.")
ERASED = declare("survey.erased", "What a customer wrote was emptied because he was erased.")
