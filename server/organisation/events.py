"""What can have happened to the company's own structure."""

from server.core.events import declare

FOUNDED = declare("organisation.founded", "The server was given its company.")
CHANGED = declare("organisation.changed", "Name, zone, language or phone of the company changed.")
REGION_ADDED = declare("region.added", "A region was added.")
TEAM_ADDED = declare("team.added", "A team was added.")
