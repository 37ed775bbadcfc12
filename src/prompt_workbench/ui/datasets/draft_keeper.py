"""Keeps edits in the project file, so that not even a crash loses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from prompt_workbench.domain.case_edits import CaseEdits, DatasetDraft
from prompt_workbench.domain.datasets import DatasetVersion
from prompt_workbench.services.datasets import Datasets
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.autosave import Autosave

Unsaved = Mapping[str, tuple[DatasetVersion, CaseEdits]]
"""Edits with the version they are made on, by the id of the dataset."""


class DraftKeeper(QObject):
    """Stores the edits of every dataset as its draft."""

    saving_changed = Signal(bool)
    """Whether something was edited that is not in the project yet."""

    def __init__(
        self, datasets: Datasets, tasks: TaskScope, newest: Callable[[], Unsaved], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._datasets = datasets
        self._newest = newest
        self._kept: dict[str, CaseEdits] | None = None
        """What the project holds; None before it was read."""
        self._autosave = Autosave(self.keep, tasks, self)

    async def restore(self) -> tuple[DatasetDraft, ...]:
        """Return the drafts that the project holds; none the second time."""
        if self._kept is not None:
            return ()
        drafts = await self._datasets.drafts()
        self._kept = {draft.base.dataset_id: draft.edits for draft in drafts}
        return drafts

    def touched(self) -> None:
        """Store what was edited before long."""
        self.saving_changed.emit(True)
        self._autosave.touched()

    def settled(self) -> None:
        """Drop at once the drafts of edits that are saved as a version, or thrown away."""
        self._autosave.start()

    async def keep(self) -> None:
        """Store what was edited and is not in the project yet, and drop what is obsolete."""
        self._autosave.stop()
        newest, kept = self._newest(), self._kept
        if kept is None:  # nothing can have been edited yet
            return
        for dataset_id, (base, edits) in newest.items():
            if kept.get(dataset_id) is not edits:
                await self._datasets.save_draft(base, edits)
                kept[dataset_id] = edits
        for dataset_id in kept.keys() - newest.keys():
            await self._datasets.discard_draft(dataset_id)
            kept.pop(dataset_id, None)
        if self._newest() == newest:
            self.saving_changed.emit(False)
