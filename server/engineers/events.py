"""What can have happened to what is known of an engineer."""

from server.core.events import declare

PROFILE_SET = declare("engineer.profile_set", "Home point or whether he can be sent changed.")
