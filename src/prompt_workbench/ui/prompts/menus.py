"""The context menus of a prompt in the list and of a version."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from prompt_workbench.domain.prompts import MAIN_BRANCH, Prompt, VersionSummary
from prompt_workbench.ui.kit.dialogs import ask_text

if TYPE_CHECKING:
    from prompt_workbench.ui.prompts.page import PromptsPage


def fill_prompt_menu(page: PromptsPage, menu: QMenu, prompt: Prompt) -> None:
    """Offer what can be done with a prompt."""
    prompts = page.prompts
    menu.addAction("Open", lambda: page.open_prompt(prompt.id))
    menu.addAction("Rename…", lambda: page.ask_rename(prompt))
    menu.addAction("Move to Folder…", lambda: ask_move(page, prompt))
    menu.addAction("Tags…", lambda: ask_tags(page, prompt))
    menu.addAction("Duplicate", lambda: prompts.duplicate(prompt))
    menu.addSeparator()
    menu.addAction("Delete", lambda: prompts.delete(prompt))


def fill_version_menu(page: PromptsPage, menu: QMenu) -> None:
    """Offer what can be done with the marked versions."""
    chosen = page.selected_versions
    if not chosen:
        return
    version = chosen[0]
    menu.addAction("Show Differences", page.history_panel.compare_selected)
    menu.addAction("Compare on a Dataset…", page.compare_on_data)
    if len(chosen) > 1:
        return
    menu.addSeparator()
    menu.addAction("Put into the Editor", lambda: page.presenter.restore(version.id))
    menu.addAction("Label…", lambda: ask_label(page, version))
    for name in version.labels:
        menu.addAction(f"Remove Label {name}", partial(page.presenter.unlabel, name))
    menu.addAction("Start a Branch Here…", lambda: ask_branch(page, version))
    state = page.presenter.state
    if state is not None and state.branch != MAIN_BRANCH:
        branch = state.branch
        menu.addAction(f"Delete Branch {branch}", lambda: page.presenter.delete_branch(branch))


def ask_move(page: PromptsPage, prompt: Prompt) -> None:
    """Ask for the folder of a prompt."""
    ask_text(
        page,
        title="Move prompt",
        field="Folder, such as mail/replies; a single / is the top",
        value=prompt.folder,
        confirm="Move",
        done=lambda folder: page.prompts.move(prompt.id, folder),
    )


def ask_tags(page: PromptsPage, prompt: Prompt) -> None:
    """Ask for the tags of a prompt."""
    ask_text(
        page,
        title="Tags",
        field="Tags, separated by commas; a single comma removes all",
        value=", ".join(prompt.tags),
        done=lambda text: page.prompts.tag(prompt.id, text),
    )


def ask_label(page: PromptsPage, version: VersionSummary) -> None:
    """Ask for the label that moves to a version."""
    ask_text(
        page,
        title=f"Label version {version.number}",
        field="Label, such as production",
        value="production",
        confirm="Label",
        done=lambda name: page.presenter.label(name, version.id),
    )


def ask_branch(page: PromptsPage, version: VersionSummary) -> None:
    """Ask for the name of a branch that starts at a version."""
    ask_text(
        page,
        title=f"Branch at version {version.number}",
        field="Name of the branch",
        confirm="Start branch",
        done=lambda name: page.presenter.start_branch(name, version.number),
    )
