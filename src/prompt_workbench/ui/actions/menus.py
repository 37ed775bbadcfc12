"""Context menus made of declared actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from prompt_workbench.ui.actions.spec import ActionSpec


def open_menu(
    parent: QWidget, specs: Iterable[ActionSpec[Any]], context: object, place: QPoint
) -> QMenu:
    """Open a menu of those actions that can be run now, at a place of the parent."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for spec in specs:
        if spec.enabled_when(context):
            menu.addAction(spec.title).triggered.connect(_runner(spec, context))
    menu.popup(parent.mapToGlobal(place))
    return menu


def _runner(spec: ActionSpec[Any], context: object) -> Callable[[], object]:
    return lambda: spec.run(context)
