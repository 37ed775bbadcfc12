"""What a page of the window is, and how pages reach each other without knowing each other."""

from __future__ import annotations

import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from prompt_workbench.domain.changes import ChangeSet
from prompt_workbench.ui.actions.menus import open_menu
from prompt_workbench.ui.actions.spec import Actions
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.history import History
from prompt_workbench.ui.kit.toasts import Notifier
from prompt_workbench.ui.theme.apply import Theme

if TYPE_CHECKING:
    from prompt_workbench.domain.calls import CallFilter
    from prompt_workbench.services.workbench import Workbench


class TargetKind(StrEnum):
    """The kinds of things that a page can be asked to show."""

    PROMPT = "prompt"
    VERSION = "version"
    COMPARE = "compare"
    """A new comparison, filled in with the prompt whose id is given."""
    COMPARE_ON = "compare_on"
    """A new comparison on the dataset version that the id names, as ``NAME@NUMBER``."""
    RUN = "run"
    DATASET = "dataset"
    IMPORT = "import"
    """The import of a dataset from a file."""
    CALL = "call"
    CALLS = "calls"
    """The list of the calls that the filter of the target takes."""
    MODELS = "models"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A thing to show; an empty id means the place itself."""

    kind: TargetKind
    id: str = ""
    detail: str = ""
    """What of it, where the page knows more than one thing."""
    calls: CallFilter | None = None
    """Which calls, for a list of them."""


class Navigator(QObject):
    """Carries wishes between pages: the window shows the page that opens the target."""

    asked = Signal(object)

    def open(self, target: Target) -> None:
        """Show the target on the page that is responsible for it."""
        self.asked.emit(target)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What every page gets."""

    workbench: Workbench
    navigator: Navigator
    notify: Notifier
    history: History
    theme: Theme


class Page(QWidget):
    """A page; it builds its widgets in `__init__` and loads its data when it is shown."""

    saving_changed = Signal(bool)
    """Whether something that was typed is not yet in the project file."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.declared: Actions = ()
        self.tasks = TaskScope(self, on_error=context.notify.show_error)

    def open_menu(self, widget: QWidget, place: QPoint, *action_ids: str) -> None:
        """Open a context menu of some of the page's actions at a place of a widget."""
        specs = {spec.id: spec for spec in self.declared}
        open_menu(widget, [specs[each] for each in action_ids], self, place)

    def shown(self) -> None:
        """Do what is needed when the page comes to the front."""

    def open(self, target: Target) -> None:
        """Show a target of a kind that the page declared."""

    def on_changes(self, changes: ChangeSet) -> None:
        """Note that stored things changed; called for every page that was shown before."""

    def navigator(self) -> QWidget | None:
        """Return what stands to the left of the page."""
        return None

    def inspector(self) -> QWidget | None:
        """Return what stands to the right of the page."""
        return None

    async def finish(self) -> None:
        """Store what must not be lost; called before the window closes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSpec:
    """The declaration of a page; its module is imported when it is first shown."""

    id: str
    title: str
    icon: str
    build: str
    """``package.module:Class``; a class is called with the `PageContext`."""
    opens: Sequence[TargetKind] = ()
    actions: Actions = ()
    menu: str = ""
    """The title of its menu."""
    help: str = ""
    """The place in the help that tells about it: ``page`` or ``page#anchor``."""

    def made(self, context: PageContext) -> Page:
        """Import the page and build it."""
        # Never in another thread: PySide makes its types while it is imported, and crashes
        # now and then when the window is painted meanwhile.
        page = pkgutil.resolve_name(self.build)(context)
        if not isinstance(page, Page):
            raise TypeError(f"{self.build} is not a page")
        page.declared = self.actions
        return page
