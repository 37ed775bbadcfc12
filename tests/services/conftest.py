"""A real project in a temporary folder, with all services on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.projects import register

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.changes import ChangeSet
from prompt_workbench.domain.comparisons import ComparisonSpec, Run
from prompt_workbench.domain.datasets import Case, DatasetVersion
from prompt_workbench.domain.prompts import PromptVersion, text_prompt
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.services.base import Done
from prompt_workbench.services.workbench import Workbench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Workbench]:
    workbench = await wired_projects().create(tmp_path / "project.pwb")
    yield workbench
    await workbench.close()


@pytest.fixture
def heard(bench: Workbench) -> list[ChangeSet]:
    """Return the changes that were announced so far; the list grows."""
    changes: list[ChangeSet] = []
    bench.subscribe(changes.append)
    return changes


@pytest.fixture
async def version(bench: Workbench) -> PromptVersion:
    """Return the first version of a prompt named reply."""
    return (await bench.prompts.create("reply", text_prompt("Answer {{mail}}"))).value


@pytest.fixture
async def reviews(bench: Workbench) -> DatasetVersion:
    """Return the first version of a dataset named reviews."""
    cases = [
        Case(inputs={"mail": f"mail {number}"}, expected_output=f"Answer mail {number}")
        for number in range(4)
    ]
    return (await bench.datasets.create("reviews", cases)).value


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    """Return a fake provider whose models are ``fake/…``; it answers with what it was asked."""
    async with FakeProvider() as provider:
        register(provider.base_url)
        yield provider


async def ran(bench: Workbench, spec: ComparisonSpec) -> Run:
    """Run a comparison to its end."""
    run = (await bench.comparisons.create(spec)).value
    await bench.comparisons.start(run.id)
    return await bench.comparisons.finished(run.id)


async def undone(done: Done[Any]) -> Done[Any]:
    """Take a write back, and return what would do it again."""
    assert done.undo is not None
    assert done.undo.title
    return await done.undo.apply()
