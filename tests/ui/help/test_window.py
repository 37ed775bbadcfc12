"""The window of the help, used with mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from prompt_workbench.ui.help.pages import HelpPage, Place
from prompt_workbench.ui.help.window import HelpWindow
from prompt_workbench.ui.theme.apply import Theme

PAGES = (
    HelpPage(name="getting-started", text="# Start\n\nGo to [the costs](money.md#prices).\n"),
    HelpPage(
        name="money",
        text="# Money\n\n"
        + "line\n\n" * 100
        + "## Prices\n\nIn [dollars](https://xn--e1a.org/).\n",
    ),
)


@pytest.fixture
def window(qapp: QApplication, theme: Theme) -> Iterator[HelpWindow]:
    parent = QWidget()
    made = HelpWindow(PAGES, theme, parent)
    made.show_place(Place(page="getting-started"))
    yield made
    made.close()
    parent.deleteLater()


def listed(window: HelpWindow) -> list[str]:
    return [window.list.item(number).text() for number in range(window.list.count())]


def test_every_page_is_listed_and_the_one_that_is_read_is_marked(window) -> None:
    assert listed(window) == ["Start", "Money"]
    assert window.list.currentItem().text() == "Start"
    window.list.itemClicked.emit(window.list.item(1))
    assert window.list.currentItem().text() == "Money"
    assert window.view.toPlainText().startswith("Money")


def test_a_link_leads_to_the_section_and_back_leads_back(window, qtbot) -> None:
    window.view.anchorClicked.emit(QUrl("money.md#prices"))
    assert window.view.verticalScrollBar().value() > 0
    window.list.itemClicked.emit(window.list.item(1))
    assert window.view.verticalScrollBar().value() == 0
    qtbot.keyClick(window.view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.view.verticalScrollBar().value() > 0
    qtbot.keyClick(window.view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.view.toPlainText().startswith("Start")
    qtbot.keyClick(window.view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.view.toPlainText().startswith("Money")


def test_a_search_lists_sections_and_enter_opens_the_first(window, qtbot) -> None:
    qtbot.keyClicks(window.field, "prices")
    assert listed(window) == ["Prices\nMoney"]
    qtbot.keyClick(window.field, Qt.Key.Key_Return)
    assert window.reader.place == Place(page="money", anchor="prices")
    assert window.view.extraSelections()
    qtbot.keyClicks(window.field, "zzz")
    assert listed(window) == ["Nothing found."]
    qtbot.keyClick(window.field, Qt.Key.Key_Return)
    assert window.reader.place == Place(page="money", anchor="prices")
    window.field.clear()
    assert listed(window) == ["Start", "Money"]
    assert not window.view.extraSelections()


def test_an_address_of_the_web_is_shown_before_it_is_opened(window, monkeypatch, qtbot) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    window.view.anchorClicked.emit(QUrl("https://\u0435xample.org/a"))
    (dialog,) = (each for each in window.findChildren(QDialog) if each.isVisible())
    (words,) = dialog.findChildren(QLabel)
    assert words.text().startswith("https://xn--")
    assert opened == []
    dialog.reject()
    assert opened == []


def test_pointing_at_a_link_shows_where_it_leads(window) -> None:
    window.view.highlighted.emit(QUrl("https://example.org/a b"))
    assert window._target.accessibleName() == "https://example.org/a%20b"
    window.view.highlighted.emit(QUrl())
    assert window._target.accessibleName() == ""
