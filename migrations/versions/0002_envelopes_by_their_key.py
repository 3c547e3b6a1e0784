"""Envelopes are found by the key they were sealed for; those that another server's key closed are tried again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('intake', schema=None) as batch_op:
        batch_op.add_column(sa.Column('key_id', sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f('ix_intake_state'), ['state'], unique=False)
    # with a key per data folder each of several servers marked the others' envelopes as failed
    op.execute(
        "UPDATE intake SET state = 'stored', fault = NULL WHERE state = 'failed' "
        "AND fault = 'the key of this envelope does not open with the server''s key'"
    )
