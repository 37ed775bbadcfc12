"""Editor of a JSON value that says where the text is not valid."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from prompt_workbench.domain.canonical import Json
from prompt_workbench.ui.bridge import delayed
from prompt_workbench.ui.kit.forms import mark_invalid
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.theme.fonts import mono_font
from prompt_workbench.ui.theme.tokens import Space

_PAUSE_MS = 250


class JsonEdit(QWidget):
    """Tells its value whenever it is valid; an empty text is the value None."""

    value_changed = Signal(object)

    def __init__(self, name: str, *, placeholder: str, problem_of: Callable[[Json], str]) -> None:
        super().__init__()
        self._problem_of = problem_of
        self._value: Json = None
        self._editor = QPlainTextEdit()
        self._editor.setAccessibleName(name)
        self._editor.setFont(mono_font())
        self._editor.setPlaceholderText(placeholder)
        self._editor.setTabChangesFocus(True)
        self._words = label(role="danger", wrap=True)
        self._words.hide()
        self._soon = delayed(self, _PAUSE_MS, self.collect)
        self._editor.textChanged.connect(self._soon.start)
        self.setLayout(column(self._editor, self._words, spacing=Space.HALF))

    @property
    def problem(self) -> str:
        """Why the text is not accepted; empty when it is."""
        return self._words.text()

    def show_value(self, value: Json) -> None:
        """Show a value; one that is shown already leaves the text as it was typed."""
        self._soon.stop()
        if value == self._value and (value is not None or not self._editor.toPlainText()):
            return
        self._value = value
        text = "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
        self._editor.setPlainText(text)
        self._soon.stop()
        self._say("")

    def collect(self) -> None:
        """Take over what was typed, if it is valid."""
        self._soon.stop()
        text = self._editor.toPlainText()
        try:
            value: Json = json.loads(text) if text.strip() else None
        except json.JSONDecodeError as error:
            self._say(f"Line {error.lineno}, column {error.colno}: {error.msg}.")
            self._underline(error.pos)
            return
        except RecursionError:
            self._say("The value is nested too deeply.")
            return
        except ValueError:
            self._say("A number has too many digits.")
            return
        problem = "" if value is None else self._problem_of(value)
        self._say(problem)
        if not problem and value != self._value:
            self._value = value
            self.value_changed.emit(value)

    def _underline(self, place: int) -> None:
        """Mark the line of a place in the text."""
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self._editor.document())
        cursor.setPosition(min(place, self._editor.document().characterCount() - 1))
        cursor.select(QTextCursor.SelectionType.LineUnderCursor)
        mark.cursor = cursor
        mark.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        mark.format.setUnderlineColor(self._words.palette().color(QPalette.ColorRole.WindowText))
        self._editor.setExtraSelections([mark])

    def _say(self, problem: str) -> None:
        self._editor.setExtraSelections([])
        self._words.setText(problem)
        self._words.setVisible(bool(problem))
        mark_invalid(self._editor, problem)
