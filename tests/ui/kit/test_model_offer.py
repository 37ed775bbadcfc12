"""While the local model is missing it is offered, fetched with progress, and errors are told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
import qasync
from PySide6.QtWidgets import QMainWindow
from tests.support.screen import act, settle, until

from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.domain.errors import HostError
from prompt_workbench.services.base import Done
from prompt_workbench.services.models import DefaultModel
from prompt_workbench.ui.kit.history import History
from prompt_workbench.ui.kit.layouts import column, holding
from prompt_workbench.ui.kit.model_offer import ModelOffer
from prompt_workbench.ui.kit.page import Navigator, PageContext
from prompt_workbench.ui.kit.toasts import Notifier

MODEL = DefaultModel(
    name="local/small", title="Small", size=93_000_000, licence="Apache-2.0",
    why="It runs here.", installed=False,
)  # fmt: skip


class Models:
    """The part of the models service that the offer uses."""

    def __init__(self) -> None:
        self.default = MODEL
        self.may_finish = asyncio.Event()
        self.problem: Exception | None = None

    async def fetch_default(self, progress: Callable[[int, int], None]) -> Done[None]:
        progress(46_500_000, 93_000_000)
        await self.may_finish.wait()
        if self.problem is not None:
            raise self.problem
        self.default = replace(MODEL, installed=True)
        return Done(value=None, changes=changed(Kind.MODEL))


@pytest.fixture
def models(loop: qasync.QEventLoop) -> Models:
    return Models()


@pytest.fixture
def offer(qtbot, theme, models: Models) -> ModelOffer:
    window = QMainWindow()
    qtbot.addWidget(window)
    notify = Notifier(window, theme, pytest.fail)
    context = PageContext(
        workbench=SimpleNamespace(models=models), navigator=Navigator(window), notify=notify,
        history=History(notify, window), theme=theme,
    )  # fmt: skip
    made = ModelOffer(context)
    window.setCentralWidget(holding(column(made)))
    window.show()
    return made


def test_the_offer_says_size_licence_and_reason(offer) -> None:
    words = offer._words.text()
    assert "93 MB" in words
    assert "Apache-2.0" in words
    assert "It runs here." in words


def test_fetching_shows_progress_and_the_offer_goes(loop, offer, models) -> None:
    act(loop, offer._fetch.click)
    until(loop, lambda: "46 MB of 93 MB" in offer._words.text())
    assert offer._bar.value() == 500
    models.may_finish.set()
    until(loop, offer.isHidden)


def test_a_failed_download_says_why_and_can_be_tried_again(loop, offer, models) -> None:
    models.problem = HostError("There is no network.", hint="Try again later.")
    models.may_finish.set()
    act(loop, offer._fetch.click)
    until(loop, lambda: "There is no network." in offer._words.text())
    assert "Try again later." in offer._words.text()
    assert offer._fetch.isVisible()


def test_a_download_can_be_cancelled(loop, offer, models) -> None:
    act(loop, offer._fetch.click)
    until(loop, offer._cancel.isVisible)
    act(loop, offer._cancel.click)
    settle(loop)
    assert "stopped" in offer._words.text()
    assert offer._fetch.isVisible()
