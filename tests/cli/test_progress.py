"""Following a run on the standard error."""

from __future__ import annotations

import io

import pytest

from prompt_workbench.cli.progress import following_run, say
from prompt_workbench.domain.comparisons import RunProgress, RunState


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


def test_a_log_that_cannot_be_written_does_not_end_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("sys.stderr", Full())
    with following_run() as follower:
        follower.show(progress("waits"))
