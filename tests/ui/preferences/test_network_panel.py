"""The network in the preferences: the switch, and the hosts that were reached."""

from __future__ import annotations

import pytest
import qasync
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton
from tests.support.screen import act, until

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.settings.offline import OfflineSwitch
from prompt_workbench.settings.schema import OFFLINE
from prompt_workbench.settings.store import SettingsStore
from prompt_workbench.system.egress import EgressBook
from prompt_workbench.ui.preferences.page import PreferencesPage

FAR = "api.example.org"


@pytest.fixture
def book() -> EgressBook:
    """Return a book with a host outside, one here, and one that was refused."""
    book = EgressBook()
    here = book.traffic("localhost", 11434, Purpose.CALL)
    here.count, here.sent, here.received = 3, 1200, 45_678
    book.reached(here)
    book.note(FAR, Purpose.MODELS)
    book.note("library.example", Purpose.OTHER, refused=True)
    return book


def go(loop: qasync.QEventLoop, page: PreferencesPage) -> None:
    act(loop, page.show_network)
    until(loop, lambda: page._log.log is not None)


def says(page: PreferencesPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def rows(page: PreferencesPage) -> dict[str, list[str]]:
    model = page._network._hosts
    cells = [
        [
            model.data(model.index(row, place), Qt.ItemDataRole.DisplayRole)
            for place in range(model.columnCount())
        ]
        for row in range(model.rowCount())
    ]
    return {row[1]: row[2:] for row in cells}


def test_each_host_is_shown_with_why_and_how_much(
    loop: qasync.QEventLoop, page: PreferencesPage, book: EgressBook
) -> None:
    go(loop, page)
    assert rows(page) == {
        "localhost:11434": ["this computer", "answers of models", "3", "1,200", "45,678"],
        FAR: ["outside", "list of models", "1", "unknown", "unknown"],
        "library.example": ["outside", "refused: not known", "1", "–", "–"],
    }
    assert "Outside this computer 1 host was reached since 20" in says(page)


def test_where_nothing_was_reached_there_is_a_sentence_and_no_table(
    loop: qasync.QEventLoop, page: PreferencesPage
) -> None:
    go(loop, page)
    assert "No host outside this computer was reached" in says(page)
    assert not page._network._table.isVisible()


def test_the_list_is_read_anew_when_it_is_asked_for(
    loop: qasync.QEventLoop, page: PreferencesPage, book: EgressBook
) -> None:
    go(loop, page)
    book.note("later.example", Purpose.PROJECT)
    act(loop, page.refresh)
    until(loop, lambda: "later.example" in rows(page))


def test_the_switch_is_flipped_and_flipped_back(
    loop: qasync.QEventLoop, page: PreferencesPage
) -> None:
    go(loop, page)
    switch = OfflineSwitch()
    for words, on in (("Switch Offline on", True), ("Switch Offline off", False)):
        (found,) = [each for each in page.findChildren(QPushButton) if each.text() == words]
        act(loop, found.click)
        until(loop, lambda on=on: switch() is on)
        until(loop, lambda on=on: f"Offline is {'on' if on else 'off'}." in says(page))


def test_a_switch_that_a_command_flipped_is_shown_when_the_place_is_gone_to(
    loop: qasync.QEventLoop, page: PreferencesPage
) -> None:
    SettingsStore().set(OFFLINE, value=True)
    go(loop, page)
    assert "Offline is on." in says(page)


def test_the_place_is_in_the_list_and_nothing_there_can_be_removed(
    loop: qasync.QEventLoop, page: PreferencesPage
) -> None:
    (places,) = page._places.findChildren(QListWidget)
    titles = [places.item(row).text() for row in range(places.count())]
    assert titles[:3] == ["Settings", "Network", "This computer"]
    go(loop, page)
    assert not page.can_remove
