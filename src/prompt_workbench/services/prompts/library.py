"""Prompts as documents: listed, made, renamed, moved, tagged, deleted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.names import checked_folder, checked_name, checked_tags
from prompt_workbench.domain.prompts import (
    MAIN_BRANCH,
    Branch,
    Prompt,
    PromptContent,
    PromptVersion,
    VersionSummary,
    text_prompt,
)
from prompt_workbench.services.base import Done, Undo, now
from prompt_workbench.services.prompts.base import PromptService
from prompt_workbench.services.references import find_prompt

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories import Repositories


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptListing:
    """One line of the list of prompts."""

    prompt: Prompt
    latest: VersionSummary | None
    has_draft: bool


class PromptLibrary(PromptService):
    """Organise prompts."""

    async def list(
        self, text: str = "", *, include_deleted: bool = False
    ) -> tuple[PromptListing, ...]:
        """Return the prompts whose folder, name or tags contain the text, by folder and name."""

        def work(repositories: Repositories) -> tuple[PromptListing, ...]:
            drafts = {draft.prompt_id for draft in repositories.prompts.drafts()}
            newest = repositories.prompts.newest_versions()
            prompts = repositories.prompts.all(include_deleted=include_deleted)
            return tuple(
                PromptListing(
                    prompt=prompt,
                    latest=newest.get(prompt.id),
                    has_draft=prompt.id in drafts,
                )
                for prompt in sorted(prompts, key=_order)
                if _matches(prompt, text)
            )

        return await self._project.read(work)

    async def get(self, ref: str) -> Prompt:
        """Return the prompt of that name or id."""
        return await self._project.read(lambda repositories: find_prompt(repositories, ref))

    async def create(
        self,
        name: str,
        content: PromptContent,
        *,
        folder: str = "",
        tags: Collection[str] = (),
        message: str = "",
        author: str | None = None,
    ) -> Done[PromptVersion]:
        """Make a prompt with its first version.

        Raises:
            ConflictError: There is a prompt of that name.
        """
        signed = self._author() if author is None else author
        prompt = _new_prompt(name, folder, tags)
        version = _first(prompt, content, number=1, message=message.strip(), author=signed)
        return await self._added(prompt, version)

    async def begin(self, name: str, *, folder: str = "") -> Done[PromptVersion]:
        """Make a prompt that is still to be written; what is saved first is its version 1.

        Raises:
            ConflictError: There is a prompt of that name.
        """
        prompt = _new_prompt(name, folder)
        return await self._added(prompt, _first(prompt, text_prompt(""), number=0))

    async def _added(self, prompt: Prompt, version: PromptVersion) -> Done[PromptVersion]:
        def work(repositories: Repositories) -> None:
            repositories.prompts.add(prompt)
            repositories.prompts.add_version(version)
            repositories.prompts.set_branch(
                Branch(prompt_id=prompt.id, name=MAIN_BRANCH, head_id=version.id)
            )

        await self._project.write(work)
        undo = Undo(title=f"Create “{prompt.name}”", apply=partial(self.delete, prompt.id))
        return self._done(version, Kind.PROMPT, ids=frozenset({prompt.id}), undo=undo)

    async def rename(self, prompt_id: str, name: str) -> Done[Prompt]:
        """Give a prompt another name; finished runs keep the one they ran under.

        Raises:
            ConflictError: There is a prompt of that name.
        """
        checked = checked_name(name, what="prompt")
        return await self._update(
            lambda repositories: repositories.prompts,
            prompt_id,
            lambda prompt: replace(prompt, name=checked),
            title=f"Rename to “{checked}”",
            inverse=lambda before: partial(self.rename, prompt_id, before.name),
        )

    async def move(self, prompt_id: str, folder: str) -> Done[Prompt]:
        """Put a prompt into another folder, such as ``mail/replies``."""
        checked = checked_folder(folder)
        return await self._update(
            lambda repositories: repositories.prompts,
            prompt_id,
            lambda prompt: replace(prompt, folder=checked),
            title=f"Move to “{checked or 'the top'}”",
            inverse=lambda before: partial(self.move, prompt_id, before.folder),
        )

    async def tag(self, prompt_id: str, tags: Collection[str]) -> Done[Prompt]:
        """Replace the tags of a prompt."""
        checked = checked_tags(tags)
        return await self._update(
            lambda repositories: repositories.prompts,
            prompt_id,
            lambda prompt: replace(prompt, tags=checked),
            title="Change tags",
            inverse=lambda before: partial(self.tag, prompt_id, before.tags),
        )

    async def delete(self, prompt_id: str) -> Done[Prompt]:
        """Hide a prompt; everything of it is kept, and its runs stay complete."""
        return await self._update(
            lambda repositories: repositories.prompts,
            prompt_id,
            lambda prompt: replace(prompt, deleted_at=now()),
            title="Delete prompt",
            inverse=lambda _: partial(self.restore, prompt_id),
        )

    async def restore(self, prompt_id: str) -> Done[Prompt]:
        """Bring a deleted prompt back.

        Raises:
            ConflictError: Another prompt has its name by now.
        """
        return await self._update(
            lambda repositories: repositories.prompts,
            prompt_id,
            lambda prompt: replace(prompt, deleted_at=None),
            title="Restore prompt",
            inverse=lambda _: partial(self.delete, prompt_id),
        )


def _new_prompt(name: str, folder: str, tags: Collection[str] = ()) -> Prompt:
    return Prompt(
        id=new_id(),
        name=checked_name(name, what="prompt"),
        folder=checked_folder(folder),
        tags=checked_tags(tags),
        created_at=now(),
    )


def _first(
    prompt: Prompt, content: PromptContent, *, number: int, message: str = "", author: str = ""
) -> PromptVersion:
    return PromptVersion(
        id=new_id(),
        prompt_id=prompt.id,
        number=number,
        content=content,
        message=message,
        author=author,
        created_at=prompt.created_at,
    )


def _matches(prompt: Prompt, text: str) -> bool:
    searched = " ".join((prompt.folder, prompt.name, *prompt.tags)).casefold()
    return all(word in searched for word in text.casefold().split())


def _order(prompt: Prompt) -> tuple[str, str]:
    return prompt.folder.casefold(), prompt.name.casefold()
