"""Texts of models are shown as they are: never as HTML, never frozen by a long line."""

from __future__ import annotations

import pytest

from prompt_workbench.ui.kit.plain_text import LONGEST_LINE, MOST_LINES, PlainText


@pytest.fixture
def viewer(qtbot, theme) -> PlainText:
    made = PlainText("Answer")
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def test_markup_is_text(viewer) -> None:
    viewer.show_text("<img src='file:///etc/passwd'><b>bold</b>")
    assert viewer.toPlainText() == "<img src='file:///etc/passwd'><b>bold</b>"


@pytest.mark.parametrize(
    "text",
    ["", "one", "a\nb\n", "\n\n", "x" * (LONGEST_LINE * 2 + 7) + "\nshort\n" + "y" * LONGEST_LINE],
    ids=["empty", "word", "lines", "empty lines", "long lines"],
)
def test_copying_gives_the_same_text_back(viewer, text: str) -> None:
    viewer.show_text(text)
    assert viewer.whole_text() == text
    viewer.selectAll()
    assert viewer.createMimeDataFromSelection().text() == text


def test_pieces_add_up(viewer) -> None:
    pieces = ["Hel", "lo,\n", "x" * (LONGEST_LINE + 1), "", "y\n"]
    viewer.show_text("")
    for piece in pieces:
        viewer.append_text(piece)
    assert viewer.whole_text() == "".join(pieces)


def test_part_of_a_long_line_can_be_copied(viewer) -> None:
    viewer.show_text("ab" * LONGEST_LINE)
    cursor = viewer.textCursor()
    cursor.setPosition(LONGEST_LINE - 2)
    cursor.setPosition(LONGEST_LINE + 3, cursor.MoveMode.KeepAnchor)
    viewer.setTextCursor(cursor)
    assert viewer.createMimeDataFromSelection().text() == "abab"


@pytest.mark.parametrize("text", ["word " * 400_000, ("x" * 79 + "\n") * 20_000])
def test_megabytes_are_laid_out_bit_by_bit(viewer, qtbot, text: str) -> None:
    viewer.show_text(text)
    assert viewer.toPlainText()
    assert len(viewer.toPlainText()) < len(text)
    assert viewer.whole_text() == text
    viewer.selectAll()
    assert viewer.createMimeDataFromSelection().text() == text
    viewer.append_text("the end")
    qtbot.waitUntil(lambda: viewer.toPlainText().endswith("the end"), timeout=60_000)
    viewer.selectAll()
    assert viewer._text_of(viewer.textCursor()) == f"{text}the end"


def test_what_comes_after_very_many_lines_is_kept_but_not_shown(viewer, qtbot) -> None:
    text = "\n" * (MOST_LINES + 10)
    viewer.show_text(text)
    qtbot.waitUntil(lambda: "not shown" in viewer.toPlainText(), timeout=60_000)
    viewer.append_text("more")
    assert viewer.blockCount() <= MOST_LINES + 1
    assert viewer.whole_text() == f"{text}more"
    viewer.show_text("short")
    assert viewer.toPlainText() == "short"


def test_the_end_is_followed_only_while_it_is_in_sight(viewer) -> None:
    viewer.show_text("")
    viewer.append_text("line\n" * 100)
    bar = viewer.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(10)
    viewer.append_text("line\n" * 10)
    assert bar.value() == 10
