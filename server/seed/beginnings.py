"""What every new company begins with, demo or not: the usual roles and three kinds of work. All of it is data to be changed."""

from __future__ import annotations

from server.core import commands
from server.core.acts import Act
from server.core.ids import new_id
from server.seed.roles import STARTING

WORK_TYPES: dict[str, tuple[dict[str, str], int, str]] = {
    "repair": ({"en": "Repair", "zh-CN": "维修"}, 120, "P2"),
    "maintenance": ({"en": "Maintenance", "zh-CN": "保养"}, 90, "P3"),
    "installation": ({"en": "Installation", "zh-CN": "安装调试"}, 240, "P3"),
}


def put_in(act: Act) -> None:
    """The roles but the administrator's, which the first page makes, and the kinds of work."""
    for key, role in STARTING.items():
        if key != "manager":
            commands.run("role.add", act, new_id(), dict(role))
    for name, minutes, priority in WORK_TYPES.values():
        args = {"name": dict(name), "duration_minutes": minutes, "priority": priority}
        commands.run("work_type.add", act, new_id(), args)
