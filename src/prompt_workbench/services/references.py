"""What ``NAME`` and ``NAME@REF`` mean in a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from prompt_workbench.domain.datasets import Dataset, DatasetVersion
from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.domain.names import DRAFT_REF, LATEST_REF, number_of, reference
from prompt_workbench.domain.prompts import (
    MAIN_BRANCH,
    Draft,
    Prompt,
    PromptContent,
    PromptVersion,
)

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories import Repositories
    from prompt_workbench.storage.repositories.named import NamedRepository

N = TypeVar("N", Prompt, Dataset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a reference such as ``reply@3`` or ``reply@draft`` names."""

    prompt: Prompt
    version: PromptVersion | None
    """None for a draft."""
    content: PromptContent


def find_prompt(repositories: Repositories, name_or_id: str) -> Prompt:
    """Return the prompt of that name, or else of that id.

    Raises:
        NotFoundError: There is none.
    """
    return _found(repositories.prompts, name_or_id, what="prompt")


def find_dataset(repositories: Repositories, name_or_id: str) -> Dataset:
    """Return the dataset of that name, or else of that id.

    Raises:
        NotFoundError: There is none.
    """
    return _found(repositories.datasets, name_or_id, what="dataset")


def resolve_prompt(repositories: Repositories, text: str) -> Resolved:
    """Return what a prompt reference names.

    The part after the @ is a version number, ``draft``, ``latest``, a label or a branch;
    without it the head of the main branch is meant.

    Raises:
        NotFoundError: The prompt, or that state of it, does not exist.
    """
    asked = reference(text)
    prompt = find_prompt(repositories, asked.name)
    if asked.ref == DRAFT_REF:
        draft = _draft(repositories, prompt)
        return Resolved(prompt=prompt, version=None, content=draft.content)
    version = _version(repositories, prompt, asked.ref)
    return Resolved(prompt=prompt, version=version, content=version.content)


def resolve_dataset(repositories: Repositories, text: str) -> tuple[Dataset, DatasetVersion]:
    """Return the dataset and version that ``NAME`` or ``NAME@NUMBER`` names.

    Raises:
        NotFoundError: The dataset or that version of it does not exist.
    """
    asked = reference(text)
    dataset = find_dataset(repositories, asked.name)
    if asked.ref in {"", LATEST_REF}:
        versions = repositories.datasets.versions(dataset.id)
        if not versions:
            raise NotFoundError(f"The dataset “{dataset.name}” has no version yet.")
        return dataset, versions[0]
    number = number_of(asked.ref)
    if number is None:
        raise NotFoundError(
            f"“{asked.ref}” is not a version of the dataset “{dataset.name}”.",
            hint="Versions of datasets are numbers, such as reviews@2.",
        )
    return dataset, repositories.datasets.version_numbered(dataset.id, number)


def _found(things: NamedRepository[N, Any], name_or_id: str, *, what: str) -> N:
    found = things.by_name(name_or_id)
    if found is not None:
        return found
    try:
        return things.get(name_or_id)
    except NotFoundError:
        raise NotFoundError(
            f"There is no {what} named “{name_or_id}”.",
            hint=f"pwb {what}s list shows the {what}s of the project.",
        ) from None


def _draft(repositories: Repositories, prompt: Prompt) -> Draft:
    found = repositories.prompts.draft(prompt.id, MAIN_BRANCH)
    if found is None:
        drafts = repositories.prompts.drafts()
        found = next((draft for draft in drafts if draft.prompt_id == prompt.id), None)
    if found is None:
        raise NotFoundError(
            f"The prompt “{prompt.name}” has no draft.",
            hint="A draft is there while a prompt has changes that are not saved.",
        )
    return found


def _version(repositories: Repositories, prompt: Prompt, ref: str) -> PromptVersion:
    number = number_of(ref)
    if number is not None:
        return repositories.prompts.version_numbered(prompt.id, number)
    if ref == LATEST_REF:
        versions = repositories.prompts.versions(prompt.id)
        if versions:
            return repositories.prompts.version(versions[0].id)
        ref = ""
    branches = {branch.name: branch.head_id for branch in repositories.prompts.branches(prompt.id)}
    labels = {label.name: label.version_id for label in repositories.prompts.labels(prompt.id)}
    version_id = (branches | labels).get(ref or MAIN_BRANCH)
    if version_id is None:
        known = ", ".join(sorted({*branches, *labels}))
        raise NotFoundError(
            f"The prompt “{prompt.name}” has no version, label or branch “{ref}”.",
            hint=f"Its labels and branches are: {known}." if known else None,
        )
    version = repositories.prompts.version(version_id)
    if version.is_start:
        raise NotFoundError(
            f"The prompt “{prompt.name}” has no version yet.",
            hint=f"Save one, or take what is being written: {prompt.name}@{DRAFT_REF}",
        )
    return version
