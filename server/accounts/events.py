"""What can have happened to people and their ways in."""

from server.core.events import declare

USER_ADDED = declare("user.added", "A user was added.")
USER_CHANGED = declare("user.changed", "A user's name, roles, team, language or phone changed.")
USER_DISABLED = declare("user.disabled", "A user was switched off; his sessions ended.")
USER_ENABLED = declare("user.enabled", "A user was switched on again.")
PASSWORD_CHANGED = declare("user.password_changed", "A user's password was changed; other sessions ended.")
ROLE_ADDED = declare("role.added", "A role was added.")
ROLE_CHANGED = declare("role.changed", "A role's grants, scope or field grants changed.")
DEVICE_REGISTERED = declare("device.registered", "A client said hello for the first time.")
DEVICE_REVOKED = declare("device.revoked", "A client was shut out; it wipes itself after handing in unsent work.")
LOGGED_IN = declare("user.logged_in", "A user logged in on a device.")
TOKEN_ISSUED = declare("api_token.issued", "A program was given a token.")
TOKEN_REVOKED = declare("api_token.revoked", "A program's token was revoked.")
SAVED_VIEW_SET = declare("saved_view.set", "A view of a list was kept or changed.")
SAVED_VIEW_REMOVED = declare("saved_view.removed", "A view of a list was taken away.")
