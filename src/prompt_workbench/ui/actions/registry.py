"""The registry of actions: makes the one `QAction` of each, and knows who answers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from prompt_workbench.ui.actions.spec import Actions, ActionSpec

ALWAYS = "window"
"""The group of the actions that do not belong to a page."""


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class _Bound:
    spec: ActionSpec[Any]
    context: Any
    action: QAction

    def available(self) -> bool:
        """Whether the action can be run now."""
        return bool(self.spec.enabled_when(self.context))

    def show_state(self) -> None:
        """Show in an open menu what is so now."""
        self.action.setEnabled(self.available())
        if self.spec.checked_when is not None:
            self.action.setChecked(bool(self.spec.checked_when(self.context)))

    def forget_state(self) -> None:
        """Let the shortcut work whatever the menu showed; running asks again."""
        self.action.setEnabled(True)


class ActionRegistry(QObject):
    """All actions of the window: those that are always there, and those of the page shown."""

    triggered = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._groups: dict[str, list[_Bound]] = {}
        self._offered: frozenset[str] = frozenset({ALWAYS})

    def add(self, group: str, specs: Actions, context: Any) -> None:
        """Bind the actions of a page, or of the window, to the object that answers them."""
        bound = [self._bind(spec, context) for spec in specs]
        self._groups[group] = bound
        for each in bound:
            each.action.setVisible(group in self._offered)

    def remove(self, group: str) -> None:
        """Take back the actions of a page that is gone."""
        for bound in self._groups.pop(group, []):
            self._window.removeAction(bound.action)
            bound.action.deleteLater()

    def show_page(self, group: str) -> None:
        """Offer the actions of one page beside those that are always there."""
        self._offered = frozenset({group, ALWAYS})
        for name, bounds in self._groups.items():
            for bound in bounds:
                # An invisible action has no shortcut: pages may share Ctrl+Return.
                bound.action.setVisible(name in self._offered)

    def offered(self) -> list[_Bound]:
        """Return the actions that belong to what is on the screen."""
        return [
            bound
            for name, group in self._groups.items()
            for bound in group
            if name in self._offered
        ]

    def available(self) -> list[ActionSpec[Any]]:
        """Return what can be run now, for the palette."""
        return [bound.spec for bound in self.offered() if bound.spec.palette and bound.available()]

    def run(self, action_id: str) -> None:
        """Run an action by its id if it can be run now."""
        for bound in self.offered():
            if bound.spec.id == action_id:
                self._run(bound)
                return

    def action(self, action_id: str) -> QAction:
        """Return the action itself, for a tool bar or a context menu."""
        for group in self._groups.values():
            for bound in group:
                if bound.spec.id == action_id:
                    return bound.action
        raise KeyError(action_id)

    def fill(self, bar: QMenuBar, titles: Iterable[str]) -> None:
        """Build the menus again, in the order of the titles; empty ones are left out."""
        for old in bar.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.removeAction(old.menuAction())
            old.deleteLater()
        for title in titles:
            entries = [bound for bound in self.offered() if bound.spec.menu == title]
            if entries:
                self._fill_menu(bar.addMenu(title), entries)

    def _fill_menu(self, menu: QMenu, entries: list[_Bound]) -> None:
        for bound in entries:
            if bound.spec.separator and menu.actions():
                menu.addSeparator()
            menu.addAction(bound.action)
            menu.aboutToShow.connect(bound.show_state)
            menu.aboutToHide.connect(bound.forget_state)

    def _bind(self, spec: ActionSpec[Any], context: Any) -> _Bound:
        action = QAction(spec.title, self)
        action.setObjectName(spec.id)
        if spec.shortcut:
            action.setShortcuts([QKeySequence(key) for key in spec.shortcut.split("|")])
        action.setCheckable(spec.checked_when is not None)
        bound = _Bound(spec=spec, context=context, action=action)
        action.triggered.connect(lambda: self._run(bound))
        self._window.addAction(action)
        return bound

    def _run(self, bound: _Bound) -> None:
        if bound.available():
            self.triggered.emit(bound.spec.id)
            bound.spec.run(bound.context)
