"""Following a run on the standard error."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest

from prompt_workbench.cli.output import dollars
from prompt_workbench.cli.progress import following_run, say
from prompt_workbench.domain.comparisons import RunProgress, RunState
from prompt_workbench.ui.kit.formats import money


class Screen(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self) -> bool:
        return True


def progress(reason: str) -> RunProgress:
    return RunProgress(
        run_id="1", state=RunState.RUNNING, total=2, finished=0, running=1, queued=1, failed=0,
        cost_usd=None, unknown_cost=0, remaining_s=None, reason=reason,
    )  # fmt: skip


def test_leaving_at_once_gives_the_cursor_back(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", screen)
    with following_run() as follower:
        follower.show(progress(""))
        assert screen.getvalue().rfind("\x1b[?25l") > screen.getvalue().rfind("\x1b[?25h")
        follower.leave()
        assert screen.getvalue().rfind("\x1b[?25h") > screen.getvalue().rfind("\x1b[?25l")


def test_what_a_server_says_does_not_steer_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with following_run() as follower:
        follower.show(progress("The provider answered: \x1b]0;owned\x07"))
    say("again \x1b[2J")
    told = capsys.readouterr().err
    assert "owned" in told
    assert "\x1b" not in told


def test_a_log_says_the_same_once(capsys: pytest.CaptureFixture[str]) -> None:
    whole = replace(progress("The batch of 2 is in progress."), finished=2)
    with following_run() as follower:
        follower.show(whole)
        follower.show(whole)
    assert capsys.readouterr().err.count("in progress") == 1


def test_a_log_that_cannot_be_written_does_not_end_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("sys.stderr", Full())
    with following_run() as follower:
        follower.show(progress("waits"))


def test_amounts_are_written_as_in_the_window() -> None:
    assert dollars(Decimal("0.00")) == money(Decimal(0)) == "$0"
    assert dollars(Decimal("0.00123456"), 2) == "$0.0012 + 2 unknown"
    assert dollars(None, 3) == "unknown"
