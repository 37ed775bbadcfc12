"""Batches, and which calls are in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables of batches."""
    op.create_table(
        "batch",
        sa.Column("seq", _KEY, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run_seq", _KEY, nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("call_count", sa.Integer(), nullable=False),
        sa.Column("submitting_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
        sa.ForeignKeyConstraint(["run_seq"], ["run.seq"]),
    )
    op.create_index(op.f("ix_batch_run_seq"), "batch", ["run_seq"])
    op.create_table(
        "batch_call",
        sa.Column("generation_seq", _KEY, nullable=False),
        sa.Column("batch_seq", _KEY, nullable=False),
        sa.PrimaryKeyConstraint("generation_seq"),
        sa.ForeignKeyConstraint(["generation_seq"], ["generation.seq"]),
        sa.ForeignKeyConstraint(["batch_seq"], ["batch.seq"]),
    )
    op.create_index(op.f("ix_batch_call_batch_seq"), "batch_call", ["batch_seq"])
