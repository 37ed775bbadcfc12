"""The tables of a project, columns only.

Hot tables have an integer key (``seq``) and, where something outside refers to them, a
UUIDv7 (``id``). What a call sent and what it answered are kept apart from its row in
``generation``, so that lists and charts read little.

They are SQLAlchemy's own tables, without classes mapped to them: no row is read or written
as an object, and a mapped class for each table costs every process 0.2 s of its start.
"""

from __future__ import annotations

from prompt_workbench.storage.tables.columns import JSON, METADATA, ONE_OF, WHERE
from prompt_workbench.storage.tables.datasets import (
    DATASET,
    DATASET_CASE,
    DATASET_DRAFT,
    DATASET_VERSION,
    PLACED_CASE,
)
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
from prompt_workbench.storage.tables.prompts import (
    BRANCH,
    CONTENT,
    DRAFT,
    LABEL_MOVE,
    PROMPT,
    PROMPT_VERSION,
)
from prompt_workbench.storage.tables.rollups import ROLLUP, ROLLUP_BUCKET
from prompt_workbench.storage.tables.runs import RUN, RUN_CASE, RUN_LEASE, RUN_VARIANT, SUBJECT

__all__ = [
    "BRANCH",
    "CACHED_ANSWER",
    "CHANGE",
    "CONTENT",
    "DATASET",
    "DATASET_CASE",
    "DATASET_DRAFT",
    "DATASET_VERSION",
    "DRAFT",
    "FAILED_ATTEMPT",
    "FILE",
    "GENERATION",
    "GENERATION_ANSWER",
    "GENERATION_REQUEST",
    "JSON",
    "LABEL_MOVE",
    "METADATA",
    "ONE_OF",
    "PLACED_CASE",
    "PROJECT",
    "PROMPT",
    "PROMPT_VERSION",
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
