"""Fields of forms: whole numbers, and marking what cannot be accepted as it is."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox, QWidget

from prompt_workbench.ui.kit.labels import tooltip

_TEXT_MARGIN = 6


def number_field(low: int, high: int) -> QSpinBox:
    """Return a field for a whole number between two bounds."""
    made = QSpinBox()
    made.setRange(low, high)
    # Qt makes its text field without a frame, to which no padding of a style sheet applies.
    made.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)
    return made


def mark_invalid(field: QWidget, problem: str) -> None:
    """Show that a field has a problem, with the sentence as its tooltip; empty clears it."""
    invalid = bool(problem)
    field.setToolTip(tooltip(problem))
    field.setAccessibleDescription(problem)
    if bool(field.property("invalid")) != invalid:
        field.setProperty("invalid", invalid)
        field.style().unpolish(field)
        field.style().polish(field)
