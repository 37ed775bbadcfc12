"""First start: the sample project is opened, compared on the real local model, and read."""

from __future__ import annotations

from pathlib import Path

import qasync
from PySide6.QtWidgets import QApplication, QPushButton
from tests.support import local_model
from tests.support.desk import driver

from prompt_workbench.domain.comparisons import RunState


def test_a_newcomer_compares_the_sample_and_reads_the_plots(
    qapp: QApplication, loop: qasync.QEventLoop, model_weights: Path
) -> None:
    local_model.install()
    with driver(qapp, loop) as desk:
        desk.window.resize(1440, 900)
        desk.begin()
        desk.until(lambda: desk.has(QPushButton, "Open the sample project"))
        desk.shoot("first-start-1-welcome")
        desk.click(desk.find(QPushButton, "Open the sample project"))
        desk.until(lambda: desk.window.workbench is not None)
        page = desk.page("compare")
        desk.until(lambda: desk.says("64 calls"))
        desk.shoot("first-start-2-ready")
        desk.click(desk.find(QPushButton, "Run"))
        desk.until(lambda: page.run.run is not None and desk.says("at once"), timeout_s=60)
        desk.pause(6)
        desk.shoot("first-start-3-running")
        desk.until(lambda: page.run.run.state is RunState.DONE, timeout_s=240)
        desk.settle()
        desk.click_row(page.grid, 1, 1)
        desk.until(lambda: page._inspector.copied_text())
        desk.shoot("first-start-4-done")
        rates = {
            summary.variant: summary.pass_rate
            for summary in desk.loop.run_until_complete(
                desk.window.workbench.runs.summary(page.run.run.id)
            )
        }
        assert rates[1] - rates[0] >= 0.25
        desk.page("costs")
        desk.settle()
        desk.pause(1)
        desk.shoot("first-start-5-costs")
        assert desk.says("$0")
