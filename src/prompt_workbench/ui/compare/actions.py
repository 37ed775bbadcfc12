"""What a person can do on the page of comparisons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_workbench.ui.actions.spec import Actions, ActionSpec

if TYPE_CHECKING:
    from prompt_workbench.ui.compare.page import ComparePage


def _has_run(page: ComparePage) -> bool:
    return page.run.run is not None


def _has_cell(page: ComparePage) -> bool:
    return page.selected_cell is not None


def _pause_or_go_on(page: ComparePage) -> None:
    if page.run.is_paused:
        page.run.go_on()
    else:
        page.run.pause()


ACTIONS: Actions = (
    ActionSpec(
        id="compare.run",
        title="Run Comparison",
        run=lambda page: page.run_comparison(),
        shortcut="Ctrl+Return|Ctrl+Enter",
        menu="Compare",
        enabled_when=lambda page: page.can_run,
    ),
    ActionSpec(
        id="compare.new",
        title="New Comparison",
        run=lambda page: page.show_setup(),
        shortcut="Ctrl+N",
        menu="Compare",
    ),
    ActionSpec(
        id="compare.again",
        title="Compare Again with Changes",
        run=lambda page: page.compare_again(),
        menu="Compare",
        enabled_when=_has_run,
    ),
    ActionSpec(
        id="compare.pause",
        title="Pause or Go On with This Run",
        run=_pause_or_go_on,
        shortcut="Ctrl+Shift+Space",
        menu="Compare",
        enabled_when=lambda page: page.run.can_pause or page.run.is_paused,
        separator=True,
    ),
    ActionSpec(
        id="compare.stop",
        title="Stop This Run",
        run=lambda page: page.run.stop(),
        shortcut="Ctrl+.",
        menu="Compare",
        enabled_when=lambda page: page.run.active,
    ),
    ActionSpec(
        id="compare.retry_cell",
        title="Send Cell Again",
        run=lambda page: page.retry_cell(),
        menu="Compare",
        enabled_when=_has_cell,
    ),
    ActionSpec(
        id="compare.retry_failed",
        title="Retry Failed Cells",
        run=lambda page: page.run.retry(),
        menu="Compare",
        enabled_when=lambda page: page.run.can_retry,
    ),
    ActionSpec(
        id="compare.copy",
        title="Copy Answer",
        run=lambda page: page.copy_answer(),
        shortcut="Ctrl+C",
        menu="Compare",
        enabled_when=lambda page: page.can_copy_cell,
        separator=True,
    ),
    ActionSpec(
        id="compare.rescore",
        title="Score Again…",
        run=lambda page: page.ask_rescore(),
        menu="Compare",
        enabled_when=_has_run,
    ),
    ActionSpec(
        id="compare.export",
        title="Export Run…",
        run=lambda page: page.ask_export(),
        shortcut="Ctrl+E",
        menu="Compare",
        enabled_when=_has_run,
    ),
    ActionSpec(
        id="compare.taller",
        title="Taller Rows",
        run=lambda page: page.grid.change_row_height(1),
        shortcut="Ctrl+Shift+Down",
        menu="Compare",
        enabled_when=_has_run,
        separator=True,
    ),
    ActionSpec(
        id="compare.shorter",
        title="Shorter Rows",
        run=lambda page: page.grid.change_row_height(-1),
        shortcut="Ctrl+Shift+Up",
        menu="Compare",
        enabled_when=_has_run,
    ),
    ActionSpec(
        id="compare.plots",
        title="Plots",
        run=lambda page: page.plots.toggle(),
        shortcut="F8",
        menu="Compare",
        enabled_when=_has_run,
        checked_when=lambda page: page.plots.is_open,
    ),
)
