"""Unsaved work on prompts: kept while it is typed, and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.prompts import Draft, PromptContent
from prompt_workbench.domain.templates import Finding, check
from prompt_workbench.services.base import Done, Undo, now
from prompt_workbench.services.prompts.base import PromptService

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories import Repositories


class PromptDrafts(PromptService):
    """Keep and check unsaved work."""

    async def draft(self, prompt_id: str, branch: str) -> Draft | None:
        """Return the unsaved work on a branch."""
        return await self._project.read(lambda r: r.prompts.draft(prompt_id, branch))

    async def save_draft(self, draft: Draft) -> Done[Draft]:
        """Keep unsaved work, so that a crash does not lose it."""
        dated = replace(draft, updated_at=now())

        def work(repositories: Repositories) -> Draft | None:
            before = repositories.prompts.draft(draft.prompt_id, draft.branch)
            repositories.prompts.save_draft(dated)
            return before

        before = await self._project.write(work)
        inverse = (
            partial(self.discard_draft, draft.prompt_id, draft.branch)
            if before is None
            else partial(self.save_draft, before)
        )
        undo = Undo(title="Change draft", apply=inverse)
        return self._done(dated, Kind.DRAFT, ids=frozenset({draft.prompt_id}), undo=undo)

    async def discard_draft(self, prompt_id: str, branch: str) -> Done[Draft | None]:
        """Throw the unsaved work on a branch away."""

        def work(repositories: Repositories) -> Draft | None:
            before = repositories.prompts.draft(prompt_id, branch)
            repositories.prompts.delete_draft(prompt_id, branch)
            return before

        before = await self._project.write(work)
        undo = None
        if before is not None:
            undo = Undo(title="Discard draft", apply=partial(self.save_draft, before))
        return self._done(before, Kind.DRAFT, ids=frozenset({prompt_id}), undo=undo)

    def check(
        self, content: PromptContent, values: Mapping[str, Json] | None = None
    ) -> tuple[Finding, ...]:
        """Return the problems of the templates; with values, also the missing ones."""
        provided = None if values is None else {*content.defaults(), *values}
        return check(
            content.templates,
            language=content.language,
            declared=[item.name for item in content.inputs],
            provided=provided,
        )
