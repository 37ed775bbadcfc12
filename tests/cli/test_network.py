"""``pwb network``: whom a person's commands reached, and the switch that keeps them here."""

from __future__ import annotations

from tests.cli.conftest import Terminal
from tests.cli.test_compare import COMPARE

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.system.egress import EgressBook


def test_nothing_was_reached_at_first(terminal: Terminal) -> None:
    assert terminal.done("network", "log", "--json").json == []
    answer = terminal.done("network", "log")
    assert answer.out == ""
    assert answer.err.startswith("No host outside this computer was reached")


def test_a_run_is_in_the_log_with_its_bytes(project: Terminal, provider: FakeProvider) -> None:
    project.done(*COMPARE)
    (found,) = project.done("network", "log", "--json").json
    assert (found["host"], found["purpose"], found["local"]) == ("127.0.0.1", "call", True)
    assert found["count"] == len(provider.requests) == 4
    bodies = sum(len(each.body) for each in provider.requests)
    assert bodies < found["bytes_sent"] < bodies + 4 * 1000
    assert 4 * 100 < found["bytes_received"] < 4 * 10_000
    answer = project.done("network", "log")
    assert "127.0.0.1 (this computer)" in answer.out
    assert "answers of models" in answer.out
    assert answer.err.startswith("No host outside this computer was reached")


def test_only_hosts_are_in_it(project: Terminal, provider: FakeProvider) -> None:
    """No path, no query, no key, nothing of a text."""
    project.done(*COMPARE)
    said = project.done("network", "log", "--json").out
    assert all(word not in said for word in ("/v1", "chat", "mail", "?", "key"))


def test_what_was_refused_and_what_is_not_known_is_said(terminal: Terminal) -> None:
    book = EgressBook()
    book.note("far.example", Purpose.OTHER)
    book.note("far.example", Purpose.OTHER, refused=True)
    book.note("db.example", Purpose.PROJECT)
    answer = terminal.done("network", "log")
    assert "refused: not known" in answer.out
    assert "unknown" in answer.out
    assert answer.err.startswith("Outside this computer 2 hosts were reached since 20")


def test_the_newest_come_first_and_the_rest_is_told_of(terminal: Terminal) -> None:
    book = EgressBook()
    for number in range(4):
        book.note(f"host{number}.example", Purpose.MODELS)
    answer = terminal.done("network", "log", "--limit", "3")
    assert answer.err.startswith("1 more; show them with --limit.")
    assert answer.out.count(".example") == 3


def test_the_switch_is_shown_and_switched(terminal: Terminal) -> None:
    assert terminal.done("network", "offline").out == "Offline is off\n"
    assert terminal.done("network", "offline", "on").out == "Offline is on\n"
    assert terminal.done("network", "offline", "--json").json == {"offline": True}
    assert terminal.done("network", "offline", "off").out == "Offline is off\n"


def test_offline_a_project_on_another_computer_is_not_opened(terminal: Terminal) -> None:
    terminal.done("network", "offline", "on")
    for command in (["init"], ["prompts", "list", "-p"]):
        answer = terminal.pwb(*command, "postgresql://me:secret@db.example.org/prompts")
        assert answer.code != 0
        assert "the project at db.example.org is not opened" in answer.err
        assert "pwb network offline off" in answer.err
        assert "secret" not in answer.err


def test_offline_this_computer_is_still_called(project: Terminal, provider: FakeProvider) -> None:
    project.done("network", "offline", "on")
    assert project.done(*COMPARE, "--json").json["run"]["state"] == "done"
