"""The roles a new company starts with. Data: Mei changes them, and no code knows them by name."""

from __future__ import annotations

from typing import Any

READ = {"*": "read"}
EVERYTHING_READ: dict[str, Any] = {
    entity: dict(READ)
    for entity in (
        "organisation", "region", "team", "user", "role", "device", "engineer_profile", "customer", "contact", "site", "product_line",
        "product", "asset", "work_type", "work_order", "visit", "comment", "attachment", "notice", "conflict", "parked", "order_card",
        "form_template", "form_version", "form_choice", "submission", "survey", "skill", "absence",
        "contract", "asset_history",
    )
}  # fmt: skip

ENGINEER: dict[str, Any] = {
    "name": {"en": "Engineer", "zh-CN": "工程师"},
    "scope": "own",
    "grants": [
        "screen.engineer", "visit.accept", "visit.decline", "visit.travel", "visit.arrive", "visit.pause", "visit.resume",
        "visit.complete", "visit.cannot_complete", "visit.revert", "visit.edit", "comment.add", "attachment.add", "attachment.edit",
        "site.edit", "contact.edit", "work_order.edit", "work_order.take_on", "conflict.resolve", "work_order.read", "submission.save", "asset.add",
    ],
    "field_grants": {
        **{entity: dict(READ) for entity in ("customer", "asset", "product", "product_line", "work_type", "comment",
                                             "conflict", "parked", "user", "organisation", "form_template", "form_version", "form_choice",
                                             "submission", "contract", "asset_history")},
        # what a quote or contract is worth is no business of the phone
        "work_order": {"*": "read", "amount_minor": "none", "currency": "none", "cause_code": "write", "remedy_code": "write",
                       "asset_id": "write"},
        "visit": {"*": "read", "findings": "write"},
        "attachment": {"*": "read", "tag": "write"},
        "site": {"*": "read", "access_notes": "write", "phone": "write"},
        "contact": {"*": "read", "phone": "write", "name": "write", "title": "write"},
    },
}  # fmt: skip
DISPATCHER: dict[str, Any] = {
    "name": {"en": "Dispatcher", "zh-CN": "派工员"},
    "scope": "all",
    "grants": [
        "screen.board", "work_order.*", "visit.*", "comment.add", "attachment.add", "attachment.edit", "customer.*", "contact.*", "site.*",
        "asset.read", "asset.add", "contract.*",
        "engineer.read", "conflict.*", "parked.*", "notice.read", "device.revoke", "absence.*", "saved_view.*",
    ],
    "field_grants": EVERYTHING_READ | {
        entity: {"*": "write"} for entity in ("work_order", "visit", "customer", "contact", "site", "comment", "contract")
    } | {"attachment": {"*": "read", "tag": "write"}},
}  # fmt: skip
SUPERVISOR: dict[str, Any] = {
    "name": {"en": "Team supervisor", "zh-CN": "组长"},
    "scope": "team",
    "grants": [
        "screen.engineer",
        "screen.board",
        "work_order.read",
        "engineer.read",
        "comment.add",
        "conflict.read",
        "parked.read",
        "saved_view.set",
    ],
    "field_grants": EVERYTHING_READ,
}
MANAGER: dict[str, Any] = {
    "name": {"en": "Business manager", "zh-CN": "业务经理"},
    "scope": "all",
    "grants": ["*"],
    "field_grants": {},
}
STARTING = {"engineer": ENGINEER, "dispatcher": DISPATCHER, "supervisor": SUPERVISOR, "manager": MANAGER}
