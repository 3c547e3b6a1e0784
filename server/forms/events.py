"""What can have happened to forms."""

from server.core.events import declare

TEMPLATE_ADDED = declare("form_template.added", "A form got a name; it has no version yet.")
VERSION_PUBLISHED = declare(
    "form_version.published", "A version of a form was published; new jobs are filled in by it."
)
VERSION_SUPERSEDED = declare("form_version.superseded", "A newer version took its place; what was begun on it goes on.")
CHOICE_ADDED = declare("form_choice.added", "A row of the table that chooses forms was added.")
CHOICE_REMOVED = declare("form_choice.removed", "A row of the table that chooses forms was taken out.")
SAVED = declare("submission.saved", "Answers to a form were handed in before it was finished.")
FINISHED = declare("submission.finished", "A form was finished: every rule of its version holds.")
