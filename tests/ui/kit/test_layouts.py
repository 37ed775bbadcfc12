"""Rows and columns of widgets."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from prompt_workbench.ui.kit.layouts import FoldingRow


@pytest.mark.parametrize(("width", "beside"), [(400, True), (200, False)])
def test_a_row_folds_where_there_is_little_room(qtbot: QtBot, width: int, beside: bool) -> None:
    first, second = QPushButton("The first"), QPushButton("The second")
    folding = FoldingRow(first, second, narrow=300)
    qtbot.addWidget(folding)
    folding.resize(width, 100)
    folding.show()
    qtbot.waitUntil(lambda: (first.y() == second.y()) is beside)
    widest = max(first.minimumSizeHint().width(), second.minimumSizeHint().width())
    assert folding.minimumSizeHint().width() == widest
