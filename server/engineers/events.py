"""What can have happened to what is known of engineers."""

from server.core.events import declare

PROFILE_SET = declare("engineer.profile_set", "Home point, skills, shifts or whether he can be sent changed.")
SKILL_ADDED = declare("skill.added", "Something that work may ask for was added.")
ABSENCE_ADDED = declare("absence.added", "An engineer is away for a time.")
ABSENCE_REMOVED = declare("absence.removed", "An engineer is not away after all.")
