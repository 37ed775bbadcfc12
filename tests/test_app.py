"""Starting the program, and all that calls no model, leaves the network alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.watched import watched

COMMANDS = [
    "--help",
    "init mails.pwb",
    "prompts save reply reply.txt -M first",
    "prompts save reply longer.txt -M second",
    "prompts list",
    "prompts show reply",
    "prompts log reply",
    "prompts diff reply@1 reply@2",
    "prompts label reply@2 ready",
    "prompts branch reply",
    "datasets import mails.csv",
    "datasets list",
    "datasets show mails",
    "datasets export mails out.csv",
    "models list",
    "models add-endpoint far https://far.example/v1",
    "models set-price far/big --input 1 --output 2",
    "models list --json",
    "providers list",
    "providers add openai",
    "runs list",
    "costs",
    "network log",
    "network offline on",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reply.txt").write_text("Answer {{mail}}")
    (tmp_path / "longer.txt").write_text("Answer {{mail}} in short")
    (tmp_path / "mails.csv").write_text("mail,expected\none,two\n")
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_no_command_that_calls_no_model_looks_anything_up() -> None:
    found = watched(f"""
from prompt_workbench.app import main
result = [(line, main(line.split())) for line in {COMMANDS!r}]
""")
    assert found["result"] == [[line, 0] for line in COMMANDS]
    assert found["seen"] == []


@pytest.mark.usefixtures("folder")
def test_the_window_starts_shows_every_page_and_ends_without_a_look_up() -> None:
    found = watched("""
import gc, sys
from PySide6.QtWidgets import QApplication
from tests.conftest import _Loop
from tests.support.desk import driver
app = QApplication([])
loop = _Loop(app, already_running=False)
gc.disable()
with driver(app, loop) as desk:
    desk.begin(sample=True)
    result = []
    for page in ("prompts", "compare", "datasets", "calls", "costs", "preferences"):
        desk.page(page)
        desk.settle()
        result.append(page)
loop.close()
""")
    assert found["result"] == ["prompts", "compare", "datasets", "calls", "costs", "preferences"]
    assert found["seen"] == []


def test_a_program_that_looks_something_up_is_found_out() -> None:
    """The watching itself works: else the tests above could not fail."""
    found = watched("""
import socket
from prompt_workbench.system.egress_guard import guard
guard(lambda: False)
try:
    socket.getaddrinfo("far.example", 443)
except LeftError as error:
    result = str(error)
""")
    assert found["seen"] == ["socket.getaddrinfo far.example"]
    assert found["result"] == "socket.getaddrinfo far.example"
