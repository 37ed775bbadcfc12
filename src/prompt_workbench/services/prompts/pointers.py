"""The pointers that move over the versions of a prompt: branches and labels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    UserError,
)
from prompt_workbench.domain.names import checked_pointer
from prompt_workbench.domain.prompts import MAIN_BRANCH, Branch, Draft, Label
from prompt_workbench.services.base import Done, Undo, now
from prompt_workbench.services.prompts.base import PromptService
from prompt_workbench.services.prompts.history import existing_branch, place_head
from prompt_workbench.services.references import resolve_prompt

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories import Repositories


class PromptPointers(PromptService):
    """Move branches and labels over the versions of a prompt."""

    async def branches(self, prompt_id: str) -> tuple[Branch, ...]:
        """Return the branches of a prompt."""
        return tuple(await self._project.read(lambda r: r.prompts.branches(prompt_id)))

    async def labels(self, prompt_id: str) -> tuple[Label, ...]:
        """Return where the labels of a prompt stand."""
        return tuple(await self._project.read(lambda r: r.prompts.labels(prompt_id)))

    async def label_history(self, prompt_id: str, name: str) -> tuple[Label, ...]:
        """Return every place where a label has been."""
        return tuple(await self._project.read(lambda r: r.prompts.label_history(prompt_id, name)))

    async def branch(self, prompt_id: str, name: str, from_ref: str = "") -> Done[Branch]:
        """Start a branch at a version; without a reference, at the head of the main branch.

        Raises:
            ConflictError: A branch or label has that name.
        """
        checked = checked_pointer(name, what="branch")

        def work(repositories: Repositories) -> Branch:
            _refuse_taken(repositories, prompt_id, checked, labels=True, branches=True)
            prompt = repositories.prompts.get(prompt_id)
            version = resolve_prompt(repositories, f"{prompt.name}@{from_ref}").version
            if version is None:
                raise InvalidInputError(
                    "A branch cannot start at a draft.", hint="Save the draft as a version first."
                )
            branch = Branch(prompt_id=prompt_id, name=checked, head_id=version.id)
            repositories.prompts.set_branch(branch)
            return branch

        branch = await self._project.write(work)
        return self._branched(branch)

    async def restore_branch(self, branch: Branch, *, draft: Draft | None = None) -> Done[Branch]:
        """Bring a deleted branch back, with its draft."""

        def work(repositories: Repositories) -> None:
            _refuse_taken(repositories, branch.prompt_id, branch.name, labels=True, branches=True)
            place_head(repositories, branch, draft)

        await self._project.write(work)
        return self._branched(branch)

    async def delete_branch(self, prompt_id: str, name: str) -> Done[Branch]:
        """Forget a branch and its draft; its versions are kept.

        Raises:
            UserError: It is the main branch.
        """
        if name == MAIN_BRANCH:
            raise UserError("The main branch cannot be deleted.")

        def work(repositories: Repositories) -> tuple[Branch, Draft | None]:
            branch = existing_branch(repositories, prompt_id, name)
            draft = repositories.prompts.draft(prompt_id, name)
            repositories.prompts.delete_draft(prompt_id, name)
            repositories.prompts.delete_branch(prompt_id, name)
            return branch, draft

        branch, draft = await self._project.write(work)
        undo = Undo(
            title=f"Delete branch {name}", apply=partial(self.restore_branch, branch, draft=draft)
        )
        return self._done(branch, Kind.PROMPT, Kind.DRAFT, ids=frozenset({prompt_id}), undo=undo)

    async def label(self, prompt_id: str, name: str, version_id: str) -> Done[Label]:
        """Point a label, such as ``production``, at a version.

        Raises:
            ConflictError: A branch has that name.
            NotFoundError: The prompt has no such version.
        """
        label = Label(
            prompt_id=prompt_id,
            name=checked_pointer(name, what="label"),
            version_id=version_id,
            moved_at=now(),
        )

        def work(repositories: Repositories) -> Label | None:
            _refuse_taken(repositories, prompt_id, label.name, labels=False, branches=True)
            if repositories.prompts.version(version_id).prompt_id != prompt_id:
                raise NotFoundError("That version belongs to another prompt.")
            before = _find_label(repositories, prompt_id, label.name)
            repositories.prompts.set_label(label)
            return before

        before = await self._project.write(work)
        inverse = (
            partial(self.unlabel, prompt_id, label.name)
            if before is None
            else partial(self.label, prompt_id, label.name, before.version_id)
        )
        undo = Undo(title=f"Move label {label.name}", apply=inverse)
        return self._done(label, Kind.PROMPT, ids=frozenset({prompt_id}), undo=undo)

    async def unlabel(self, prompt_id: str, name: str) -> Done[Label]:
        """Take a label away; its history is kept.

        Raises:
            NotFoundError: The prompt has no such label.
        """

        def work(repositories: Repositories) -> Label:
            label = _find_label(repositories, prompt_id, name)
            if label is None:
                raise NotFoundError(f"The prompt has no label “{name}”.")
            repositories.prompts.delete_label(prompt_id, name)
            return label

        label = await self._project.write(work)
        undo = Undo(
            title=f"Remove label {name}",
            apply=partial(self.label, prompt_id, name, label.version_id),
        )
        return self._done(label, Kind.PROMPT, ids=frozenset({prompt_id}), undo=undo)

    def _branched(self, branch: Branch) -> Done[Branch]:
        undo = Undo(
            title=f"Start branch {branch.name}",
            apply=partial(self.delete_branch, branch.prompt_id, branch.name),
        )
        return self._done(
            branch, Kind.PROMPT, Kind.DRAFT, ids=frozenset({branch.prompt_id}), undo=undo
        )


def _find_label(repositories: Repositories, prompt_id: str, name: str) -> Label | None:
    labels = repositories.prompts.labels(prompt_id)
    return next((label for label in labels if label.name == name), None)


def _refuse_taken(
    repositories: Repositories, prompt_id: str, name: str, *, labels: bool, branches: bool
) -> None:
    """Keep ``NAME@REF`` unambiguous: labels and branches share one set of names."""
    taken = {branch.name for branch in repositories.prompts.branches(prompt_id) if branches}
    taken |= {label.name for label in repositories.prompts.labels(prompt_id) if labels}
    if name in taken:
        raise ConflictError(
            f"The prompt has a branch or label “{name}” already.", hint="Choose another name."
        )
