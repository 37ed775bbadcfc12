"""The prompt on the screen: what is stored of it, and what the person typed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.prompts import (
    MAIN_BRANCH,
    Branch,
    Draft,
    Prompt,
    PromptContent,
    PromptVersion,
    VersionSummary,
)
from prompt_workbench.services.prompts import Prompts


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPrompt:
    """What is known of the prompt on the screen."""

    prompt: Prompt
    branch: str
    branches: tuple[Branch, ...]
    versions: tuple[VersionSummary, ...]
    base: PromptVersion
    """The version that the draft stands on."""
    moved: bool = False
    """Whether the branch has a newer head than the base."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the person has typed."""

    content: PromptContent
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPrompt:
    """A prompt as it is in the project, with the unsaved work on the branch if there is some."""

    state: OpenPrompt
    draft: Draft | None

    @property
    def work(self) -> Work:
        """What the editor starts from."""
        if self.draft is None:
            return Work(content=self.state.base.content)
        return Work(content=self.draft.content, values=dict(self.draft.values))


async def load_prompt(prompts: Prompts, prompt_id: str, branch: str) -> LoadedPrompt:
    """Read a prompt on a branch, or on its main one where the branch is gone.

    Raises:
        NotFoundError: There is no such prompt.
    """
    prompt = await prompts.get(prompt_id)
    branches = await prompts.branches(prompt_id)
    versions = await prompts.versions(prompt_id)
    heads = {each.name: each.head_id for each in branches}
    branch = branch if branch in heads else MAIN_BRANCH
    draft = await prompts.draft(prompt_id, branch)
    base_id = draft.base_id if draft is not None and draft.base_id else heads[branch]
    state = OpenPrompt(
        prompt=prompt,
        branch=branch,
        branches=branches,
        versions=versions,
        base=await prompts.version(base_id),
        moved=base_id != heads[branch],
    )
    return LoadedPrompt(state=state, draft=draft)
