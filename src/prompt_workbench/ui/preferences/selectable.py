"""Labels whose text can be marked and copied, such as addresses."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def selectable(made: QLabel) -> QLabel:
    """Let the text of a label be marked with the mouse and the keyboard, and return it."""
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made
