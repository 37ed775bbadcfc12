"""Edits are stored once, dropped when they are obsolete, and never before they were read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import qasync
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from tests.support.screen import finish, until

from prompt_workbench.domain.case_edits import CaseEdits, DatasetDraft
from prompt_workbench.domain.datasets import Case, DatasetVersion
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.datasets.draft_keeper import DraftKeeper

NOW = datetime(2026, 3, 4, tzinfo=UTC)
EDITS = CaseEdits(base_count=2).adding(Case(inputs={"a": "b"}))
MORE = EDITS.removing([0])


def version(dataset_id: str) -> DatasetVersion:
    return DatasetVersion(
        id=f"{dataset_id}1",
        dataset_id=dataset_id,
        number=1,
        content_hash="",
        case_count=2,
        columns=("a",),
        created_at=NOW,
    )


class Stored:
    """A project that has one draft, and notes what is asked of it."""

    def __init__(self) -> None:
        self.edits = {"old": EDITS}
        self.writes: list[str] = []

    async def drafts(self) -> tuple[DatasetDraft, ...]:
        return tuple(
            DatasetDraft(base=version(name), edits=edits, updated_at=NOW)
            for name, edits in self.edits.items()
        )

    async def save_draft(self, base: DatasetVersion, edits: CaseEdits) -> None:
        self.writes.append(f"save {base.dataset_id}")
        self.edits[base.dataset_id] = edits

    async def discard_draft(self, dataset_id: str) -> None:
        self.writes.append(f"discard {dataset_id}")
        self.edits.pop(dataset_id, None)


@pytest.fixture
def owner(qapp: QApplication) -> Iterator[QObject]:
    made = QObject(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def stored() -> Stored:
    return Stored()


@pytest.fixture
def newest() -> dict[str, tuple[DatasetVersion, CaseEdits]]:
    return {}


@pytest.fixture
def keeper(stored, newest, owner) -> DraftKeeper:
    tasks = TaskScope(owner, on_error=pytest.fail)
    return DraftKeeper(stored, tasks, lambda: dict(newest), owner)  # type: ignore[arg-type]


def test_what_was_not_read_yet_is_not_taken_for_obsolete(
    loop: qasync.QEventLoop, keeper: DraftKeeper, stored: Stored
) -> None:
    finish(loop, keeper.keep())
    assert stored.edits == {"old": EDITS}
    assert [draft.edits for draft in finish(loop, keeper.restore())] == [EDITS]
    assert finish(loop, keeper.restore()) == ()


def test_only_what_is_new_is_stored(
    loop: qasync.QEventLoop, keeper: DraftKeeper, stored: Stored, newest
) -> None:
    (draft,) = finish(loop, keeper.restore())
    newest["old"] = (draft.base, draft.edits)
    finish(loop, keeper.keep())
    assert stored.writes == []
    newest["new"] = (version("new"), EDITS)
    newest["old"] = (draft.base, MORE)
    finish(loop, keeper.keep())
    finish(loop, keeper.keep())
    assert sorted(stored.writes) == ["save new", "save old"]
    assert stored.edits == {"old": MORE, "new": EDITS}


def test_edits_that_are_settled_leave_no_draft(
    loop: qasync.QEventLoop, keeper: DraftKeeper, stored: Stored
) -> None:
    finish(loop, keeper.restore())
    keeper.settled()
    until(loop, lambda: stored.edits == {})


def test_it_tells_until_when_something_is_not_stored(
    loop: qasync.QEventLoop, keeper: DraftKeeper, stored: Stored, newest
) -> None:
    told: list[bool] = []
    keeper.saving_changed.connect(told.append)
    finish(loop, keeper.restore())
    newest["new"] = (version("new"), EDITS)
    keeper.touched()
    assert told == [True]
    until(loop, lambda: told == [True, False])
    assert stored.edits == {"new": EDITS}
