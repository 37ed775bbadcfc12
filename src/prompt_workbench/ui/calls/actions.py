"""What can be done on the Calls page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_workbench.ui.actions.spec import Actions, ActionSpec

if TYPE_CHECKING:
    from prompt_workbench.ui.calls.page import CallsPage

_MENU = "Calls"


def _search(page: CallsPage) -> None:
    page.start_search()


def _open_run(page: CallsPage) -> None:
    page.open_run()


def _has_call(page: CallsPage) -> bool:
    return page.selected is not None


ACTIONS: Actions = (
    ActionSpec(id="calls.search", title="Search Calls", run=_search, shortcut="Ctrl+F", menu=_MENU),
    ActionSpec(
        id="calls.open_run",
        title="Open the Run of This Call",
        run=_open_run,
        shortcut="Ctrl+Return|Ctrl+Enter",
        menu=_MENU,
        enabled_when=_has_call,
    ),
)
