"""A child that answers lines: it starts again after its end, and nobody waits for a slow one."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from prompt_workbench.system import line_child
from prompt_workbench.system.line_child import LineChild

SCRIPT = """
import sys, time
print("ready", flush=True)
for line in sys.stdin:
    match line.strip():
        case "end":
            sys.exit()
        case "wait":
            time.sleep(60)
    print(line.strip().upper(), flush=True)
"""


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[LineChild]:
    monkeypatch.setattr(line_child, "child_command", lambda _name: [sys.executable, "-c", SCRIPT])
    made = LineChild("_shout")
    yield made
    made.stop()


def test_each_line_is_answered_by_the_same_child(child: LineChild) -> None:
    assert child.answer(b"one\n", within_s=20) == b"ONE\n"
    process = child._process
    assert child.answer(b"two\n", within_s=20) == b"TWO\n"
    assert child._process is process


def test_a_child_that_ends_gives_no_answer_and_the_next_one_answers(child: LineChild) -> None:
    assert child.answer(b"end\n", within_s=20) is None
    assert child.answer(b"one\n", within_s=20) == b"ONE\n"


def test_a_slow_child_is_ended_and_the_next_one_answers(child: LineChild) -> None:
    with pytest.raises(TimeoutError):
        child.answer(b"wait\n", within_s=0.2)
    assert child.answer(b"one\n", within_s=20) == b"ONE\n"


def test_a_child_that_is_given_up_is_not_started_again(child: LineChild) -> None:
    child.answer(b"one\n", within_s=20)
    child.give_up()
    assert child.answer(b"two\n", within_s=20) is None
