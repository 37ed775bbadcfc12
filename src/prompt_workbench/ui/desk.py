"""Holds the one window: opens projects into it, and closes them in order before the end."""

from __future__ import annotations

import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property, partial
from pathlib import PurePath
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from prompt_workbench.services.settings import Settings
from prompt_workbench.ui.bridge import Latest, TaskScope, delayed
from prompt_workbench.ui.compare.spec import PAGE as COMPARE
from prompt_workbench.ui.main_window import main_window
from prompt_workbench.ui.shell.garbage import GarbageCollector
from prompt_workbench.ui.shell.memory import WindowMemory
from prompt_workbench.ui.shell.welcome import Opening, Welcome
from prompt_workbench.ui.theme.apply import Theme

if TYPE_CHECKING:
    import asyncio

    from prompt_workbench.services.workbench import Workbench

_log = logging.getLogger(__name__)

_FILES = "Prompt Workbench projects (*.pwb)"

_WARM_MS = 1_500
"""After this the project is on the screen, and a person looks before typing."""


class ProjectDoor(Protocol):
    """How the app gets at projects; the composition root passes one in."""

    @property
    def settings(self) -> Settings:
        """The person's settings; there before any project is open."""

    def recent(self) -> Sequence[str]:
        """Return the projects that were opened last, newest first."""

    async def open(self, location: str) -> Workbench:
        """Open a project."""

    async def create(self, location: str) -> Workbench:
        """Make a project and open it."""

    async def open_sample(self) -> Workbench:
        """Open the sample project, made at its first use."""


class Desk(QObject):
    """Holds the one window: opens projects into it, and closes them before the end."""

    def __init__(self, door: ProjectDoor, app: QApplication) -> None:
        super().__init__()
        self._door = door
        self._first: Callable[[], None] | None = None
        self._garbage = GarbageCollector(self)
        memory = WindowMemory(door.settings)
        self.window = main_window(Theme(app, memory.theme_mode), memory, self.report)
        self._tasks = TaskScope(self, on_error=self.window.notify.show_error)
        self._closing = False
        self._wanted = 0
        """How often a project was asked for: only what was asked for last is shown."""
        self._warm_soon = delayed(self, _WARM_MS, self._warm)
        self._warming = Latest(self._tasks)
        self.window.close_asked.connect(self.close)
        self.window.sample_asked.connect(self.open_sample)
        self.window.create_asked.connect(self.ask_new)
        self.window.choose_asked.connect(self.ask_open)

    @cached_property
    def closed(self) -> asyncio.Future[None]:
        """Done when project and window are closed."""
        import asyncio

        return asyncio.get_event_loop().create_future()

    @cached_property
    def _turn(self) -> asyncio.Lock:
        """Held by whoever takes a project off the screen or puts one there."""
        import asyncio

        return asyncio.Lock()

    def begin(self, location: str | None, *, sample: bool) -> None:
        """Show the window, and open the project in it once it is painted."""
        self.window.painted.connect(self.open_first)
        self.show_first(location, sample=sample)

    def show_first(self, location: str | None, *, sample: bool) -> None:
        """Show the window without a project; which one is opened is decided here."""
        recent = self._door.recent()
        wanted = location or (recent[0] if recent and not sample else None)
        if sample:
            self._first = self.open_sample
        elif wanted is not None:
            self._first = partial(self.open, wanted)
        if self._first is None:
            self._show_welcome()
        else:
            self.window.show_place(Opening(PurePath(wanted or "the sample project").name))
        self.window.show()

    def open_first(self) -> None:
        """Open the project that the start decided on."""
        if self._first is not None:
            self._first()

    def open(self, location: str) -> None:
        """Open a project in place of the one that is open."""
        self._enter(PurePath(location).name, lambda: self._door.open(location))

    def open_sample(self) -> None:
        """Open the sample project, where its comparison is ready to run."""
        self.window.start_on(COMPARE.id)
        self._enter("the sample project", self._door.open_sample)

    def ask_new(self) -> None:
        """Ask where the new project goes."""
        from prompt_workbench.ui.kit.dialogs import ask_save_file

        ask_save_file(
            self.window,
            title="New project",
            filters=_FILES,
            suffix="pwb",
            done=lambda path: self._enter(PurePath(path).name, lambda: self._door.create(path)),
        )

    def ask_open(self) -> None:
        """Ask which project to open."""
        from prompt_workbench.ui.kit.dialogs import ask_open_file

        ask_open_file(self.window, title="Open project", filters=_FILES, done=self.open)

    def close(self) -> None:
        """Close project and window in order, then end the app; ask first while calls run."""
        if self._closing:
            return
        if self.window.queue.busy:
            from prompt_workbench.ui.kit.dialogs import confirm

            confirm(
                self.window,
                title="Calls are running",
                text="What is being answered now is finished and kept. "
                "The rest waits in the project and can be resumed at the next start.",
                yes="Quit",
                done=self._start_closing,
            )
        else:
            self._start_closing()

    def report(self, error: Exception) -> None:
        """Tell of an unexpected error and keep a report; the app goes on."""
        from prompt_workbench.system.crash import write_report

        try:
            where = f"A report is in {write_report(error)}."
        except OSError:
            where = "No report could be written."
        _log.error("unexpected error: %s", type(error).__name__)
        self.window.notify.show_problem("Something went wrong inside the app.", where)

    def loop_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Report an error that no task's owner took."""
        error = context.get("exception")
        if isinstance(error, Exception):
            self.report(error)
        else:
            _log.error("unexpected: %s", context.get("message"))

    def slot_failed(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Report an error raised in a slot or a callback."""
        if isinstance(error, Exception):
            self.report(error)
        else:
            sys.__excepthook__(kind, error, trace)

    def _enter(self, name: str, door: Callable[[], Awaitable[Workbench]]) -> None:
        if self.window.workbench is None:
            self.window.show_place(Opening(name))
        self._wanted += 1
        self._tasks.start(self._opened(door, self._wanted), failed=self._not_opened)

    async def _opened(self, door: Callable[[], Awaitable[Workbench]], number: int) -> None:
        workbench = await door()
        async with self._turn:
            if self._closing or number != self._wanted:
                await workbench.close()
                return
            try:
                await self._leave()
            except BaseException:
                await workbench.close()
                raise
            self.window.show_workbench(workbench)
            self._warm_soon.start()

    def _warm(self) -> None:
        """Import what the first chart needs, so that it does not wait for it."""
        from prompt_workbench.ui.plots.loading import charts_loaded

        self._warming.start(charts_loaded())

    def _not_opened(self, error: Exception) -> None:
        if self.window.workbench is None:
            self._show_welcome()
        self.window.notify.show_error(error)

    async def _leave(self) -> None:
        await self.window.finish_pages()
        workbench = self.window.leave_workbench()
        if workbench is not None:
            await workbench.close()

    def _start_closing(self) -> None:
        self._closing = True
        self._warm_soon.stop()
        self._warming.cancel()
        self.window.remember_layout()
        self._tasks.start(self._close(), failed=self._not_closed)

    async def _close(self) -> None:
        async with self._turn:
            await self._leave()
        self._end()

    def _not_closed(self, error: Exception) -> None:
        self._closing = False
        self.window.notify.show_error(error)
        self.window.notify.say("Not everything is saved.", action=("Quit anyway", self._end))

    def _end(self) -> None:
        self.window.hide()
        self.window.deleteLater()
        self._garbage.stop()
        if not self.closed.done():
            self.closed.set_result(None)

    def _show_welcome(self) -> None:
        self.window.show_place(
            Welcome(
                self._door.recent(),
                open_sample=self.open_sample,
                create=self.ask_new,
                choose=self.ask_open,
                open_recent=self.open,
                open_help=lambda: self.window.registry.run("help.show"),
            )
        )
