"""Rows of what was chosen, each with what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from prompt_workbench.ui.kit.labels import ElidedLabel, IconButton, button, label
from prompt_workbench.ui.kit.layouts import column, emptied, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedRow:
    """One chosen thing."""

    title: str
    detail: str = ""
    role: str = "muted"
    """The look of the detail: ``danger`` when it cannot be used."""
    chip: str = ""
    actions: tuple[tuple[str, Callable[[], object]], ...] = ()
    remove: Callable[[], object] | None = None


def chip(text: str) -> QLabel:
    """Return a small tag; it stays as high as its text."""
    made = label(text, role="chip")
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return made


class PickedRows(QFrame):
    """Shows the chosen things below each other; says so when there are none."""

    def __init__(self, name: str, theme: Theme, *, none: str) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setAccessibleName(name)
        self._theme, self._none = theme, none
        edges = (Space.INSIDE, Space.HALF, Space.HALF, Space.HALF)
        self._rows = column(spacing=0, margins=edges)
        self.setLayout(self._rows)
        self.show_rows(())

    def show_rows(self, rows: Sequence[PickedRow]) -> None:
        """Show other rows."""
        emptied(self._rows)
        for each in rows:
            self._rows.addWidget(self._made(each))
        if not rows:
            self._rows.addWidget(label(self._none, role="muted"))

    def _made(self, each: PickedRow) -> QWidget:
        holder = QWidget()
        holder.setMinimumHeight(28)
        title = ElidedLabel(each.title, middle=True, snug=True)
        items = row(title, (ElidedLabel(each.detail, role=each.role), 1))
        if each.chip:
            items.insertWidget(1, chip(each.chip))
        for words, run in each.actions:
            items.addWidget(button(words, run, kind="link", name=f"{words}: {each.title}"))
        if each.remove is not None:
            close = IconButton("close", f"Remove {each.title}", each.remove, theme=self._theme)
            items.addWidget(close)
        holder.setLayout(items)
        return holder
