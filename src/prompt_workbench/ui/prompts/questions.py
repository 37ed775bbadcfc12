"""The small questions that are asked about a prompt, a version or a branch."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from prompt_workbench.domain.prompts import Prompt, VersionSummary
from prompt_workbench.ui.kit.dialogs import ask_text
from prompt_workbench.ui.prompts.list_presenter import PromptListPresenter
from prompt_workbench.ui.prompts.presenter import PromptPresenter


def ask_rename(parent: QWidget, prompts: PromptListPresenter, prompt: Prompt) -> None:
    """Ask for another name."""
    ask_text(
        parent,
        title="Rename prompt",
        field="Name",
        value=prompt.name,
        confirm="Rename",
        done=lambda name: prompts.rename(prompt.id, name),
    )


def ask_move(parent: QWidget, prompts: PromptListPresenter, prompt: Prompt) -> None:
    """Ask for the folder of a prompt."""
    ask_text(
        parent,
        title="Move prompt",
        field="Folder, such as mail/replies; a single / is the top",
        value=prompt.folder,
        confirm="Move",
        done=lambda folder: prompts.move(prompt.id, folder),
    )


def ask_tags(parent: QWidget, prompts: PromptListPresenter, prompt: Prompt) -> None:
    """Ask for the tags of a prompt."""
    ask_text(
        parent,
        title="Tags",
        field="Tags, separated by commas; a single comma removes all",
        value=", ".join(prompt.tags),
        done=lambda text: prompts.tag(prompt.id, text),
    )


def ask_label(parent: QWidget, presenter: PromptPresenter, version: VersionSummary) -> None:
    """Ask for the label that moves to a version."""
    ask_text(
        parent,
        title=f"Label version {version.number}",
        field="Label, such as production",
        value="production",
        confirm="Label",
        done=lambda name: presenter.label(name, version.id),
    )


def ask_unlabel(parent: QWidget, presenter: PromptPresenter, version: VersionSummary) -> None:
    """Take a label away; ask which when there are several."""
    if len(version.labels) == 1:
        presenter.unlabel(version.labels[0])
        return
    ask_text(
        parent,
        title=f"Remove a label of version {version.number}",
        field=f"One of {', '.join(version.labels)}",
        value=version.labels[0],
        confirm="Remove",
        done=presenter.unlabel,
    )


def ask_branch(parent: QWidget, presenter: PromptPresenter, version: VersionSummary) -> None:
    """Ask for the name of a branch that starts at a version."""
    ask_text(
        parent,
        title=f"Branch at version {version.number}",
        field="Name of the branch",
        confirm="Start branch",
        done=lambda name: presenter.start_branch(name, version.number),
    )
