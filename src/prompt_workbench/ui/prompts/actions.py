"""What a person can do on the page of prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_workbench.ui.actions.spec import Actions, ActionSpec

if TYPE_CHECKING:
    from prompt_workbench.domain.prompts import Prompt
    from prompt_workbench.ui.prompts.page import PromptsPage

_MAIN = "main"


def _is_open(page: PromptsPage) -> bool:
    return page.presenter.is_open


def _one_version(page: PromptsPage) -> bool:
    return len(page.selected_versions) == 1


def _prompt(page: PromptsPage) -> Prompt:
    state = page.presenter.state
    if state is None:
        raise LookupError("no prompt is open")
    return state.prompt


def _branch_can_go(page: PromptsPage) -> bool:
    state = page.presenter.state
    return state is not None and state.branch != _MAIN


def _delete_branch(page: PromptsPage) -> None:
    state = page.presenter.state
    if state is not None:
        page.presenter.delete_branch(state.branch)


# The questions are imported when they are asked: the window is painted without them.


def _ask_rename(page: PromptsPage) -> None:
    from prompt_workbench.ui.prompts.questions import ask_rename

    ask_rename(page, page.prompts, _prompt(page))


def _ask_move(page: PromptsPage) -> None:
    from prompt_workbench.ui.prompts.questions import ask_move

    ask_move(page, page.prompts, _prompt(page))


def _ask_tags(page: PromptsPage) -> None:
    from prompt_workbench.ui.prompts.questions import ask_tags

    ask_tags(page, page.prompts, _prompt(page))


def _ask_label(page: PromptsPage) -> None:
    from prompt_workbench.ui.prompts.questions import ask_label

    ask_label(page, page.presenter, page.selected_versions[0])


def _ask_unlabel(page: PromptsPage) -> None:
    from prompt_workbench.ui.prompts.questions import ask_unlabel

    ask_unlabel(page, page.presenter, page.selected_versions[0])


def _ask_branch(page: PromptsPage) -> None:
    from prompt_workbench.ui.prompts.questions import ask_branch

    ask_branch(page, page.presenter, page.selected_versions[0])


ACTIONS: Actions = (
    ActionSpec(
        id="prompt.new",
        title="New Prompt…",
        run=lambda page: page.ask_new(),
        shortcut="Ctrl+N",
        menu="Prompt",
    ),
    ActionSpec(
        id="prompt.find",
        title="Filter Prompts",
        run=lambda page: page.focus_filter(),
        shortcut="Ctrl+P",
        menu="Prompt",
    ),
    ActionSpec(
        id="prompt.save",
        title="Save as New Version…",
        run=lambda page: page.save(),
        shortcut="Ctrl+S",
        menu="Prompt",
        enabled_when=_is_open,
        separator=True,
    ),
    ActionSpec(
        id="prompt.discard",
        title="Discard Changes",
        run=lambda page: page.presenter.discard(),
        menu="Prompt",
        enabled_when=lambda page: page.presenter.is_dirty,
    ),
    ActionSpec(
        id="prompt.preview",
        title="Preview What Will Be Sent",
        run=lambda page: page.messages_panel.toggle_preview(),
        shortcut="Ctrl+Shift+V",
        menu="Prompt",
        enabled_when=_is_open,
        checked_when=lambda page: page.messages_panel.previews,
        separator=True,
    ),
    ActionSpec(
        id="prompt.run",
        title="Run on the Chosen Models",
        run=lambda page: page.run(),
        shortcut="Ctrl+Return|Ctrl+Enter",
        menu="Prompt",
        enabled_when=lambda page: page.presenter.is_open and bool(page.quick.chosen),
    ),
    ActionSpec(
        id="prompt.stop",
        title="Stop the Answers",
        run=lambda page: page.quick.stop_all(),
        shortcut="Esc",
        menu="Prompt",
        enabled_when=lambda page: page.quick.running,
    ),
    ActionSpec(
        id="prompt.compare_on_data",
        title="Compare on a Dataset…",
        run=lambda page: page.compare_on_data(),
        shortcut="Ctrl+D",
        menu="Prompt",
        enabled_when=_is_open,
    ),
    ActionSpec(
        id="prompt.diff",
        title="Show Differences of the Marked Versions",
        run=lambda page: page.history_panel.compare_selected(),
        menu="Prompt",
        enabled_when=lambda page: bool(page.selected_versions),
        separator=True,
    ),
    ActionSpec(
        id="prompt.restore",
        title="Put the Marked Version into the Editor",
        run=lambda page: page.presenter.restore(page.selected_versions[0].id),
        menu="Prompt",
        enabled_when=_one_version,
    ),
    ActionSpec(
        id="prompt.label",
        title="Label the Marked Version…",
        run=_ask_label,
        menu="Prompt",
        enabled_when=_one_version,
    ),
    ActionSpec(
        id="prompt.unlabel",
        title="Remove a Label of the Marked Version",
        run=_ask_unlabel,
        menu="Prompt",
        enabled_when=lambda page: _one_version(page) and bool(page.selected_versions[0].labels),
    ),
    ActionSpec(
        id="prompt.branch",
        title="Start a Branch at the Marked Version…",
        run=_ask_branch,
        menu="Prompt",
        enabled_when=_one_version,
    ),
    ActionSpec(
        id="prompt.delete_branch",
        title="Delete This Branch",
        run=_delete_branch,
        menu="Prompt",
        enabled_when=_branch_can_go,
    ),
    ActionSpec(
        id="prompt.rename",
        title="Rename Prompt…",
        run=_ask_rename,
        shortcut="F2",
        menu="Prompt",
        enabled_when=_is_open,
        separator=True,
    ),
    ActionSpec(
        id="prompt.move",
        title="Move Prompt to Folder…",
        run=_ask_move,
        menu="Prompt",
        enabled_when=_is_open,
    ),
    ActionSpec(
        id="prompt.tags", title="Tags…", run=_ask_tags, menu="Prompt", enabled_when=_is_open
    ),
    ActionSpec(
        id="prompt.duplicate",
        title="Duplicate Prompt",
        run=lambda page: page.prompts.duplicate(_prompt(page)),
        menu="Prompt",
        enabled_when=_is_open,
    ),
    ActionSpec(
        id="prompt.delete",
        title="Delete Prompt",
        run=lambda page: page.prompts.delete(_prompt(page)),
        menu="Prompt",
        enabled_when=_is_open,
    ),
)
