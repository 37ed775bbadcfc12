"""Answers of several providers and of the local model side by side, and their bad days."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tests.support import local_model
from tests.support.desk import Driver, driver
from tests.support.serving import served

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.comparisons import RunState
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import PromptContent, text_prompt
from prompt_workbench.domain.requests import Interface, model_ref
from prompt_workbench.domain.usage import Price, Usage
from prompt_workbench.providers.fake_forms import Speech
from prompt_workbench.providers.fake_replies import FakeRequest, Reply, Script
from prompt_workbench.providers.fake_speech import FORMS, form_of
from prompt_workbench.settings import models
from prompt_workbench.settings.models import Endpoint, Terms

CTRL = Qt.KeyboardModifier.ControlModifier
MAILS = ("Where is my parcel?", "The lamp arrived broken.", "Two weeks and no refund.")
SYSTEM = "You answer for a shop that sells lamps. " * 40
ANSWER = ("I am sorry ", "to hear that. ", "We will send ", "a new one.")
USAGE = Usage(
    input_tokens=420, output_tokens=60, cache_read_input_tokens=300, reasoning_output_tokens=48
)
PRICE = Price(input=Decimal(3), output=Decimal(15), cache_read=Decimal("0.3"))
COST = Decimal("0.00135")
"""Of one call: 120 tokens at $3, 300 at $0.30 and 60 at $15 per million."""
LINES = ("$0.00036", "$0.000090", "$0.00018", "$0.00072")
"""Of these: input, read from the cache, said, and thought."""
NAMES = {
    Interface.OPENAI_CHAT: "gpt-chat/gpt",
    Interface.OPENAI_RESPONSES: "gpt-responses/gpt",
    Interface.ANTHROPIC_MESSAGES: "claude/sonnet",
    Interface.GEMINI: "gemini/flash",
}


def thoughtful(request: FakeRequest) -> Reply:
    """Answer in the form that is asked for, with hidden thoughts and a cached beginning."""
    form = form_of(request.path)
    assert form is not None
    return form.stream(Speech(texts=ANSWER, usage=USAGE), gap_s=0.05)


def test_four_interfaces_and_the_local_model_stand_in_one_grid(
    qapp: QApplication,
    loop: qasync.QEventLoop,
    model_weights: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    local_model.install()
    wanted = (*NAMES.values(), local_model.MODEL)
    with served(thoughtful) as server, project(qapp, loop, tmp_path, server.base_url) as desk:
        page = compare_page(desk, wanted)
        desk.shoot("many-providers-1-asked")
        desk.press(Qt.Key.Key_Return, CTRL, widget=desk.window)
        desk.until(lambda: state(page) is RunState.DONE, timeout_s=180)
        desk.settle()
        desk.shoot("many-providers-2-answered")
        *far, near = summary(desk, page)
        assert [each.errors for each in far] == [0] * 4
        assert [each.cost_usd for each in far] == [3 * COST] * 4
        assert (near.answered, near.cost_usd) == (3, 0)
        for column in range(4):
            desk.click_row(page.grid, 0, column)
            desk.click_tab("Cost")
            desk.until(lambda: desk.says("from reported tokens and a known price"))
            shown = desk.texts()
            assert {"420", "300", "60", "48"} <= set(shown)
            assert set(LINES) <= set(shown)
        desk.shoot("many-providers-3-explained")
    in_the_terminal(tmp_path / "many.pwb", wanted, monkeypatch)


def in_the_terminal(path: Path, wanted: tuple[str, ...], patch: pytest.MonkeyPatch) -> None:
    """Run the same comparison on the command line."""
    asked = [part for name in wanted for part in ("--model", name)]
    command = [sys.executable, "-m", "prompt_workbench", "compare", "--prompt", "reply@1"]
    command += ["--dataset", "mails", *asked, "--project", str(path), "--json"]
    with served(thoughtful) as server:
        register(server.base_url)
        done = subprocess.run(command, capture_output=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)["variants"]
    assert [variant["model"] for variant in found] == list(wanted)
    assert [(each["calls"], each["errors"]) for each in found] == [(3, 0)] * 5
    costs = [Decimal(each["cost_usd"]) for each in found]
    assert costs == [3 * COST] * 4 + [Decimal(0)]


def bad_day() -> Script:
    """Return a script: a wrong key, and a server that is asked too often at first."""
    lock, refused = threading.Lock(), [0]

    def reply(request: FakeRequest) -> Reply:
        form = form_of(request.path)
        assert form is not None
        if form is FORMS[Interface.ANTHROPIC_MESSAGES]:
            return form.refusal(401, "invalid x-api-key")
        with lock:
            refused[0] += 1
            storm = refused[0] <= 4
        if storm:
            return form.refusal(429, "Rate limit reached", headers={"Retry-After": "2"})
        return thoughtful(request)

    return reply


def test_a_wrong_key_a_server_that_is_gone_and_too_many_calls_are_told_apart(
    qapp: QApplication, loop: qasync.QEventLoop, tmp_path: Path
) -> None:
    wanted = ("claude/sonnet", "gone/m", "gemini/flash")
    with served(bad_day()) as server, project(qapp, loop, tmp_path, server.base_url) as desk:
        page = compare_page(desk, wanted)
        desk.press(Qt.Key.Key_Return, CTRL, widget=desk.window)
        desk.until(lambda: page.run.run is not None)
        desk.pause(1)
        desk.shoot("many-providers-4-bad-day")
        desk.until(lambda: page.run.answered == len(MAILS), timeout_s=60)
        desk.until(lambda: desk.says("127.0.0.1:9"), timeout_s=60)
        desk.settle()
        desk.shoot("many-providers-5-bad-day-later")
        desk.press(Qt.Key.Key_Period, CTRL, widget=desk.window)
        desk.until(lambda: state(page) is RunState.STOPPED, timeout_s=60)
        desk.settle()
        desk.click_row(page.grid, 0, 0)
        desk.shoot("many-providers-6-stopped")
        claude = [each for each in all_cells(desk, page) if each.provider == "claude"]
        assert claude
        assert {each.error_kind for each in claude} == {ProviderErrorKind.AUTHENTICATION}


def register(base_url: str) -> None:
    """Make the server known four times, once for each interface, beside one that is gone."""
    registry = models.load()
    for interface, name in NAMES.items():
        provider = model_ref(name).provider
        endpoint = Endpoint(name=provider, base_url=base_url, interface=interface)
        registry = registry.with_endpoint(endpoint)
        terms = Terms(model=model_ref(name), since=date(2020, 1, 1), price=PRICE)
        registry = registry.with_terms(terms)
    gone = Endpoint(name="gone", base_url="http://127.0.0.1:9/v1")
    models.save(registry.with_endpoint(gone))


@contextmanager
def project(
    app: QApplication, loop: qasync.QEventLoop, folder: Path, base_url: str
) -> Iterator[Driver]:
    """Open the window on a project with one prompt and one dataset."""
    register(base_url)
    path = folder / "many.pwb"
    loop.run_until_complete(_fill(path))
    with driver(app, loop) as desk:
        desk.window.resize(1440, 900)
        desk.begin(path)
        yield desk


async def _fill(path: Path) -> None:
    workbench = await wired_projects().create(path)
    content = PromptContent(
        messages=text_prompt("{{mail}}", system=SYSTEM).messages,
        settings=ModelSettings(max_tokens=64),
    )
    await workbench.prompts.create("reply", content)
    await workbench.datasets.create("mails", [Case(inputs={"mail": mail}) for mail in MAILS])
    await workbench.close()


def compare_page(desk: Driver, wanted: tuple[str, ...]) -> Any:
    """Return the page with the comparison of the one prompt on the models filled in."""
    page = desk.page("compare")
    desk.until(lambda: page.setup.spec.prompts)
    desk.act(lambda: page.setup.choose(models=wanted))
    desk.until(lambda: desk.says(f"{len(wanted) * len(MAILS)} calls"))
    return page


def state(page: Any) -> RunState | None:
    return page.run.run.state if page.shows_run and page.run.run else None


def summary(desk: Driver, page: Any) -> Any:
    return desk.loop.run_until_complete(desk.window.workbench.runs.summary(page.run.run.id))


def all_cells(desk: Driver, page: Any) -> list[Any]:
    work = desk.window.workbench.runs.cells(page.run.run.id)
    return list(desk.loop.run_until_complete(asyncio.wait_for(work, 20)))
