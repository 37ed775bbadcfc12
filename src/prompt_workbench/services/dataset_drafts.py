"""Unsaved edits of datasets: kept while they are made, as drafts of prompts are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from prompt_workbench.domain.case_edits import CaseEdits, DatasetDraft
from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.datasets import DatasetVersion
from prompt_workbench.services.base import Done, Service, Undo, now

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories import Repositories


class DatasetDrafts(Service):
    """Keep unsaved edits."""

    async def drafts(self) -> tuple[DatasetDraft, ...]:
        """Return the unsaved edits of all datasets, newest first."""
        return tuple(await self._project.read(lambda r: r.datasets.drafts()))

    async def save_draft(self, base: DatasetVersion, edits: CaseEdits) -> Done[DatasetDraft]:
        """Keep the edits of a version, so that a crash does not lose them."""
        draft = DatasetDraft(base=base, edits=edits, updated_at=now())
        before = await self._replaced(
            base.dataset_id, lambda repositories: repositories.datasets.save_draft(draft)
        )
        inverse = (
            partial(self.discard_draft, base.dataset_id)
            if before is None
            else partial(self.save_draft, before.base, before.edits)
        )
        undo = Undo(title="Change draft", apply=inverse)
        return self._done(draft, Kind.DRAFT, ids=frozenset({base.dataset_id}), undo=undo)

    async def discard_draft(self, dataset_id: str) -> Done[DatasetDraft | None]:
        """Throw the unsaved edits of a dataset away."""
        before = await self._replaced(
            dataset_id, lambda repositories: repositories.datasets.delete_draft(dataset_id)
        )
        undo = None
        if before is not None:
            again = partial(self.save_draft, before.base, before.edits)
            undo = Undo(title="Discard draft", apply=again)
        return self._done(before, Kind.DRAFT, ids=frozenset({dataset_id}), undo=undo)

    async def _replaced(
        self, dataset_id: str, change: Callable[[Repositories], None]
    ) -> DatasetDraft | None:
        """Change the draft of a dataset and return the one before."""

        def work(repositories: Repositories) -> DatasetDraft | None:
            drafts = repositories.datasets.drafts()
            change(repositories)
            return next((each for each in drafts if each.base.dataset_id == dataset_id), None)

        return await self._project.write(work)
