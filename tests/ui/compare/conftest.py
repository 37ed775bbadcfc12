"""The page of comparisons in the real window, on a real project; only the models are scripted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QApplication
from tests.support.desk import Driver
from tests.support.engine import answer, echo
from tests.support.projects import MODEL, register
from tests.ui.compare.inner_worker import InnerWorker

from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.prompts import text_prompt
from prompt_workbench.domain.usage import Price
from prompt_workbench.providers.base import Answer, OnText
from prompt_workbench.providers.listing import UNLISTED
from prompt_workbench.providers.listings import remember
from prompt_workbench.services.person import Person
from prompt_workbench.services.projects import Projects
from prompt_workbench.services.workbench import Workbench
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.settings.store import SettingsStore, memory
from prompt_workbench.storage.project import Project
from prompt_workbench.system.renderer import Renderer
from prompt_workbench.system.secrets import KeyVault
from prompt_workbench.ui.compare.page import ComparePage

CASES = 6
NOWHERE = "http://127.0.0.1:9/v1"
PRICE = Price(input=Decimal(100), output=Decimal(100))
"""An echo of 15 tokens costs $0.0015."""


@pytest.fixture
def worker() -> InnerWorker:
    register(NOWHERE, price=PRICE.input)
    remember(Endpoint(name="fake", base_url=NOWHERE), {"fake": UNLISTED})
    made = InnerWorker()
    made.answer(MODEL, echo, price=PRICE)
    return made


@pytest.fixture
def desk(
    qapp: QApplication,
    loop: qasync.QEventLoop,
    worker: InnerWorker,
    gate: asyncio.Event,
    tmp_path: Path,
) -> Iterator[Driver]:
    """Open the window on a project with two versions of a prompt and a dataset."""
    projects = _projects(worker)
    path = tmp_path / "mail.pwb"
    loop.run_until_complete(_fill(projects, path))
    made = Driver(qapp, loop, projects)
    try:
        made.window.resize(1280, 800)
        made.begin(path)
        made.window.activateWindow()
        made.until(made.window.isActiveWindow)
        yield made
    finally:
        gate.set()
        made.end()


@pytest.fixture
def page(desk: Driver) -> ComparePage:
    """Return the page with its form filled in: two versions on one model over all cases."""
    shown: ComparePage = desk.page("compare")
    desk.until(lambda: shown.setup.can_make and shown.setup.estimate is not None)
    return shown


@pytest.fixture
def gate() -> asyncio.Event:
    """Return what answers wait for, where a test says so."""
    return asyncio.Event()


@pytest.fixture
def held(worker: InnerWorker, gate: asyncio.Event) -> InnerWorker:
    """Have every answer begin and then wait for the gate."""
    _hold(worker, gate)
    return worker


@pytest.fixture
def elsewhere(desk: Driver, gate: asyncio.Event, tmp_path: Path) -> Iterator[Workbench]:
    """Return another program that has the project open, whose answers wait for the gate."""
    worker = InnerWorker()
    _hold(worker, gate)
    workbench = desk.loop.run_until_complete(_projects(worker).open(tmp_path / "mail.pwb"))
    yield workbench
    gate.set()
    desk.loop.run_until_complete(workbench.close())


def _hold(worker: InnerWorker, gate: asyncio.Event) -> None:
    async def behave(prompt: str, on_text: OnText) -> Answer:
        on_text("It begins")
        await gate.wait()
        return answer(f"It begins, {prompt}")

    worker.answer(MODEL, behave)


def _projects(worker: InnerWorker) -> Projects:
    def connect(project: Project) -> Workbench:
        return Workbench(project, worker=worker, renderer=Renderer(), person=person)

    person = Person(store=SettingsStore(), memory=memory(), vault=KeyVault())
    return Projects(connect, person)


async def _fill(projects: Projects, path: Path) -> None:
    workbench = await projects.create(path)
    first = await workbench.prompts.create("reply", text_prompt("Answer {{mail}}"))
    await workbench.prompts.save(
        first.value.prompt_id,
        text_prompt("Please answer {{mail}}"),
        message="politer",
        base_id=first.value.id,
    )
    cases = [
        Case(inputs={"mail": f"mail {number}"}, expected_output=f"Answer mail {number}")
        for number in range(CASES)
    ]
    await workbench.datasets.create("mails", cases)
    await workbench.close()
