"""Runs 64 streams in the real window and says how it kept up; in a process of its own.

``python -m tests.performance.stall_child PROJECT URL VARIANTS ROWS`` makes a project with a
comparison of 64 cells in so many columns, of which so many rows can be seen, and prints JSON.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from PySide6.QtCore import QModelIndex
from tests.performance.mock_server import stamp
from tests.performance.product import ENDPOINT, PROMPT, content, register
from tests.performance.stalls import StallWatch, spread
from tests.performance.window_child import Session, in_window

from prompt_workbench.domain.comparisons import ComparisonSpec, Run, RunLimits, RunState
from prompt_workbench.domain.datasets import Case
from prompt_workbench.services.workbench import Workbench
from prompt_workbench.ui.compare.cell_painter import CellPainter
from prompt_workbench.ui.compare.page import ComparePage
from prompt_workbench.ui.desk import Desk

STREAMS = 64


class TokenWatch:
    """Notes how old each token is when its cell is painted with it for the first time."""

    def __init__(self, page: ComparePage) -> None:
        self.late_ms: list[float] = []
        self.painted: set[tuple[int, int]] = set()
        self._page = page
        self._seen: dict[tuple[int, int], int] = {}
        paint = CellPainter.paint

        def noted(painter: CellPainter, device: Any, option: Any, index: QModelIndex) -> None:
            paint(painter, device, option, index)
            self._note(index)

        CellPainter.paint = noted  # type: ignore[method-assign]

    def _note(self, index: QModelIndex) -> None:
        place = (index.row(), index.column())
        key = self._page.run.grid.key_at(index)
        live = None if key is None else self._page.run.grid._live.get(key)
        if live is None:
            return
        self.painted.add(place)
        now = stamp()
        tokens = live.text.split()
        fresh = tokens[self._seen.get(place, 0) :]
        self._seen[place] = len(tokens)
        self.late_ms += [(now - int(token)) % 1_000_000 for token in fresh if token.isdigit()]


async def _made(workbench: Workbench, variants: int) -> Run:
    await workbench.prompts.create(PROMPT, content())
    cases = [Case(inputs={"n": n}) for n in range(STREAMS // variants)]
    await workbench.datasets.create("items", cases)
    spec = ComparisonSpec(
        prompts=(PROMPT,),
        models=tuple(f"{ENDPOINT}/mock-{n}" for n in range(variants)),
        dataset="items",
        limits=RunLimits(concurrency=STREAMS, use_cache=False),
    )
    return (await workbench.comparisons.create(spec)).value


async def _measure(desk: Desk, variants: int, rows: int) -> dict[str, Any]:
    session = Session(desk)
    workbench = await desk._door.create(sys.argv[1])
    desk.window.show_workbench(workbench)
    run = await _made(workbench, variants)
    page = desk.window.show_page("compare")
    if not isinstance(page, ComparePage):
        raise TypeError("There is no Compare page.")
    page.grid.change_row_height(-1)
    page._begin(run)
    tokens, watch = TokenWatch(page), StallWatch()
    await session.until(lambda: page.shows_run and page.run.progress is not None)
    row_height = page.grid.verticalHeader().defaultSectionSize()
    missing = rows * row_height - page.grid.viewport().height()
    width = 1280 if variants == 1 else 900 + 160 * variants
    desk.window.resize(width, desk.window.height() + missing)
    await session.until(lambda: len(page.run.grid._live) == STREAMS)
    began = time.process_time(), time.perf_counter()
    watch.start()
    await session.until(lambda: len(page.run.grid._live) < STREAMS)
    stalls = watch.stop()
    cpu_s, wall_s = time.process_time() - began[0], time.perf_counter() - began[1]
    ended = await workbench.comparisons.finished(run.id)
    desk.close()
    await desk.closed
    return {
        "state": RunState(ended.state).value,
        "visible": len(tokens.painted),
        "stalls": stalls,
        "token_to_screen": spread(tokens.late_ms),
        "gui_cpu_share": cpu_s / wall_s,
        "seconds": wall_s,
    }


def main() -> None:
    """Measure the streams of the command line."""
    register(sys.argv[2])
    variants, rows = map(int, sys.argv[3:5])
    in_window(lambda desk: _measure(desk, variants, rows))


if __name__ == "__main__":
    main()
