"""Reports of unexpected errors: enough to find the fault, nothing that people typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from prompt_workbench.system.crash import redacted, write_report
from prompt_workbench.system.paths import log_dir


def failing(message: str) -> Exception:
    """Return an error with a trace, a cause, and errors that it stands for."""
    try:
        try:
            raise KeyError("the cause")
        except KeyError as cause:
            raise ExceptionGroup(message, [ValueError("one of them")]) from cause
    except ExceptionGroup as error:
        return error


def test_a_report_says_where_it_failed_and_why() -> None:
    text = write_report(failing("it failed")).read_text(encoding="utf-8")
    for wanted in ("Prompt Workbench 0", "Python 3", "in failing", "the cause", "it failed"):
        assert wanted in text
    assert "builtins.ValueError: one of them" in text
    assert text.index("the cause") < text.index(": it failed") < text.index("ValueError: one of")


def test_of_a_message_only_the_beginning_is_kept() -> None:
    message = "first line " + "x y " * 200 + "\nsecond line: what a person wrote"
    text = write_report(failing(message)).read_text(encoding="utf-8")
    assert "first line" in text
    assert "what a person wrote" not in text
    assert max(map(len, text.splitlines())) <= 302


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-abcdefghijklmnop",
        "Bearer abc.def",
        "AIzaSyA1234567890123456",
        "postgresql://ada:pass-word@db",
        "0123456789abcdef0123456789abcdef01234567",
    ],
)
def test_what_looks_like_a_key_is_hidden(secret: str) -> None:
    line = redacted(f"refused {secret} for {Path.home()}/a.pwb")
    for part in secret.replace("://", " ").replace("@", " ").split():
        assert part in {"Bearer", "postgresql", "db"} or part not in line
    assert "[hidden]" in line
    assert str(Path.home()) not in line


def test_half_a_character_does_not_keep_a_report_from_being_written() -> None:
    assert "\\udcff" in write_report(ValueError("\udcff")).read_text(encoding="utf-8")


def test_an_error_that_is_its_own_context_ends() -> None:
    error, other = ValueError("a"), ValueError("b")
    error.__context__, other.__context__ = other, error
    assert write_report(error).exists()


def test_only_the_newest_reports_are_kept() -> None:
    reports = [write_report(ValueError(str(number))) for number in range(23)]
    assert sorted(log_dir().glob("crash-*.txt")) == reports[3:]
