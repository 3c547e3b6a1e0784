"""Every table of Callout on the one metadata: for migrations and tests."""

from server.accounts import models as accounts
from server.assets import models as assets
from server.attachments import models as attachments
from server.conflicts import models as conflicts
from server.core import tables as core
from server.customers import models as customers
from server.engineers import models as engineers
from server.forms import models as forms
from server.notices import models as notices
from server.organisation import models as organisation
from server.portal import models as portal
from server.wiring import doors, sync_host
from server.work_orders import models as work_orders

__all__ = [
    "accounts", "assets", "attachments", "conflicts", "core", "customers", "doors", "engineers", "forms", "notices", "organisation", "portal",
    "sync_host", "work_orders",
]  # fmt: skip
