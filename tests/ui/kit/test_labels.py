"""Labels give way where there is no room, and still tell names apart."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from prompt_workbench.ui.kit.labels import ElidedLabel
from prompt_workbench.ui.kit.layouts import holding, row

LONG = "a very long name of a prompt for replies to the tickets of customers v7"


def shown(qtbot, *widgets: QWidget, width: int) -> QWidget:
    holder = holding(row(*widgets))
    qtbot.addWidget(holder)
    holder.resize(width, 30)
    holder.show()
    assert holder.width() == width
    return holder


def test_a_long_name_keeps_its_end_and_leaves_room_for_what_stands_beside_it(qtbot) -> None:
    name, chip = ElidedLabel(LONG, middle=True, snug=True), QLabel("v7")
    holder = shown(qtbot, name, chip, width=160)
    assert name.text().endswith("v7")
    assert "…" in name.text()
    assert chip.geometry().right() <= holder.width()


def test_a_short_name_takes_no_more_room_than_it_needs(qtbot) -> None:
    name, detail = ElidedLabel("reply", snug=True), ElidedLabel("its newest version")
    holder = shown(qtbot, name, (detail, 1), width=400)
    assert name.text() == "reply"
    assert detail.x() < holder.width() / 4
