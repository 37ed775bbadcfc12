"""The main window: rail, panels and status bar around the pages of one open project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QWidget
from typing_extensions import override

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.ui.actions.registry import ALWAYS, ActionRegistry
from prompt_workbench.ui.actions.spec import Actions
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.history import History
from prompt_workbench.ui.kit.layouts import holding, row
from prompt_workbench.ui.kit.page import Navigator, Page, PageContext, PageSpec, Target
from prompt_workbench.ui.kit.toasts import Notifier
from prompt_workbench.ui.shell.memory import WindowMemory
from prompt_workbench.ui.shell.panels import Panels
from prompt_workbench.ui.shell.queue import Queue
from prompt_workbench.ui.shell.rail import Rail
from prompt_workbench.ui.shell.status_bar import StatusBar
from prompt_workbench.ui.theme.apply import Theme, ThemeMode

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench

_LEADING_MENUS = ("File", "Edit", "View")
_LAST_MENU = "Help"


class MainWindow(QMainWindow):
    """Shows one project; `close_asked` is what the person wants, not what happens."""

    painted = Signal()
    """Once, after the window was on the screen for the first time."""
    close_asked = Signal()
    sample_asked = Signal()
    create_asked = Signal()
    choose_asked = Signal()

    def __init__(
        self,
        pages: Sequence[PageSpec],
        actions: Actions,
        theme: Theme,
        memory: WindowMemory,
        crashed: Callable[[Exception], None],
    ) -> None:
        super().__init__()
        self.setWindowTitle("Prompt Workbench")
        self.specs = {spec.id: spec for spec in pages}
        self.theme = theme
        self.memory = memory
        self.notify = Notifier(self, theme, crashed)
        self.history = History(self.notify, self)
        self._tasks = TaskScope(self, on_error=self.notify.show_error)
        self.navigator = Navigator(self)
        self.registry = ActionRegistry(self)
        self.registry.add(ALWAYS, actions, self)
        self.actions_everywhere = actions
        self.queue = Queue(self.notify, self.navigator, self)
        self.panels = Panels()
        self.workbench: Workbench | None = None
        self._pages: dict[str, Page] = {}
        self._context: PageContext | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._shown = memory.page()
        self.was_painted = False
        self._rail = Rail(pages, theme)
        self._status = StatusBar(self.queue, theme)
        self._build()

    def show_place(self, widget: QWidget) -> None:
        """Show a widget where the pages are, while there is no project."""
        self._rail.setEnabled(False)
        self.panels.clear()
        self.panels.show_page(widget)
        self._fill_menus()

    def show_workbench(self, workbench: Workbench) -> None:
        """Show an opened project, on the page that was shown last."""
        self.workbench = workbench
        self.panels.clear()
        self._context = PageContext(
            workbench=workbench,
            navigator=self.navigator,
            notify=self.notify,
            history=self.history,
            theme=self.theme,
        )
        project = workbench.project
        self.setWindowTitle(f"{project.name} – Prompt Workbench")
        self._status.show_project(project)
        self._unsubscribe = workbench.subscribe(self._on_changes)
        self.queue.follow(workbench)
        self._rail.setEnabled(True)
        self.show_page(self._first_page())

    def start_on(self, page_id: str) -> None:
        """Show the project that is opened next on this page."""
        self._shown = page_id

    def leave_workbench(self) -> Workbench | None:
        """Take the project off the screen before it is closed; its pages are gone then."""
        workbench, self.workbench = self.workbench, None
        self._unsubscribe()
        self._unsubscribe = lambda: None
        self.queue.leave()
        self.history.clear()
        for page_id in self._pages:
            self.registry.remove(page_id)
        self._pages.clear()
        self._context = None
        self.panels.clear()
        return workbench

    async def finish_pages(self) -> None:
        """Let every page store what must not be lost."""
        for page in tuple(self._pages.values()):
            await page.finish()

    def show_page(self, page_id: str) -> Page | None:
        """Bring a page to the front, building it at its first time."""
        if self._context is None:
            return None
        page = self._pages.get(page_id) or self._made(self.specs[page_id], self._context)
        self._shown = page_id
        self.registry.show_page(page_id)
        self._rail.show_page(page_id)
        self.panels.show_page(page)
        self._fill_menus()
        page.shown()
        return page

    def current_page(self) -> Page | None:
        """Return the page at the front."""
        return self._pages.get(self._shown)

    @property
    def help_place(self) -> str:
        """The place in the help that tells about what is shown; empty without a project."""
        return self.specs[self._shown].help if self.current_page() is not None else ""

    def open_target(self, target: Target) -> None:
        """Show what a page wishes to be shown, on the page that opens such things."""
        for spec in self.specs.values():
            if target.kind in spec.opens:
                page = self.show_page(spec.id)
                if page is not None:
                    page.open(target)
                return

    def set_theme_mode(self, mode: ThemeMode) -> None:
        """Switch the appearance and remember it."""
        self.theme.set_mode(mode)
        self._tasks.start(self.memory.set_theme_mode(mode))

    def toggle_navigator(self) -> None:
        """Show or hide the panel to the left of the page."""
        self.panels.navigator_wanted = not self.panels.navigator_wanted
        self.panels.show_sides()

    def toggle_inspector(self) -> None:
        """Show or hide the panel to the right of the page."""
        self.panels.inspector_wanted = not self.panels.inspector_wanted
        self.panels.show_sides()

    def remember_layout(self) -> None:
        """Keep size and panels for the next start."""
        self.memory.set_layout(
            self._shown, window=self.saveGeometry(), panels=self.panels.saveState()
        )

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.was_painted:
            self.was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        # The worker and the project are closed first; `start` ends the program after that.
        event.ignore()
        self.close_asked.emit()

    def _build(self) -> None:
        self.resize(1280, 820)
        self.setMinimumSize(800, 560)
        self.setCentralWidget(holding(row(self._rail, (self.panels, 1), spacing=0)))
        self.setStatusBar(self._status)
        self._rail.chosen.connect(self.show_page)
        self.navigator.asked.connect(self.open_target)
        if (geometry := self.memory.layout("window")) is not None:
            self.restoreGeometry(geometry)
        if (state := self.memory.layout("panels")) is not None:
            self.panels.restoreState(state)

    def _first_page(self) -> str:
        return self._shown if self._shown in self.specs else next(iter(self.specs))

    def _made(self, spec: PageSpec, context: PageContext) -> Page:
        page = spec.made(context)
        page.saving_changed.connect(lambda saving: self._status.show_saving(saving=saving))
        self._pages[spec.id] = page
        self.registry.add(spec.id, spec.actions, page)
        return page

    def _fill_menus(self) -> None:
        menus = (spec.menu for spec in self.specs.values() if spec.menu)
        self.registry.fill(self.menuBar(), (*_LEADING_MENUS, *menus, _LAST_MENU))

    def _on_changes(self, changes: ChangeSet) -> None:
        if changes.touches(Kind.SETTING):
            self.theme.set_mode(self.memory.theme_mode)
        self.queue.on_changes(changes)
        for page in tuple(self._pages.values()):
            page.on_changes(changes)
