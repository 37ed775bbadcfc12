"""The shortcuts of an action in words."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QKeySequence

from prompt_workbench.ui.actions.spec import ActionSpec


def shortcut_text(spec: ActionSpec[Any]) -> str:
    """Return the shortcuts of an action as the keyboard of this system names them."""
    texts = (spec.shortcut or "").split("|")
    native = QKeySequence.SequenceFormat.NativeText
    return " or ".join(QKeySequence(text).toString(native) for text in texts if text)
