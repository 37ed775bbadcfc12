"""The command line called as a person calls it, in this process, in a folder of its own."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.support.projects import register

from prompt_workbench.app import main
from prompt_workbench.providers.fake import FakeProvider


@dataclass(frozen=True)
class Answer:
    """What a command printed, and what it ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Terminal:
    """Runs commands in a folder."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def pwb(self, *arguments: str) -> Answer:
        code = main(arguments)
        printed = self.capture.readouterr()
        return Answer(code, printed.out, printed.err)

    def done(self, *arguments: str) -> Answer:
        answer = self.pwb(*arguments)
        assert answer.code == 0, answer.err
        return answer

    def file(self, name: str, content: str) -> str:
        (self.folder / name).write_text(content, encoding="utf-8")
        return name


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return Terminal(folder, capsys)


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """Return a fake provider that serves beside the commands, known as ``fake``."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    provider = FakeProvider()
    asyncio.run_coroutine_threadsafe(provider.__aenter__(), loop).result()
    register(provider.base_url)
    yield provider
    asyncio.run_coroutine_threadsafe(provider.__aexit__(None, None, None), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def project(terminal: Terminal) -> Terminal:
    """Return a terminal in a folder with a project that has a prompt and a dataset."""
    terminal.done("init", "mails")
    text = terminal.file("reply.txt", "Answer {{mail}}\n")
    terminal.done("prompts", "save", "reply", text, "-M", "first", "--settings", "max_tokens=20")
    rows = "".join(f"mail {n},Answer mail {n}\n" for n in range(4))
    terminal.done("datasets", "import", terminal.file("mails.csv", f"mail,expected\n{rows}"))
    return terminal
