"""The root command: which project is meant, exit codes, and real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from tests.cli.conftest import Terminal

from prompt_workbench import app


def test_without_a_project_the_person_is_told_what_to_do(terminal: Terminal) -> None:
    answer = terminal.pwb("prompts", "list")
    assert answer.code == 2
    assert "There is no project here." in answer.err
    assert "pwb init" in answer.err


def test_the_only_project_of_the_folder_is_meant(terminal: Terminal) -> None:
    terminal.done("init", "a")
    assert terminal.done("prompts", "list", "--json").json == []
    terminal.done("init", "b.pwb")
    answer = terminal.pwb("prompts", "list")
    assert answer.code == 2
    assert "a.pwb, b.pwb" in answer.err
    terminal.done("prompts", "list", "--project", "a")
    terminal.done("prompts", "list", "--project", "b.pwb")


def test_the_environment_can_name_the_project(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = terminal.done("init", "sub", "--json").json["location"]
    monkeypatch.setenv("PWB_PROJECT", location)
    (terminal.folder / "elsewhere").mkdir()
    monkeypatch.chdir(terminal.folder / "elsewhere")
    terminal.done("prompts", "list")


def test_the_version_is_printed(terminal: Terminal) -> None:
    assert terminal.done("--version").out == f"{version('prompt-workbench')}\n"


def test_a_project_that_cannot_be_opened_ends_with_4(terminal: Terminal) -> None:
    assert terminal.pwb("prompts", "list", "--project", "none.pwb").code == 4
    terminal.file("text.pwb", "no project " * 1000)
    answer = terminal.pwb("prompts", "list")
    assert answer.code == 4
    assert answer.err.startswith("Error: ")


def test_a_damaged_project_ends_with_4_and_is_left_as_it_is(terminal: Terminal) -> None:
    terminal.done("init", "a")
    path = terminal.folder / "a.pwb"
    content = bytearray(path.read_bytes())
    content[100:] = bytes(reversed(content[100:]))
    path.write_bytes(content)
    answer = terminal.pwb("prompts", "list")
    assert answer.code == 4
    assert "Traceback" not in answer.err
    assert path.read_bytes() == content


def test_what_was_done_to_the_project_of_a_stranger_is_told(terminal: Terminal, home: Path) -> None:
    terminal.done("init", "a")
    (home / "data" / "prompt-workbench" / "known-projects.json").unlink()
    answer = terminal.done("prompts", "list", "--json")
    assert answer.json == []
    assert "the original is kept as a.pwb-received-" in answer.err
    assert terminal.done("prompts", "list").err == ""


def test_a_home_that_cannot_be_used_is_no_reason_not_to_read(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.done("init", "a")
    terminal.done("prompts", "save", "reply", terminal.file("t.txt", "hi"))
    no_folder = terminal.folder / terminal.file("no folder", "")
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(no_folder))
    answer = terminal.done("prompts", "show", "reply")
    assert "hi" in answer.out
    assert answer.err == ""
    monkeypatch.setenv("XDG_DATA_HOME", str(no_folder))
    assert terminal.done("--version").err == ""
    refused = terminal.pwb("init", "b")
    assert refused.code == 1
    assert "It cannot be noted that this project is yours: " in refused.err


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="there is always a screen")
def test_without_a_screen_the_person_is_sent_to_the_terminal(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for arguments in ([], ["--sample"], ["a.pwb"]):
        answer = terminal.pwb(*arguments)
        assert answer.code == 1
        assert "pwb --help" in answer.err


def test_an_existing_file_is_not_overwritten(terminal: Terminal) -> None:
    terminal.done("init", "a")
    assert terminal.pwb("init", "a").code == 2


@pytest.mark.parametrize(
    "noun", [[], ["prompts"], ["datasets"], ["models"], ["runs"], ["compare"], ["costs"], ["demo"]]
)
def test_every_command_explains_itself(terminal: Terminal, noun: list[str]) -> None:
    assert "Usage: pwb" in terminal.done(*noun, "--help").out


def pwb(*arguments: str, folder: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prompt_workbench", *arguments],
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ,
    )


def test_a_real_process_reads_prints_and_ends(tmp_path: Path) -> None:
    assert pwb("init", "a", folder=tmp_path).returncode == 0
    saved = pwb("prompts", "save", "reply", "--json", folder=tmp_path, typed="Grüße {{mail}}\n")
    assert json.loads(saved.stdout)["version"] == 1
    assert saved.stderr == ""
    shown = pwb("prompts", "show", "reply", folder=tmp_path)
    assert "Grüße {{mail}}" in shown.stdout
    assert pwb("prompts", "show", "none", folder=tmp_path).returncode == 2


def test_a_command_needs_no_window_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from prompt_workbench.app import main; main(['--version']);"
        "print([m for m in ('PySide6', 'litellm', 'sqlmodel', 'sqlalchemy', 'aiohttp', 'httpx',"
        "'numpy', 'keyring', 'xllamacpp', 'jsonschema', 'rich') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("argument", "screen", "window"),
    [
        ("--sample", False, True),
        ("mails.pwb", False, True),
        ("postgresql://db.example.org/mails", False, True),
        ("demo", True, True),
        ("demo", False, False),
        ("prompts", True, False),
        ("--help", True, False),
    ],
)
def test_what_opens_the_window_and_what_stays_in_the_terminal(
    monkeypatch: pytest.MonkeyPatch, argument: str, screen: bool, window: bool
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":0" if screen else "")
    assert app._opens_window(argument) is window
