"""The palette finds what was meant: beginnings, words, initials, and slips of the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from prompt_workbench.ui.kit.palette_dialog import Entry, PaletteDialog, found

TITLES = (
    "New Prompt…", "New Project…", "Save as New Version…", "Run on the Chosen Models",
    "Keyboard Shortcuts", "support-reply", "Dark Appearance",
)  # fmt: skip


def entries() -> list[Entry]:
    return [Entry(id=title, title=title, detail="", run=lambda: None) for title in TITLES]


def titles(text: str, recent: tuple[str, ...] = ()) -> list[str]:
    return [entry.title for entry in found(entries(), text, recent)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("save", "Save as New Version…"),
        ("short", "Keyboard Shortcuts"),
        ("npt", "New Prompt…"),
        ("reply", "support-reply"),
        ("chsoen", "Run on the Chosen Models"),
        ("dark", "Dark Appearance"),
    ],
)
def test_the_first_entry_is_what_was_meant(typed: str, first: str) -> None:
    assert titles(typed)[0] == first


def test_nonsense_finds_nothing() -> None:
    assert titles("zzzzqqqq") == []


def test_where_nothing_is_found_it_says_so(qtbot, theme) -> None:
    dialog = PaletteDialog(None, theme, (), print)
    qtbot.addWidget(dialog)
    dialog.add(entries())
    dialog.show()
    qtbot.keyClicks(dialog._field, "zzzzqqqq")
    [words] = [each for each in dialog.findChildren(QLabel) if each.isVisible()]
    assert words.text() == "Nothing is called that."
    dialog._field.clear()
    assert not words.isVisible()


def test_recent_entries_come_first() -> None:
    assert titles("", ("Dark Appearance", "support-reply"))[:2] == [
        "Dark Appearance",
        "support-reply",
    ]
    assert titles("new p", ("New Project…",))[0] == "New Project…"


def test_arrow_and_enter_choose(qtbot, theme) -> None:
    chosen: list[Entry] = []
    dialog = PaletteDialog(None, theme, (), chosen.append)
    dialog.add(entries())
    dialog.show()
    qtbot.keyClicks(dialog._field, "new")
    wanted = dialog.titles()[1]
    qtbot.keyClick(dialog._field, Qt.Key.Key_Down)
    qtbot.keyClick(dialog._field, Qt.Key.Key_Return)
    assert [entry.title for entry in chosen] == [wanted]
