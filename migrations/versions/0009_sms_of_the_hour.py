"""SMS of the hour by number, sweeps"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sms_number',
    sa.Column('number_sha', sa.String(length=64), nullable=False),
    sa.Column('sent_at', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('number_sha', name=op.f('pk_sms_number'))
    )
    with op.batch_alter_table('notice_attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_attempt_at'), ['at'], unique=False)
