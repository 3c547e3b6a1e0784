"""What a form was computed from"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("submission", schema=None) as batch:
        batch.add_column(sa.Column("inputs", JSON, nullable=False, server_default="{}"))
        batch.add_column(sa.Column("is_computed_otherwise", sa.Boolean(), nullable=False, server_default=sa.false()))
