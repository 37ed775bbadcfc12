"""Opens a project in the real window and says how long its pages took; in a process of its own.

``python -m tests.performance.window_child PROJECT [--all]`` prints JSON. Times begin when the
window is on the screen and end when what is asked for is painted; placeholders do not count.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication, QTableView, QWidget
from tests.performance.stalls import StallWatch, spread

from prompt_workbench.app import wired_projects
from prompt_workbench.ui.calls.page import CallsPage
from prompt_workbench.ui.costs.page import CostsPage
from prompt_workbench.ui.desk import Desk

_WITHIN_S = 60
_FRAME_S = 1 / 60
_STEPS = 200


class Session:
    """The window on one project."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.window = desk.window

    async def until(self, holds: Callable[[], object]) -> None:
        """Let the app run until something is so."""
        deadline = time.monotonic() + _WITHIN_S
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError("It did not happen.")
            await asyncio.sleep(0.001)

    async def open(self, location: str) -> tuple[CallsPage, dict[str, float]]:
        """Open the project, go to its calls, and return how long their rows took."""
        began = time.perf_counter()
        self.desk.open(location)
        await self.until(lambda: self.window.workbench is not None)
        opened = time.perf_counter()
        page = self.window.show_page("calls")
        if not isinstance(page, CallsPage):
            raise TypeError("There is no Calls page.")
        counted: list[str] = []
        page.presenter.counted.connect(counted.append)
        view = page.findChild(QTableView)
        await self.until(lambda: _shows_rows(view) or (counted and not view.model().rowCount()))
        _paint(self.window)
        painted = time.perf_counter()
        await self.until(lambda: counted)
        return page, {
            "open_ms": 1000 * (opened - began),
            "page_ms": 1000 * (painted - opened),
            "rows_ms": 1000 * (painted - began),
            "counted_ms": 1000 * (time.perf_counter() - began),
        }

    async def scroll(self, view: QTableView) -> dict[str, Any]:
        """Scroll three rows a frame from the top, then from the middle."""
        bar = view.verticalScrollBar()
        step = 3 * view.rowHeight(0)
        middle = bar.maximum() // 2
        watch = StallWatch()
        watch.start()
        top = await self._frames(view, [step * n for n in range(_STEPS)])
        jump = await self._jump(view, middle)
        mid = await self._frames(view, [middle + step * n for n in range(_STEPS)])
        return {
            "frames": spread(top + mid + [jump["frame_ms"]]),
            "jump": jump,
            "stalls": watch.stop(),
        }

    async def _frames(self, view: QTableView, places: list[int]) -> list[float]:
        took = []
        for place in places:
            began = time.perf_counter()
            view.verticalScrollBar().setValue(place)
            view.viewport().repaint()
            took.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(_FRAME_S)
        return took

    async def _jump(self, view: QTableView, place: int) -> dict[str, float]:
        began = time.perf_counter()
        view.verticalScrollBar().setValue(place)
        view.viewport().repaint()
        frame_ms = 1000 * (time.perf_counter() - began)
        await self.until(lambda: _shows_rows(view))
        view.viewport().repaint()
        return {"frame_ms": frame_ms, "rows_ms": 1000 * (time.perf_counter() - began)}

    async def search(self, page: CallsPage, words: str) -> float:
        """Search as the field does once the typing pauses; return how long the rows took."""
        view = page.findChild(QTableView)
        counted: list[str] = []
        page.presenter.counted.connect(counted.append)
        page.presenter.search_text = words
        began = time.perf_counter()
        page.presenter.load()
        await self.until(lambda: counted and _shows_rows(view))
        _paint(self.window)
        return 1000 * (time.perf_counter() - began)

    async def costs(self) -> dict[str, Any]:
        """Go to the Costs page and return how long its figures and its charts took."""
        watch = StallWatch()
        watch.start()
        began = time.perf_counter()
        page = self.window.show_page("costs")
        if not isinstance(page, CostsPage):
            raise TypeError("There is no Costs page.")
        await self.until(lambda: page.presenter.figures is not None)
        _paint(self.window)
        figures_ms = 1000 * (time.perf_counter() - began)
        await self.until(lambda: page._charts is not None and page._charts.is_drawn)
        _paint(self.window)
        charts_ms = 1000 * (time.perf_counter() - began)
        return {"figures_ms": figures_ms, "charts_ms": charts_ms, "stalls": watch.stop()}


def _shows_rows(view: QTableView) -> bool:
    """Return whether all rows that can be seen are there."""
    model = view.model()
    first = view.rowAt(0)
    last = view.rowAt(view.viewport().height() - 1)
    if first < 0:
        return False
    last = model.rowCount() - 1 if last < 0 else last
    return all(model.row(position) is not None for position in (first, last))


def _paint(window: QWidget) -> None:
    window.repaint()


async def _measure(desk: Desk, location: str, *, everything: bool) -> dict[str, Any]:
    session = Session(desk)
    page, found = await session.open(location)
    facts: dict[str, Any] = dict(found)
    if everything:
        view = page.findChild(QTableView)
        facts["scroll"] = await session.scroll(view)
        facts["search_ms"] = {
            words: [await session.search(page, words) for _ in range(5)] for words in SEARCHES
        }
        facts["costs"] = await session.costs()
        desk.window.show_page("calls")
        await asyncio.sleep(0.1)
    desk.close()
    await desk.closed
    return facts


def in_window(work: Callable[[Desk], Coroutine[Any, Any, dict[str, Any]]]) -> None:
    """Show the window, work with it once it is painted, and print what was found."""
    app = QApplication([sys.argv[0], "-style", "Fusion"])
    app.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    desk = Desk(wired_projects(), app)
    desk.window.show()
    while not desk.window.was_painted:
        app.processEvents()
    with loop:
        facts = loop.run_until_complete(work(desk))
    sys.stdout.write(json.dumps(facts))


def main() -> None:
    """Measure the project of the command line."""
    location, everything = sys.argv[1], "--all" in sys.argv[2:]
    in_window(lambda desk: _measure(desk, location, everything=everything))


SEARCHES = ("quetzalcoatl", "question", "question kind", '"be kind"', "que")
"""A rare word, one that is in all calls, two of them, a phrase, and the beginning of a word."""

if __name__ == "__main__":
    main()
