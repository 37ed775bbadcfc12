"""A file that is about to be imported: what its columns become, and what that gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.case_edits import CaseEdits
from prompt_workbench.domain.datasets import DatasetVersion, PlacedCase
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.imports import (
    ColumnMapping,
    ColumnRole,
    ColumnTarget,
    FilePreview,
    checked_mapping,
)
from prompt_workbench.services.base import Done
from prompt_workbench.services.datasets import Datasets
from prompt_workbench.ui.bridge import Latest, TaskScope
from prompt_workbench.ui.datasets import fields
from prompt_workbench.ui.datasets.cases_model import CasesModel
from prompt_workbench.ui.kit.history import History

_NAMED = (ColumnRole.INPUT, ColumnRole.METADATA)
"""The roles whose fields have a name."""


class ImportPresenter(QObject):
    """Holds the preview of a file and the mapping that a person makes of it."""

    previewed = Signal()
    mapping_changed = Signal()
    imported = Signal(object)

    def __init__(
        self, datasets: Datasets, history: History, tasks: TaskScope, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._datasets = datasets
        self._history = history
        self._tasks = tasks
        self._reading = Latest(tasks)
        self.path = Path()
        self.preview: FilePreview | None = None
        self.targets: dict[str, ColumnTarget] = {}
        self.model = CasesModel(tasks, parent=self)

    def read(self, path: Path) -> None:
        """Preview a file."""
        self._reading.start(
            self._datasets.preview_file(path), done=lambda preview: self._show(path, preview)
        )

    def set_role(self, column: str, role: ColumnRole) -> None:
        """Say what a column is for."""
        name = (self.targets[column].name or column) if role in _NAMED else ""
        self._set(column, ColumnTarget(role=role, name=name))

    def set_name(self, column: str, name: str) -> None:
        """Say what the field is called that a column gives."""
        role = self.targets[column].role
        if role in _NAMED:
            self._set(column, ColumnTarget(role=role, name=name.strip() or column))

    @property
    def problem(self) -> str:
        """Why the file cannot be imported like this, in sentences; empty when it can."""
        if self.preview is None:
            return ""
        if self.preview.problems:
            return "\n".join((*self.preview.problems, "Correct the file, then choose it again."))
        if not self.preview.row_count:
            return "The file has no rows. Choose one that has cases in it."
        try:
            checked_mapping(self._mapping)
        except InvalidInputError as error:
            return " ".join(filter(None, (error.message, error.hint)))
        return ""

    def sample(self, column: str) -> str:
        """Return the first values of a column in one line."""
        rows = self.preview.rows if self.preview is not None else ()
        return "  ·  ".join(fields.shown(row[column]) for row in rows[:5] if column in row)

    def start(self, name: str, message: str) -> None:
        """Import the file as a version of the dataset of that name."""
        work = self._datasets.import_file(self.path, name, mapping=self._mapping, message=message)
        self._tasks.start(work, done=self._imported)

    @property
    def _mapping(self) -> ColumnMapping:
        return ColumnMapping(targets=self.targets)

    def _set(self, column: str, target: ColumnTarget) -> None:
        if self.targets[column] != target:
            self.targets[column] = target
            self._show_cases()

    def _show(self, path: Path, preview: FilePreview) -> None:
        self.path, self.preview = path, preview
        self.targets = dict(preview.mapping.targets)
        self.previewed.emit()
        self._show_cases()

    def _show_cases(self) -> None:
        rows = self.preview.rows if self.preview is not None else ()
        cases = [self._mapping.case(row) for row in rows]
        placed = [PlacedCase(position=place, case=case) for place, case in enumerate(cases)]

        async def fetch(block: int) -> Sequence[PlacedCase]:
            return placed if block == 0 else ()

        edits = CaseEdits(base_count=len(placed))
        self.model.show_cases(fields.fields_of(cases), fetch, edits)
        self.mapping_changed.emit()

    def _imported(self, done: Done[DatasetVersion]) -> None:
        count = done.value.case_count
        cases = "1 case" if count == 1 else f"{count:,} cases"
        self._history.record(done, tell=f"Imported {cases} as version {done.value.number}.")
        self.imported.emit(done.value)
