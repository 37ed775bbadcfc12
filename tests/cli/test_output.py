"""Results on the standard output: any text, on any terminal, to any end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Terminal

from prompt_workbench.cli.output import print_json, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\nGrüße\u00a0日本\u3000語 👨‍👩", None),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m\r", "\\x9b31m\\x0d"),
        ("a\u202eb\u2066", "a\\u202eb\\u2066"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_only_what_steers_a_terminal_is_spelled_out(text: str, shown: str | None) -> None:
    assert visible(text) == (text if shown is None else shown)
    assert visible(visible(text)) == visible(text)


def test_json_does_not_steer_a_terminal_either(capsys: pytest.CaptureFixture[str]) -> None:
    text = "\x1b[31m \x9b31m \u202e Grüße"
    print_json(text)
    printed = capsys.readouterr().out
    assert "Grüße" in printed
    assert not {"\x1b", "\x9b", "\u202e"} & set(printed)
    assert json.loads(printed) == text


def pwb(*arguments: str, folder: Path, **streams: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "prompt_workbench", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        **streams,  # type: ignore[call-overload]
    )


@pytest.fixture
def project(terminal: Terminal) -> Path:
    terminal.done("init", "a")
    terminal.done(
        "prompts", "save", "Grüße", terminal.file("t.txt", "日本 {{x}}"), "-M", "erste Übung"
    )
    return terminal.folder


def test_what_an_old_terminal_cannot_show_is_replaced_and_json_stays_exact(project: Path) -> None:
    listed = pwb("prompts", "list", folder=project, capture_output=True)
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert b"Gr??e" in listed.stdout
    shown = pwb("prompts", "show", "Grüße", "--json", folder=project, capture_output=True)
    assert json.loads(shown.stdout)["prompt"] == "Grüße"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    "command", [["list"], ["list", "--json"], ["show", "Grüße"], ["log", "Grüße"]]
)
def test_a_full_disk_under_the_result_is_told(project: Path, command: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = pwb("prompts", *command, folder=project, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr.startswith(b"Error: The result cannot be written: ")
    assert len(done.stderr.splitlines()) == 2


def test_a_reader_that_leaves_is_no_error(project: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = pwb("prompts", "list", folder=project, stdout=pipe, stderr=subprocess.PIPE)
    assert done.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="closes a stream as POSIX shells do")
def test_streams_that_are_closed_are_no_error(project: Path) -> None:
    shell = ["sh", "-c", '"$0" -m prompt_workbench prompts list >&- 2>&-', sys.executable]
    assert subprocess.run(shell, cwd=project, check=False, timeout=60).returncode == 0
