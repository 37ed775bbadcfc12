"""Differences are shown as plain text, whatever they are made of."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.diffs import Change, Segment
from prompt_workbench.ui.kit.diff_view import DiffView
from prompt_workbench.ui.kit.plain_text import LONGEST_LINE


@pytest.fixture
def viewer(qtbot, theme) -> DiffView:
    made = DiffView("Differences", theme)
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    return made


def test_markup_is_text(viewer) -> None:
    viewer.show_segments([Segment(change=Change.INSERTED, text="<b>bold</b>")])
    assert viewer.toPlainText() == "<b>bold</b>"


def test_long_lines_are_broken_and_copied_whole(viewer) -> None:
    gone, come = "x" * (2 * LONGEST_LINE + 5), "a\n" + "y" * LONGEST_LINE
    viewer.show_segments(
        [Segment(change=Change.DELETED, text=gone), Segment(change=Change.INSERTED, text=come)]
    )
    assert max(map(len, viewer.toPlainText().split("\n"))) == LONGEST_LINE
    viewer.selectAll()
    assert viewer.createMimeDataFromSelection().text() == gone + come
