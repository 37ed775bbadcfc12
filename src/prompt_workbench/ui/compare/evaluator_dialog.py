"""The settings of one evaluator, in a form made of what the evaluator declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPlainTextEdit, QWidget

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.services.evaluators import (
    EvaluatorType,
    Option,
    OptionKind,
    checked_evaluators,
)
from prompt_workbench.ui.compare.case_text import value_text
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.fonts import mono_font
from prompt_workbench.ui.theme.tokens import Space

_WIDTH = 460


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """One option with the widget that holds its value."""

    option: Option
    widget: QCheckBox | QLineEdit | QPlainTextEdit

    def value(self) -> Json:
        """Return what was filled in; None leaves the option at its default.

        Raises:
            InvalidInputError: It is no value of the option.
        """
        if isinstance(self.widget, QCheckBox):
            return self.widget.isChecked()
        if isinstance(self.widget, QLineEdit):
            text = self.widget.text()
        else:
            text = self.widget.toPlainText()
        return self.option.from_text(text) if text.strip() else None


class EvaluatorDialog(QDialog):
    """Asks for name and options; what cannot work is said before it is accepted."""

    def __init__(
        self,
        kind: EvaluatorType,
        spec: EvaluatorSpec,
        parent: QWidget,
        done: Callable[[EvaluatorSpec], object],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Evaluator: {kind.title}")
        self.setMinimumWidth(_WIDTH)
        self._kind, self._done = kind, done
        self._name = QLineEdit(spec.name)
        self._name.setAccessibleName("Name of the score")
        self._name.setPlaceholderText(kind.type)
        self._fields = [_Field(option=o, widget=_widget(o, spec.options)) for o in kind.options]
        self._problem = label(role="danger", wrap=True)
        accept = button("Use", self._confirm, kind="primary")
        accept.setDefault(True)
        form = column(label(kind.description, role="muted", wrap=True), spacing=Space.HALF)
        for field in self._fields:
            form.addSpacing(Space.HALF)
            if not isinstance(field.widget, QCheckBox):
                form.addWidget(label(field.option.title, role="heading"))
            form.addWidget(field.widget)
            form.addWidget(label(field.option.description, role="muted", wrap=True))
        form.addSpacing(Space.HALF)
        form.addWidget(label("Name of the score", role="heading"))
        form.addWidget(self._name)
        buttons = row((self._problem, 1), button("Cancel", self.reject), accept)
        self.setLayout(column(form, buttons, margins=Space.AROUND, spacing=Space.BETWEEN))

    def _confirm(self) -> None:
        try:
            spec = self._spec()
        except WorkbenchError as error:
            self._problem.setText(" ".join(filter(None, (error.message, error.hint))))
            return
        self.accept()
        self._done(spec)

    def _spec(self) -> EvaluatorSpec:
        given: JsonObject = {}
        for field in self._fields:
            value = field.value()
            if value is not None and value != field.option.default:
                given[field.option.name] = value
        spec = EvaluatorSpec(type=self._kind.type, options=given, name=self._name.text().strip())
        return checked_evaluators((spec,))[0]


def _widget(option: Option, given: Mapping[str, Json]) -> QCheckBox | QLineEdit | QPlainTextEdit:
    value = given.get(option.name, option.default)
    made: QCheckBox | QLineEdit | QPlainTextEdit
    match option.kind:
        case OptionKind.FLAG:
            made = QCheckBox(option.title)
            made.setChecked(value is True)
        case OptionKind.OBJECT:
            made = QPlainTextEdit("" if value is None else value_text(value))
            made.setFont(mono_font())
            made.setTabChangesFocus(True)
            made.setPlaceholderText("{ }")
        case OptionKind.TEXTS:
            made = QLineEdit(", ".join(map(str, value)) if isinstance(value, list) else "")
            made.setPlaceholderText("one, two, three")
        case _:
            made = QLineEdit("" if value is None else value_text(value))
    made.setAccessibleName(option.title)
    made.setAccessibleDescription(option.description)
    return made
