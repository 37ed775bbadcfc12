"""The window with all its pages, in the order of the rail."""

from __future__ import annotations

from collections.abc import Callable

from prompt_workbench.ui.calls.spec import PAGE as CALLS
from prompt_workbench.ui.compare.spec import PAGE as COMPARE
from prompt_workbench.ui.costs.spec import PAGE as COSTS
from prompt_workbench.ui.datasets.spec import PAGE as DATASETS
from prompt_workbench.ui.kit.page import PageSpec
from prompt_workbench.ui.preferences.spec import PAGE as PREFERENCES
from prompt_workbench.ui.prompts.spec import PAGE as PROMPTS
from prompt_workbench.ui.shell.actions import (
    EDIT_ACTIONS,
    FILE_ACTIONS,
    HELP_ACTIONS,
    RUN_ACTIONS,
    VIEW_ACTIONS,
    page_action,
)
from prompt_workbench.ui.shell.memory import WindowMemory
from prompt_workbench.ui.shell.window import MainWindow
from prompt_workbench.ui.theme.apply import Theme

PAGES: tuple[PageSpec, ...] = (PROMPTS, COMPARE, DATASETS, CALLS, COSTS, PREFERENCES)


def main_window(
    theme: Theme, memory: WindowMemory, crashed: Callable[[Exception], None]
) -> MainWindow:
    """Return the window, with no project in it."""
    pages = tuple(page_action(spec.id, spec.title, place) for place, spec in enumerate(PAGES, 1))
    actions = (
        *FILE_ACTIONS, *EDIT_ACTIONS, *RUN_ACTIONS, *VIEW_ACTIONS, *pages, *HELP_ACTIONS,
    )  # fmt: skip
    return MainWindow(PAGES, actions, theme, memory, crashed)
