"""A legend names as many series as there is room for, and counts the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor

from prompt_workbench.ui.plots.legend import Legend
from prompt_workbench.ui.theme.apply import Theme

Show = Callable[[list[str], int, int], Legend]


@pytest.fixture
def shown(qtbot, theme: Theme) -> Show:
    def show(names: list[str], width: int, most: int) -> Legend:
        legend = Legend(theme)
        qtbot.addWidget(legend)
        legend.show_names(names, [QColor("red")] * len(names), width=width, most=most)
        return legend

    return show


def test_short_names_stand_in_one_row(shown: Show) -> None:
    legend = shown(["v1", "v2", "v3"], 400, 60)
    assert legend.height() < 30
    assert legend.texts == ["v1", "v2", "v3"]


def test_long_names_take_more_rows(shown: Show) -> None:
    names = [f"v{number} · gpt-4o-mini-2024-07-18" for number in range(4)]
    assert shown(names, 325, 60).height() > shown(["v1", "v2"], 325, 60).height()


def test_what_has_no_room_is_counted_and_named_in_the_tooltip(shown: Show) -> None:
    names = [f"v{number} · gpt-4o-mini-2024-07-18" for number in range(8)]
    legend = shown(names, 220, 42)
    assert legend.texts[-1] == "+ 5 more"
    assert legend.height() <= 42
    assert all(name in legend.toolTip() for name in names)


def test_nothing_to_name_takes_no_room(shown: Show) -> None:
    assert shown([], 220, 42).isHidden()
