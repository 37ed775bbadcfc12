"""Marking a field that cannot be accepted as it is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from prompt_workbench.ui.kit.labels import tooltip


def mark_invalid(field: QWidget, problem: str) -> None:
    """Show that a field has a problem, with the sentence as its tooltip; empty clears it."""
    invalid = bool(problem)
    field.setToolTip(tooltip(problem))
    field.setAccessibleDescription(problem)
    if bool(field.property("invalid")) != invalid:
        field.setProperty("invalid", invalid)
        field.style().unpolish(field)
        field.style().polish(field)
