"""Contracts of devices, their past on the phone, and the right to take on a job that nobody planned"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')
READ = {"*": "read"}


def upgrade() -> None:
    op.create_table('contract',
    sa.Column('asset_id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('number', sa.String(length=60), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('coverage', sa.Text(), nullable=True),
    sa.Column('id', sa.Uuid(as_uuid=False), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deleted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('custom', sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql'), server_default='{}', nullable=False),
    sa.CheckConstraint("kind in ('warranty', 'service')", name=op.f('ck_contract_kind')),
    sa.ForeignKeyConstraint(['asset_id'], ['asset.id'], name=op.f('fk_contract_asset_id_asset')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract'))
    )
    with op.batch_alter_table('contract', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_contract_asset_id'), ['asset_id'], unique=False)
    _history_beside_assets()
    _grants()


def _history_beside_assets() -> None:
    """Wherever a device is held its past is held too: the same edges, and one new number for each row of the feed."""
    connection = op.get_bind()
    head = sa.table("head", sa.column("id", sa.Integer), sa.column("seq", sa.BigInteger))
    # whoever commits meanwhile waits, as for any commit; SQLite has its write lock
    seq = connection.execute(sa.select(head.c.seq).where(head.c.id == 1).with_for_update()).scalar_one_or_none()
    connection.execute(sa.text(
        "INSERT INTO scope_edge (root_entity, root_id, channel, entity, entity_id)"
        " SELECT root_entity, root_id, channel, 'asset_history', entity_id FROM scope_edge WHERE entity = 'asset'"
    ))
    uid = sa.Uuid(as_uuid=False)
    feed = sa.table(
        "feed", sa.column("channel", sa.String), sa.column("entity", sa.String), sa.column("entity_id", uid),
        sa.column("seq", sa.BigInteger), sa.column("op", sa.String), sa.column("why", sa.String),
    )
    held = sa.select(feed.c.channel, feed.c.entity_id).where(feed.c.entity == "asset", feed.c.op == "upsert")
    places = connection.execute(held.order_by(feed.c.entity_id, feed.c.channel)).all()
    if not places or seq is None:  # the head's row comes with the first start: without it nothing was ever fed
        return
    numbers = {one: seq + at for at, one in enumerate(dict.fromkeys(row.entity_id for row in places), start=1)}
    connection.execute(sa.insert(feed), [
        {"channel": row.channel, "entity": "asset_history", "entity_id": row.entity_id, "seq": numbers[row.entity_id],
         "op": "upsert", "why": None}
        for row in places
    ])
    connection.execute(sa.update(head).where(head.c.id == 1).values(seq=head.c.seq + len(numbers)))


def _grants() -> None:
    """Roles are data and may have been changed: who may see a device sees what covers it and its past, who accepts visits on a phone
    may take one on himself, who runs orders runs contracts, who adds photos may say of which moment they are."""
    role = sa.table(
        "role", sa.column("id", sa.Uuid(as_uuid=False)), sa.column("version", sa.Integer), sa.column("grants", JSON),
        sa.column("field_grants", JSON),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(role)).all():
        grants, fields = _widened(list(row.grants), dict(row.field_grants))
        if grants != row.grants or fields != row.field_grants:
            changed = sa.update(role).where(role.c.id == row.id)
            connection.execute(changed.values(grants=grants, field_grants=fields, version=row.version + 1))


def _has(grants: list[str], *wanted: str) -> bool:
    """Whether all of them are granted, as the policy reads it: `visit.*` grants visit.accept, and `*` grants all."""
    return all(not {"*", one, one.split(".", maxsplit=1)[0] + ".*"}.isdisjoint(grants) for one in wanted)


def _widened(grants: list[str], fields: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    if "*" in grants:
        return grants, fields
    sees_assets = fields.get("asset", {}).get("*", "none") != "none"
    learnt: list[str] = []
    if _has(grants, "screen.engineer", "visit.accept"):
        learnt.append("work_order.take_on")
    if _has(grants, "work_order.*", "asset.add") and sees_assets:
        learnt.append("contract.*")
        fields = {"contract": {"*": "write"}, **fields}
    if _has(grants, "attachment.add"):  # who adds a photo says whether it was before or after
        learnt.append("attachment.edit")
        photos = fields.get("attachment", {})
        sees_photos = any(one != "none" for one in photos.values())
        if sees_photos and "tag" not in photos and photos.get("*") != "write":
            fields = {**fields, "attachment": {**photos, "tag": "write"}}
    if sees_assets:
        fields = {"contract": READ, "asset_history": READ, **fields}
    return [*grants, *(one for one in learnt if not _has(grants, one))], fields
