"""What calls were about, under the names that their prompts have now."""

from __future__ import annotations

from sqlalchemy import FromClause, Join, func

from prompt_workbench.storage.tables import SUBJECT
from prompt_workbench.storage.tables.outlines import PROMPT, PROMPT_VERSION

prompt_name = func.coalesce(PROMPT.c.name, SUBJECT.c.prompt_name)
"""The name of the prompt, or what it was called by a run without a version of one."""


def named(joined: FromClause) -> Join:
    """Return subjects joined with the prompts that they are versions of."""
    versions = joined.outerjoin(PROMPT_VERSION, PROMPT_VERSION.c.id == SUBJECT.c.version_id)
    return versions.outerjoin(PROMPT, PROMPT.c.id == PROMPT_VERSION.c.prompt_id)
