"""Drives the real window with mouse and keyboard, as a person would."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import qasync
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLabel, QTabBar, QWidget

from prompt_workbench.app import wired_projects
from prompt_workbench.services.projects import Projects
from prompt_workbench.ui.kit.page import Page
from prompt_workbench.ui.start import Desk

T = TypeVar("T")
W = TypeVar("W", bound=QWidget)

SHOTS = "JOURNEY_SHOTS"
"""Names a folder in the environment; then the journeys leave their pictures there."""


class WatchedDesk(Desk):
    """A desk that keeps unexpected errors, so that the test fails with them."""

    errors: list[Exception]

    def report(self, error: Exception) -> None:
        self.errors.append(error)


class Driver:
    """Has the window open, and does in it what a test says."""

    def __init__(
        self, app: QApplication, loop: qasync.QEventLoop, projects: Projects | None = None
    ) -> None:
        self.loop = loop
        self.desk = WatchedDesk(projects or wired_projects(), app)
        self.desk.errors = []
        loop.set_exception_handler(self.desk.loop_failed)
        self.window = self.desk.window

    def begin(self, location: Path | None = None, *, sample: bool = False) -> None:
        """Show the window and wait until its project is open."""
        self.act(lambda: self.desk.begin(str(location) if location else None, sample=sample))
        if location or sample:
            self.until(lambda: self.window.workbench is not None)

    def end(self) -> None:
        """Close the window as a person does, and wait until all is stored."""
        self.act(self.desk.close)
        self.loop.run_until_complete(asyncio.wait_for(self.desk.closed, 40))
        gc.collect()  # here, on the GUI thread, rather than on whichever comes first
        if self.desk.errors:
            raise self.desk.errors[0]

    def act(self, action: Callable[[], T]) -> T:
        """Do something while the app runs, outside of any task, as an input event does."""
        done = self.loop.create_future()

        def run() -> None:
            try:
                done.set_result(action())
            except BaseException as error:  # noqa: BLE001
                done.set_exception(error)

        QTimer.singleShot(0, run)
        result: T = self.loop.run_until_complete(done)
        return result

    def until(self, condition: Callable[[], object], timeout_s: float = 60) -> None:
        """Let the app run until the condition holds; fail after the time."""

        async def wait() -> None:
            deadline = time.monotonic() + timeout_s
            while not condition():
                assert time.monotonic() < deadline, f"it did not happen; on screen: {self.texts()}"
                await asyncio.sleep(0.01)

        self.loop.run_until_complete(wait())

    def settle(self) -> None:
        """Wait until no page has work under way, nor asks for more when it is painted."""
        pages = self.window._pages.values()
        for _ in range(2):
            self.until(lambda: not any(page.tasks._tasks for page in pages))
            self.pause()

    def pause(self, seconds: float = 0.05) -> None:
        """Let the app run for a while."""
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def page(self, page_id: str) -> Any:
        """Go to a page."""
        shown = self.act(lambda: self.window.show_page(page_id))
        assert isinstance(shown, Page)
        self.pause()
        return shown

    def find(self, kind: type[W], name: str, within: QWidget | None = None) -> W:
        """Return the visible widget of that accessible name (or text)."""
        found = self._visible(kind, name, within)
        assert found, f"no {kind.__name__} named {name!r}; on screen: {self.texts()}"
        return found[0]

    def dialog(self) -> QDialog | None:
        """Return the dialog that is open."""
        return next((each for each in self.window.findChildren(QDialog) if each.isVisible()), None)

    def has(self, kind: type[QWidget], name: str) -> bool:
        """Return whether such a widget is on the screen."""
        return bool(self._visible(kind, name, None))

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Click a widget with the left button."""
        assert widget.isEnabled(), f"{widget.accessibleName()} is disabled"
        place = at or widget.rect().center()
        self.act(lambda: QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place))
        self.pause()

    def click_row(self, view: QAbstractItemView, row: int, column: int = 0) -> None:
        """Click a row of a list or table."""
        index = view.model().index(row, column)
        view.scrollTo(index)
        self.click(view.viewport(), view.visualRect(index).center())

    def click_tab(self, title: str) -> None:
        """Click the tab of that title."""
        for bar in self.window.findChildren(QTabBar):
            titles = [bar.tabText(place) for place in range(bar.count())]
            if bar.isVisible() and title in titles:
                self.click(bar, bar.tabRect(titles.index(title)).center())
                return
        raise AssertionError(f"no tab named {title!r}")

    def type(self, widget: QWidget, text: str) -> None:
        """Click into a field and type."""
        widget.setFocus()
        self.act(lambda: QTest.keyClicks(widget, text))
        self.pause()

    def press(
        self,
        key: Qt.Key,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        widget: QWidget | None = None,
    ) -> None:
        """Press a key in the window, or in a widget."""
        self.act(self.window.activateWindow)  # shortcuts reach the active window only
        target = widget or QApplication.focusWidget() or self.window
        self.act(lambda: QTest.keyClick(target, key, modifier))
        self.pause()

    def texts(self) -> list[str]:
        """Return every label that is on the screen."""
        labels = self.window.findChildren(QLabel)
        return [label.text() for label in labels if label.isVisible() and label.text()]

    def says(self, words: str) -> bool:
        """Return whether some label or toast on the screen has the words."""
        return any(words in text for text in self.texts())

    def shoot(self, name: str) -> None:
        """Keep a picture of the window, where the environment names a folder for it."""
        folder = os.environ.get(SHOTS)
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.pause(1)  # what is refreshed after a moment is in the picture too
            self.window.grab().save(str(Path(folder) / f"{name}.png"))

    def _visible(self, kind: type[W], name: str, within: QWidget | None) -> list[W]:
        return [
            widget
            for widget in (within or self.window).findChildren(kind)
            if widget.isVisible() and name in (widget.accessibleName(), _text(widget))
        ]


@contextmanager
def driver(app: QApplication, loop: qasync.QEventLoop) -> Iterator[Driver]:
    """Return a driver; the window is closed in order at the end, whatever happens."""
    made = Driver(app, loop)
    try:
        yield made
    finally:
        made.end()


def _text(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return str(text()) if callable(text) else ""
