"""The tables of a project, columns only.

Hot tables have an integer key (``seq``) and, where something outside refers to them, a
UUIDv7 (``id``). What a call sent and what it answered are kept apart from its row in
``generation``, so that lists and charts read little.

What a person writes, a few rows at a time, are SQLModel's rows: `prompts` and `datasets`. What
calls and runs write or read in masses are SQLAlchemy's own tables, all of them here: a process
that needs no others, such as the call worker, is spared the import of SQLModel, 0.15 s. All are
in one description, which is complete in `whole`; `outlines` has what queries of the hot tables
need of the others.
"""

from __future__ import annotations

from prompt_workbench.storage.tables.batches import BATCH, BATCH_CALL
from prompt_workbench.storage.tables.cases import DATASET_CASE, PLACED_CASE, RUN_CASE
from prompt_workbench.storage.tables.columns import JSON, ONE_OF, WHERE
from prompt_workbench.storage.tables.contents import CONTENT
from prompt_workbench.storage.tables.files import FILE
from prompt_workbench.storage.tables.generations import (
    CACHED_ANSWER,
    FAILED_ATTEMPT,
    GENERATION,
    GENERATION_ANSWER,
    GENERATION_REQUEST,
    SCORE,
    SEARCH_PENDING,
)
from prompt_workbench.storage.tables.projects import CHANGE, PROJECT
from prompt_workbench.storage.tables.rollups import ROLLUP, ROLLUP_BUCKET
from prompt_workbench.storage.tables.runs import RUN, RUN_LEASE, RUN_VARIANT, SUBJECT

__all__ = [
    "BATCH",
    "BATCH_CALL",
    "CACHED_ANSWER",
    "CHANGE",
    "CONTENT",
    "DATASET_CASE",
    "FAILED_ATTEMPT",
    "FILE",
    "GENERATION",
    "GENERATION_ANSWER",
    "GENERATION_REQUEST",
    "JSON",
    "ONE_OF",
    "PLACED_CASE",
    "PROJECT",
    "ROLLUP",
    "ROLLUP_BUCKET",
    "RUN",
    "RUN_CASE",
    "RUN_LEASE",
    "RUN_VARIANT",
    "SCORE",
    "SEARCH_PENDING",
    "SUBJECT",
    "WHERE",
]
