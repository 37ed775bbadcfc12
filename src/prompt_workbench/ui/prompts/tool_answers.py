"""The tools that a model asked for, to be answered by hand before the conversation goes on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from prompt_workbench.domain.messages import ToolCallPart, calls_text
from prompt_workbench.ui.kit.growing_text import GrowingText
from prompt_workbench.ui.kit.labels import ElidedLabel, button, tooltip
from prompt_workbench.ui.kit.layouts import column, emptied, row
from prompt_workbench.ui.theme.fonts import mono_font
from prompt_workbench.ui.theme.tokens import Space

KnownResults: TypeAlias = Mapping[tuple[str, str], str]
"""What calls of tools returned, by name and arguments."""


class ToolAnswers(QWidget):
    """A field for the result of each call, and a button that sends them all."""

    given = Signal(tuple)
    """The results, in the order of the calls."""

    def __init__(self) -> None:
        super().__init__()
        self._calls: tuple[ToolCallPart, ...] = ()
        self.fields: list[GrowingText] = []
        self._places = column(spacing=Space.HALF)
        self.send = button("Answer and go on", self._give)
        self.send.setToolTip("Send what the tools returned back to the model")
        self.setLayout(column(self._places, row(1, self.send), spacing=Space.HALF))
        self.hide()

    def show_calls(self, calls: tuple[ToolCallPart, ...], known: KnownResults) -> None:
        """Ask for the results of these calls; what one returned before is filled in."""
        self.setVisible(bool(calls))
        if calls == self._calls:
            return
        self._calls = calls
        emptied(self._places)
        self.fields = []
        for call in calls:
            words = calls_text((call,))
            title = ElidedLabel(words)
            title.setFont(mono_font())
            title.setToolTip(tooltip(words))
            field = GrowingText(f"What {call.name} returned", fewest=1, most=6)
            field.setTabChangesFocus(True)
            field.setPlaceholderText(f"what {call.name} returns")
            field.setPlainText(known.get((call.name, call.arguments), ""))
            self.fields.append(field)
            self._places.addWidget(title)
            self._places.addWidget(field)

    def _give(self) -> None:
        self.given.emit(tuple(field.toPlainText() for field in self.fields))
