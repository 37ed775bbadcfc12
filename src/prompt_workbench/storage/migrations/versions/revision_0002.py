"""Drafts of datasets: edits that are not saved as a version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of drafts."""
    op.create_table(
        "dataset_draft",
        sa.Column("dataset_id", sa.String(), nullable=False),
        sa.Column("base_id", sa.String(), nullable=False),
        sa.Column("edits", sa.String(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("dataset_id"),
        sa.ForeignKeyConstraint(["base_id"], ["dataset_version.id"]),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"]),
    )
