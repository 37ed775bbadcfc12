"""Actions answer to their page only, from menus, shortcuts and by name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QMainWindow, QMenu

from prompt_workbench.ui.actions.registry import ALWAYS, ActionRegistry
from prompt_workbench.ui.actions.spec import ActionSpec


class Desk:
    """Notes what was run, and allows it or not."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.allowed = True

    def spec(self, action_id: str, **more: object) -> ActionSpec[Desk]:
        return ActionSpec(
            id=action_id,
            title=action_id.title(),
            run=lambda desk: desk.ran.append(action_id),
            enabled_when=lambda desk: desk.allowed,
            **more,  # type: ignore[arg-type]
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def window(qtbot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    return made


@pytest.fixture
def registry(window: QMainWindow, desk: Desk) -> ActionRegistry:
    made = ActionRegistry(window)
    made.add(ALWAYS, (desk.spec("help", shortcut="F1|Ctrl+/", menu="Help"),), desk)
    made.add("one", (desk.spec("run-one", shortcut="Ctrl+R", menu="One"),), desk)
    made.add("two", (desk.spec("run-two", shortcut="Ctrl+R", menu="Two", palette=False),), desk)
    return made


def test_pages_may_share_a_shortcut(registry, window, desk, qtbot) -> None:
    registry.show_page("one")
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    registry.show_page("two")
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert desk.ran == ["run-one", "run-two"]


def test_an_action_may_have_two_shortcuts(registry, window, desk, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F1)
    qtbot.keyClick(window, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert desk.ran == ["help", "help"]


def test_what_is_not_allowed_does_not_run(registry, desk) -> None:
    registry.show_page("one")
    desk.allowed = False
    registry.run("run-one")
    assert desk.ran == []
    assert registry.available() == []


def test_an_action_of_another_page_does_not_run(registry, desk) -> None:
    registry.show_page("one")
    registry.run("run-two")
    assert desk.ran == []


def test_the_palette_offers_what_belongs_to_the_page(registry) -> None:
    registry.show_page("one")
    assert [spec.id for spec in registry.available()] == ["help", "run-one"]
    registry.show_page("two")
    assert [spec.id for spec in registry.available()] == ["help"]


def test_menus_show_what_can_be_done_now(registry, window, desk) -> None:
    registry.show_page("one")
    registry.fill(window.menuBar(), ("One", "Two", "Help"))
    titles = [entry.text() for entry in window.menuBar().actions()]
    assert titles == ["One", "Help"]
    desk.allowed = False
    menu = window.menuBar().actions()[0].menu()
    menu.aboutToShow.emit()
    assert not registry.action("run-one").isEnabled()
    menu.aboutToHide.emit()
    assert registry.action("run-one").isEnabled()


def test_menus_of_before_do_not_pile_up(registry, window, qapp) -> None:
    for page in ("one", "two", "one"):
        registry.show_page(page)
        registry.fill(window.menuBar(), ("One", "Two", "Help"))
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(window.menuBar().findChildren(QMenu)) == 2


def test_a_page_that_is_gone_takes_its_actions_along(registry) -> None:
    registry.show_page("one")
    registry.remove("one")
    assert [spec.id for spec in registry.available()] == ["help"]
    with pytest.raises(KeyError):
        registry.action("run-one")
