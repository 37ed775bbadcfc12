"""What a person can do on the Datasets page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_workbench.ui.actions.spec import Actions, ActionSpec

if TYPE_CHECKING:
    from prompt_workbench.domain.datasets import Dataset
    from prompt_workbench.ui.datasets.page import DatasetsPage

_MENU = "Dataset"


def _is_open(page: DatasetsPage) -> bool:
    return page.presenter.state is not None


def _dataset(page: DatasetsPage) -> Dataset:
    state = page.presenter.state
    if state is None:
        raise LookupError("no dataset is open")
    return state.dataset


def _can_edit(page: DatasetsPage) -> bool:
    return page.presenter.can_edit


def _is_edited(page: DatasetsPage) -> bool:
    return page.presenter.is_edited


def _is_old(page: DatasetsPage) -> bool:
    return _is_open(page) and not page.presenter.can_edit


ACTIONS: Actions = (
    ActionSpec(
        id="dataset.import",
        title="Import CSV or JSONL…",
        run=lambda page: page.asking.import_file(),
        shortcut="Ctrl+I",
        menu=_MENU,
    ),
    ActionSpec(
        id="dataset.new",
        title="New Dataset…",
        run=lambda page: page.asking.new(),
        shortcut="Ctrl+N",
        menu=_MENU,
    ),
    ActionSpec(
        id="dataset.filter",
        title="Find Dataset",
        run=lambda page: page.focus_filter(),
        shortcut="Ctrl+F",
        menu=_MENU,
    ),
    ActionSpec(
        id="dataset.add_case",
        title="Add Case",
        run=lambda page: page.add_case(),
        shortcut="Ctrl+Shift+A",
        menu=_MENU,
        enabled_when=_can_edit,
        separator=True,
    ),
    ActionSpec(
        id="dataset.remove_cases",
        title="Remove or Restore the Marked Cases",
        run=lambda page: page.remove_or_restore(),
        shortcut="Ctrl+Backspace|Ctrl+Del",
        menu=_MENU,
        enabled_when=lambda page: page.presenter.can_edit and bool(page.marked),
    ),
    ActionSpec(
        id="dataset.add_input",
        title="Add Input Column…",
        run=lambda page: page.asking.add_input(),
        menu=_MENU,
        enabled_when=_can_edit,
    ),
    ActionSpec(
        id="dataset.add_metadata",
        title="Add Metadata Column…",
        run=lambda page: page.asking.add_metadata(),
        menu=_MENU,
        enabled_when=_can_edit,
    ),
    ActionSpec(
        id="dataset.save",
        title="Save as New Version…",
        run=lambda page: page.save(),
        shortcut="Ctrl+S",
        menu=_MENU,
        enabled_when=lambda page: page.can_save,
        separator=True,
    ),
    ActionSpec(
        id="dataset.discard",
        title="Discard Edits",
        run=lambda page: page.presenter.discard(),
        menu=_MENU,
        enabled_when=_is_edited,
    ),
    ActionSpec(
        id="dataset.make_newest",
        title="Make This Version the Newest",
        run=lambda page: page.presenter.make_newest(),
        menu=_MENU,
        enabled_when=_is_old,
    ),
    ActionSpec(
        id="dataset.compare",
        title="Compare on This Dataset…",
        run=lambda page: page.compare(),
        shortcut="Ctrl+Return|Ctrl+Enter",
        menu=_MENU,
        enabled_when=_is_open,
        separator=True,
    ),
    ActionSpec(
        id="dataset.export",
        title="Export to CSV or JSONL…",
        run=lambda page: page.asking.export(),
        shortcut="Ctrl+E",
        menu=_MENU,
        enabled_when=_is_open,
    ),
    ActionSpec(
        id="dataset.rename",
        title="Rename Dataset…",
        run=lambda page: page.asking.rename(_dataset(page)),
        shortcut="F2",
        menu=_MENU,
        enabled_when=_is_open,
    ),
    ActionSpec(
        id="dataset.delete",
        title="Delete Dataset",
        run=lambda page: page.datasets.delete(_dataset(page)),
        menu=_MENU,
        enabled_when=_is_open,
    ),
)
