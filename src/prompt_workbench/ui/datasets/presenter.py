"""The open dataset: its versions, the one that is shown, and what is edited in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.case_edits import CaseEdits
from prompt_workbench.domain.changes import ChangeSet, Kind, changed
from prompt_workbench.domain.datasets import Case, Dataset, DatasetVersion, PlacedCase
from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.domain.imports import ColumnTarget
from prompt_workbench.services.base import Done, Undo
from prompt_workbench.services.datasets import Datasets
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.datasets import fields
from prompt_workbench.ui.datasets.cases_model import CasesModel
from prompt_workbench.ui.datasets.draft_keeper import DraftKeeper, Unsaved
from prompt_workbench.ui.kit.history import History
from prompt_workbench.ui.kit.paged_model import Fetch

_REFRESH_MS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDataset:
    """A dataset with its versions, newest first."""

    dataset: Dataset
    versions: tuple[DatasetVersion, ...]
    shown: DatasetVersion

    @property
    def is_newest(self) -> bool:
        """Whether the newest version is shown: the only one that is edited."""
        return self.shown.id == self.versions[0].id


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Edits that are not saved, with the version they are made on."""

    base: DatasetVersion
    edits: CaseEdits
    steps: tuple[Undo, ...] = ()
    """How each edit is taken back; of no use once the edits are saved or discarded."""


class DatasetPresenter(QObject):
    """Holds the open dataset and turns intents into service calls."""

    opened = Signal()
    """Another dataset or version is shown."""
    described = Signal()
    """Its name or its versions changed."""
    edits_changed = Signal()
    refused = Signal(object)
    """An error: what was typed is not accepted."""
    closed = Signal()
    saved = Signal(object)
    saving_changed = Signal(bool)

    def __init__(
        self, datasets: Datasets, history: History, tasks: TaskScope, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._datasets = datasets
        self._history = history
        self._tasks = tasks
        self._opening = Latest(tasks)
        self._drafts: dict[str, Draft] = {}
        self._keeper = DraftKeeper(datasets, tasks, self._unsaved, self)
        self._keeper.saving_changed.connect(self.saving_changed)
        self._refresh_soon = delayed(self, _REFRESH_MS, self._refresh)
        self._asked = ("", "")
        """The dataset and the version that were asked for last."""
        self.state: OpenDataset | None = None
        self.model = CasesModel(tasks, self.edit, parent=self)

    @property
    def edits(self) -> CaseEdits:
        """What is edited on the version that is shown."""
        state = self.state
        if state is None:
            return CaseEdits(base_count=0)
        draft = self._drafts.get(state.dataset.id)
        if draft is not None and draft.base.id == state.shown.id:
            return draft.edits
        return CaseEdits(base_count=state.shown.case_count)

    @property
    def is_edited(self) -> bool:
        """Whether there is something to save."""
        return not self.edits.is_empty

    @property
    def can_edit(self) -> bool:
        """Whether the version that is shown can be edited."""
        return self.state is not None and self.state.is_newest

    def unsaved(self) -> frozenset[str]:
        """Return the ids of the datasets that have edits."""
        return frozenset(self._unsaved())

    def open(self, dataset_id: str, version_id: str = "") -> None:
        """Show a dataset: the version named, else the one that is edited, else the newest."""
        self._asked = (dataset_id, version_id)
        self._opening.start(self._read(dataset_id, version_id), done=self._show)

    def show_version(self, version_id: str) -> None:
        """Show another version of the open dataset."""
        if self.state is not None and version_id != self.state.shown.id:
            newest = self.state.versions[0].id
            self.open(self.state.dataset.id, "" if version_id == newest else version_id)

    def edit(self, position: int, field: ColumnTarget, text: str) -> bool:
        """Take over what was typed into a field of a case; return whether it is accepted."""
        placed = self.model.row(position)
        if placed is None or not self.can_edit:
            return False
        before = fields.value_of(placed.case, field)
        if text == fields.text_of(before):
            return True
        try:
            value = fields.typed(text, field, before)
        except InvalidInputError as error:
            self.refused.emit(error)
            return False
        case = fields.with_value(placed.case, field, value)
        original = self.model.original(position)
        edits = self.edits.changing(position, case, original.case if original else None)
        self._change(edits, f"Edit case {position + 1}")
        return True

    def add_case(self) -> None:
        """Add an empty case at the end."""
        if self.state is not None and self.can_edit:
            case = Case(inputs=dict.fromkeys(self.state.shown.columns, ""))
            self._change(self.edits.adding(case), "Add a case")

    def remove(self, positions: Collection[int]) -> None:
        """Remove cases; they keep their place until the next version is saved."""
        if positions and self.can_edit:
            self._change(self.edits.removing(positions), _counted("Remove", positions))

    def restore(self, positions: Collection[int]) -> None:
        """Take back that cases were removed."""
        if self.edits.removed.intersection(positions):
            self._change(self.edits.restoring(positions), _counted("Restore", positions))

    def add_field(self, field: ColumnTarget) -> None:
        """Show a column for a field that no case has yet."""
        self.model.add_fields([field])

    def discard(self) -> None:
        """Forget the edits."""
        if self.state is not None:
            self._forget(self.state.dataset.id)

    def save(self, message: str) -> None:
        """Store the edited cases as the next version."""
        if self.state is not None and self.is_edited:
            draft = self._drafts[self.state.dataset.id]
            self._tasks.start(self._save(draft, message), done=self._saved)

    def make_newest(self) -> None:
        """Store the cases of the version that is shown as the newest version."""
        if self.state is not None and not self.state.is_newest:
            self._tasks.start(self._return_to(self.state.shown), done=self._saved)

    def export(self, path: str, done: Callable[[Path], object]) -> None:
        """Write the cases of the version that is shown to a file."""
        if self.state is not None:
            ref = f"{self.state.dataset.name}@{self.state.shown.number}"
            self._tasks.start(self._datasets.export(ref, Path(path)), done=done)

    def on_changes(self, changes: ChangeSet) -> None:
        """Look again soon when the open dataset may have changed."""
        if self.state is not None and changes.touches(Kind.DATASET):
            self._refresh_soon.start()

    async def keep_edits(self) -> None:
        """Store what is edited in any dataset as its draft."""
        await self._keeper.keep()

    def _unsaved(self) -> Unsaved:
        return {
            dataset_id: (draft.base, draft.edits)
            for dataset_id, draft in self._drafts.items()
            if not draft.edits.is_empty
        }

    async def _restore(self) -> None:
        """Take up the drafts that the project holds, before anything can be edited."""
        drafts = await self._keeper.restore()
        for draft in drafts:
            self._drafts[draft.base.dataset_id] = Draft(base=draft.base, edits=draft.edits)
        if drafts:
            self.edits_changed.emit()

    async def _read(self, dataset_id: str, version_id: str) -> OpenDataset | None:
        await self._restore()
        try:
            dataset = await self._datasets.get(dataset_id)
        except NotFoundError:
            return None
        versions = await self._datasets.versions(dataset_id)
        if dataset.deleted_at is not None:
            return None
        draft = self._drafts.get(dataset_id)
        wanted = version_id or (draft.base.id if draft and not draft.edits.is_empty else "")
        shown = next((each for each in versions if each.id == wanted), versions[0])
        return OpenDataset(dataset=dataset, versions=versions, shown=shown)

    def _show(self, state: OpenDataset | None) -> None:
        before, self.state = self.state, state
        if state is None:
            self.closed.emit()
        elif before is not None and before.shown.id == state.shown.id:
            self.model.editable = self.can_edit
            self.described.emit()
        else:
            shown = fields.in_order(
                (*map(fields.input_field, state.shown.columns), fields.EXPECTED)
            )
            self.model.show_cases(shown, self._pages(state), self.edits, editable=self.can_edit)
            self.opened.emit()

    def _refresh(self) -> None:
        if self.state is not None:
            self.open(*self._asked)

    def _pages(self, state: OpenDataset) -> Fetch[PlacedCase]:
        size = self.model.block_size

        async def fetch(block: int) -> Sequence[PlacedCase]:
            placed = await self._datasets.cases(state.shown.id, block * size, size)
            if self.state is not None and self.state.shown.id == state.shown.id:
                self.model.add_fields(fields.fields_of(each.case for each in placed))
            return placed

        return fetch

    def _change(self, edits: CaseEdits, title: str) -> None:
        """Show other edits, and let Undo take them back."""
        if self.state is not None:
            done = self._applied(self.state.shown, self.edits, edits, title)
            self._history.record(done)

    def _applied(
        self, base: DatasetVersion, before: CaseEdits, after: CaseEdits, title: str
    ) -> Done[None]:
        async def take_back() -> Done[None]:
            return self._applied(base, after, before, title)

        undo = Undo(title=title, apply=take_back)
        draft = self._drafts.get(base.dataset_id, Draft(base=base, edits=before))
        self._drafts[base.dataset_id] = replace(draft, edits=after, steps=(*draft.steps, undo))
        self._show_edits(base.dataset_id)
        self._keeper.touched()
        return Done(value=None, changes=changed(), undo=undo)

    def _show_edits(self, dataset_id: str) -> None:
        if self.state is not None and self.state.dataset.id == dataset_id:
            self.model.show_edits(self.edits)
        self.edits_changed.emit()

    def _forget(self, dataset_id: str) -> None:
        draft = self._drafts.pop(dataset_id, None)
        if draft is not None:
            self._history.forget(draft.steps)
            self._show_edits(dataset_id)
            self._keeper.settled()

    async def _save(self, draft: Draft, message: str) -> Done[DatasetVersion]:
        base = draft.base
        cases = [placed.case for placed in await self._datasets.cases(base.id)]
        after = draft.edits.applied(cases)
        done = await self._datasets.save_version(base.dataset_id, after, message, base.id)
        self._forget(base.dataset_id)
        return done

    async def _return_to(self, version: DatasetVersion) -> Done[DatasetVersion]:
        cases = [placed.case for placed in await self._datasets.cases(version.id)]
        message = f"Back to version {version.number}"
        return await self._datasets.save_version(version.dataset_id, cases, message, None)

    def _saved(self, done: Done[DatasetVersion]) -> None:
        version = done.value
        self._history.record(done, tell=f"Saved version {version.number}.")
        if self.state is not None and self.state.dataset.id == version.dataset_id:
            self.open(version.dataset_id)
        self.saved.emit(version)


def _counted(verb: str, positions: Collection[int]) -> str:
    return f"{verb} a case" if len(positions) == 1 else f"{verb} {len(positions)} cases"
