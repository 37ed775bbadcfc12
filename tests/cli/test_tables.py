"""Tables for people: data is shown as it is, and no number is ever cut."""

from __future__ import annotations

import pytest
from tests.cli.conftest import Terminal

from prompt_workbench.cli.tables import print_table

HEADS = ("Variant", "Pass rate", "Tokens in", "Cost")
ROW = ("reply v1 · local/smollm2", "50 % (1/2)", "12345678", "$0.001234")


def shown_at(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[str]:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    print_table(HEADS, [ROW, ROW], right=3)
    return capsys.readouterr().out.splitlines()


def test_a_table_stands_in_columns_where_it_fits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown_at(80, monkeypatch, capsys)
    assert len(lines) == 4
    assert all(cell in lines[2] for cell in ROW)


@pytest.mark.parametrize("width", range(10, 80, 7))
def test_on_any_terminal_every_number_is_whole(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "\n".join(shown_at(width, monkeypatch, capsys))
    for word in (*ROW[1:], *HEADS[1:]):
        assert word in text


def test_a_narrow_terminal_gets_a_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown_at(40, monkeypatch, capsys)
    assert lines[:4] == [
        "reply v1 · local/smollm2",
        "  Pass rate  50 % (1/2)",
        "  Tokens in  12345678",
        "  Cost       $0.001234",
    ]


def test_the_columns_of_a_file_are_no_markup(terminal: Terminal) -> None:
    terminal.done("init", "a")
    terminal.done("datasets", "import", terminal.file("m.csv", "a[red]b,[/x],:smile:\n1,2,3\n"))
    head = terminal.done("datasets", "show", "m").out.splitlines()[0]
    assert head.split() == ["#", "a[red]b", "[/x]", ":smile:", "Expected"]
