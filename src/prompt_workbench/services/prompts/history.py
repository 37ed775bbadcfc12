"""The versions of prompts: read, compared and saved."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.diffs import VersionDiff, diff_contents
from prompt_workbench.domain.errors import ConflictError, NotFoundError, UserError
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.prompts import (
    MAIN_BRANCH,
    Branch,
    Draft,
    PromptContent,
    PromptVersion,
    VersionSummary,
)
from prompt_workbench.services.base import Done, Undo, now
from prompt_workbench.services.prompts.base import PromptService
from prompt_workbench.services.references import Resolved, resolve_prompt

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories import Repositories


class PromptHistory(PromptService):
    """Read, compare and save the versions of prompts."""

    async def resolve(self, ref: str) -> Resolved:
        """Return what ``NAME``, ``NAME@3``, ``NAME@production`` or ``NAME@draft`` names."""
        return await self._project.read(lambda repositories: resolve_prompt(repositories, ref))

    async def versions(self, prompt_id: str) -> tuple[VersionSummary, ...]:
        """Return the versions of all branches, newest first."""
        return tuple(await self._project.read(lambda r: r.prompts.versions(prompt_id)))

    async def version(self, version_id: str) -> PromptVersion:
        """Return a version with its content."""
        return await self._project.read(lambda r: r.prompts.version(version_id))

    async def diff(self, left_version_id: str, right_version_id: str) -> VersionDiff:
        """Return what changed from one version to another."""

        def work(repositories: Repositories) -> tuple[PromptContent, PromptContent]:
            version = repositories.prompts.version
            return version(left_version_id).content, version(right_version_id).content

        left, right = await self._project.read(work)
        return diff_contents(left, right)

    async def save(
        self,
        prompt_id: str,
        content: PromptContent,
        *,
        message: str,
        branch: str = MAIN_BRANCH,
        base_id: str | None,
        author: str | None = None,
    ) -> Done[PromptVersion]:
        """Store the content as the next version of a branch; its draft is then obsolete.

        Without a base, whatever the branch holds is followed.

        Raises:
            ConflictError: The branch has moved since ``base_id``.
            UserError: The content is that of the branch already.
        """
        signed = self._author() if author is None else author

        def work(repositories: Repositories) -> tuple[PromptVersion, PromptVersion, Draft | None]:
            head = _head(repositories, prompt_id, branch)
            _refuse_moved(head, base_id)
            if content.hash == head.content_hash:
                raise _nothing_new(head)
            version = PromptVersion(
                id=new_id(),
                prompt_id=prompt_id,
                number=repositories.prompts.next_number(prompt_id),
                content=content,
                parents=() if head.is_start else (head.id,),
                branch=branch,
                message=message.strip(),
                author=signed,
                created_at=now(),
            )
            draft = repositories.prompts.draft(prompt_id, branch)
            repositories.prompts.add_version(version)
            place_head(repositories, Branch(prompt_id=prompt_id, name=branch, head_id=version.id))
            return head, version, draft

        head, version, draft = await self._project.write(work)
        before = Branch(prompt_id=prompt_id, name=branch, head_id=head.id)
        undo = Undo(
            title=f"Save version {version.number}",
            apply=partial(self.move_branch, before, draft=draft),
        )
        return self._done(version, Kind.PROMPT, Kind.DRAFT, ids=frozenset({prompt_id}), undo=undo)

    async def move_branch(self, branch: Branch, *, draft: Draft | None = None) -> Done[Branch]:
        """Point a branch at another version and replace its draft; no version is lost."""

        def work(repositories: Repositories) -> tuple[Branch, Draft | None]:
            before = existing_branch(repositories, branch.prompt_id, branch.name)
            kept = repositories.prompts.draft(branch.prompt_id, branch.name)
            place_head(repositories, branch, draft)
            return before, kept

        before, kept = await self._project.write(work)
        undo = Undo(
            title=f"Move branch {branch.name}",
            apply=partial(self.move_branch, before, draft=kept),
        )
        return self._done(
            branch, Kind.PROMPT, Kind.DRAFT, ids=frozenset({branch.prompt_id}), undo=undo
        )


def existing_branch(repositories: Repositories, prompt_id: str, name: str) -> Branch:
    """Return the branch of that name.

    Raises:
        NotFoundError: There is none.
    """
    branches = repositories.prompts.branches(prompt_id)
    for branch in branches:
        if branch.name == name:
            return branch
    known = ", ".join(branch.name for branch in branches)
    raise NotFoundError(
        f"The prompt has no branch “{name}”.", hint=f"Its branches are: {known}." if known else None
    )


def place_head(repositories: Repositories, branch: Branch, draft: Draft | None = None) -> None:
    """Point a branch at its head, with the draft as its only unsaved work."""
    repositories.prompts.set_branch(branch)
    if draft is None:
        repositories.prompts.delete_draft(branch.prompt_id, branch.name)
    else:
        repositories.prompts.save_draft(draft)


def _head(repositories: Repositories, prompt_id: str, branch: str) -> PromptVersion:
    head_id = existing_branch(repositories, prompt_id, branch).head_id
    return repositories.prompts.version(head_id)


def _nothing_new(head: PromptVersion) -> UserError:
    if head.is_start:
        return UserError("There is nothing to save yet.", hint="Write a message first.")
    return UserError(f"Nothing changed since version {head.number}.")


def _refuse_moved(head: PromptVersion, base_id: str | None) -> None:
    if base_id is not None and head.id != base_id:
        raise ConflictError(
            f"The branch {head.branch} has moved on to version {head.number}"
            + (f" by {head.author}." if head.author else "."),
            hint="Compare your text with that version, then save again on top of it.",
        )
