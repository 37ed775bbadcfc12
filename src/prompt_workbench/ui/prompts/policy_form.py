"""What happens when a call fails: when it is sent again, and which models answer instead."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.policies import (
    PASSING,
    Fallback,
    RetryPolicy,
    checked_fallbacks,
    retry_from_json,
)
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.ui.kit.forms import mark_invalid
from prompt_workbench.ui.kit.labels import IconButton, button, label
from prompt_workbench.ui.kit.layouts import column, emptied, row
from prompt_workbench.ui.prompts.errors_button import ErrorsButton
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_FIGURES = (
    ("attempts", "Attempts", "all at one model, 1 to 10"),
    ("wait_s", "First wait", "up to so many seconds, then doubled"),
    ("longest_wait_s", "Longest wait", "seconds"),
)
_WORDS = (
    "Empty fields leave it to the app: 3 more attempts when there are too many calls, 2 when the "
    "server or the connection fails."
)
_INSTEAD = "Models that answer instead, asked in this order:"


class PolicyForm(QWidget):
    """The retry policy and the fallback models of a content."""

    edited = Signal(object)
    """What changes in the content, by the names of its fields."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._retry: RetryPolicy | None = None
        self._fallbacks: tuple[Fallback, ...] = ()
        self._models: tuple[str, ...] = ()
        self._lines: dict[str, QLineEdit] = {}
        self._on = ErrorsButton("Errors after which a call is sent again", PASSING)
        self._on.chosen.connect(lambda _: self._retry_typed())
        self.rows: list[FallbackRow] = []
        self._places = QVBoxLayout()
        self._add = button("+ fallback model", self._add_row, kind="link")
        self.setLayout(
            column(
                label("When a call fails", role="heading"),
                self._form(),
                label(_WORDS, role="muted", wrap=True),
                label(_INSTEAD, role="muted", wrap=True),
                self._places,
                row(self._add, 1),
            )
        )
        self._on.show_kinds(PASSING)

    def offer_models(self, names: Sequence[str]) -> None:
        """Complete the names of these models."""
        self._models = tuple(names)
        for each in self.rows:
            each.offer_models(self._models)

    def show_policies(self, retry: RetryPolicy | None, fallbacks: tuple[Fallback, ...]) -> None:
        """Show the policies of a content."""
        if retry != self._retry:
            self._retry = retry
            given = {} if retry is None else retry.to_json()
            for name, line in self._lines.items():
                line.setText(f"{given[name]}" if name in given else "")
                mark_invalid(line, "")
            self._on.show_kinds(PASSING if retry is None else retry.on)
        if fallbacks != self._fallbacks:
            self._fallbacks = fallbacks
            self._show_rows()

    def _form(self) -> QFormLayout:
        form = QFormLayout()
        form.setSpacing(Space.INSIDE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, title, hint in _FIGURES:
            line = self._lines[name] = QLineEdit()
            line.setAccessibleName(title)
            line.setPlaceholderText(hint)
            line.textEdited.connect(self._retry_typed)
            form.addRow(label(title, role="muted"), line)
        form.addRow(label("Send again on", role="muted"), self._on)
        return form

    def _retry_typed(self) -> None:
        written = {name: line.text().strip() for name, line in self._lines.items()}
        given: JsonObject = {}
        for name, text in written.items():
            number = _number(text)
            mark_invalid(self._lines[name], "" if number is not None else "This is no number.")
            if number is None:
                return
            if text:
                given[name] = number
        if self._on.kinds() != PASSING:
            given["on"] = [kind.value for kind in self._on.kinds()]
        try:
            self._retry = retry_from_json(given) if given else None
        except InvalidInputError as error:
            wrong = next((name for name in written if error.message.startswith(name)), "attempts")
            mark_invalid(self._lines[wrong], error.message)
        else:
            self.edited.emit({"retry": self._retry})

    def _show_rows(self) -> None:
        emptied(self._places)
        self.rows = []
        for fallback in self._fallbacks:
            self._add_row(fallback)

    def _add_row(self, fallback: Fallback | None = None) -> None:
        made = FallbackRow(fallback, self._theme)
        made.offer_models(self._models)
        made.edited.connect(self._fallbacks_typed)
        made.dropped.connect(lambda: self._drop(made))
        self.rows.append(made)
        self._places.addWidget(made)
        if fallback is None:
            made.model.setFocus(Qt.FocusReason.OtherFocusReason)

    def _drop(self, gone: FallbackRow) -> None:
        self.rows.remove(gone)
        gone.hide()
        gone.deleteLater()
        self._fallbacks_typed()

    def _fallbacks_typed(self) -> None:
        """Take over what is typed, if all of it is whole; a row that is empty counts for none."""
        found: list[Fallback] = []
        for each in self.rows:
            each.mark("")
            try:
                fallback = each.fallback()
                found += [] if fallback is None else [fallback]
                checked_fallbacks(found)
            except InvalidInputError as error:
                each.mark(error.message)
                return
        self._fallbacks = tuple(found)
        self.edited.emit({"fallbacks": self._fallbacks})


class FallbackRow(QWidget):
    """One fallback model, and the errors after which it is asked."""

    edited = Signal()
    dropped = Signal()

    def __init__(self, fallback: Fallback | None, theme: Theme) -> None:
        super().__init__()
        self.model = QLineEdit("" if fallback is None else str(fallback.model))
        self.model.setAccessibleName("Fallback model")
        self.model.setPlaceholderText("provider/model")
        self.model.textEdited.connect(self.edited)
        self.errors = ErrorsButton("Errors after which the fallback model is asked")
        self.errors.show_kinds(PASSING if fallback is None else fallback.on)
        self.errors.chosen.connect(lambda _: self.edited.emit())
        drop = IconButton("close", "Remove the fallback model", self.dropped.emit, theme=theme)
        named = row((self.model, 1), drop, spacing=Space.HALF)
        after = row(label("after", role="muted"), (self.errors, 1))
        self.setLayout(column(named, after, spacing=Space.HALF))

    def offer_models(self, names: Sequence[str]) -> None:
        """Complete the names of these models."""
        completer = QCompleter(list(names), self.model)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(lambda _: self.edited.emit())
        self.model.setCompleter(completer)

    def fallback(self) -> Fallback | None:
        """Return the fallback of the row; None while no model is named.

        Raises:
            InvalidInputError: The name is no model's, or no error is chosen.
        """
        text = self.model.text().strip()
        return Fallback(model=model_ref(text), on=self.errors.kinds()) if text else None

    def mark(self, problem: str) -> None:
        """Show what is wrong with the row; empty when nothing is."""
        mark_invalid(self.model, problem)


def _number(text: str) -> int | float | None:
    """Return the number of a text, 0 for an empty one; None if it is none."""
    try:
        return float(text or 0) if "." in text else int(text or 0)
    except ValueError:
        return None
