"""The inputs of the prompt: what to fill in for a quick run, and their declared types."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.prompts import InputType, PromptContent, PromptInput
from prompt_workbench.ui.kit.forms import mark_invalid
from prompt_workbench.ui.kit.growing_text import GrowingText
from prompt_workbench.ui.kit.labels import IconButton, button, label, set_role
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.prompts.analysis import Analysis
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import mono_font
from prompt_workbench.ui.theme.tokens import Space

_TYPES: dict[InputType, type | tuple[type, ...]] = {
    InputType.STRING: str,
    InputType.NUMBER: (int, float),
    InputType.INTEGER: int,
    InputType.BOOLEAN: bool,
    InputType.ARRAY: list,
    InputType.OBJECT: dict,
}


def parsed(text: str, kind: InputType) -> Json:
    """Return the value that a text stands for.

    Raises:
        ValueError: It is no value of that type; the message is a sentence.
    """
    if kind is InputType.STRING:
        return text
    try:
        value: Json = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError(f"This is not JSON for a value of type {kind.value}.") from None
    wanted = _TYPES[kind]
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not InputType.BOOLEAN):
        raise ValueError(f"This is not a value of type {kind.value}.")
    return value


def written(value: Json) -> str:
    """Return a value as text that can be edited."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class InputsPanel(QWidget):
    """One field for each input that the texts use or that is declared."""

    values_edited = Signal(object)
    inputs_edited = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content = PromptContent(messages=())
        self._values: dict[str, Json] = {}
        self._fields: dict[str, _InputField] = {}
        self._declare = QCheckBox("Declare inputs with types and defaults")
        self._declare.setToolTip(
            "A declared prompt refuses names that are not in its list of inputs."
        )
        self._declare.clicked.connect(self._toggle_declared)
        self._empty = label(
            "The texts use no variables yet. Write {{name}} in a message to add one.",
            role="muted",
            wrap=True,
        )
        self._places: QVBoxLayout = column(spacing=Space.BETWEEN)
        scroll = QScrollArea()
        scroll.setAccessibleName("Inputs")
        scroll.setWidgetResizable(True)
        body = QWidget()
        body.setLayout(
            column(self._empty, self._places, self._declare, 1, margins=Space.BETWEEN, spacing=12)
        )
        scroll.setWidget(body)
        self.setLayout(column(scroll))

    def show_content(self, content: PromptContent, values: Mapping[str, Json]) -> None:
        """Show another prompt, or another version of it."""
        self._content = content
        self._values = dict(values)
        self._declare.setChecked(bool(content.inputs))
        for field in self._fields.values():
            field.show_value(self._values.get(field.name))

    def show_analysis(self, content: PromptContent, analysis: Analysis) -> None:
        """Keep one field for each input, in the order of the texts."""
        self._content = content
        declared = {item.name: item for item in content.inputs}
        names = tuple(dict.fromkeys((*analysis.names, *declared)))
        if names != tuple(self._fields):
            self._rebuild(names)
        for name, field in self._fields.items():
            field.show_declaration(
                declared.get(name),
                declares=bool(declared),
                unused=name in analysis.unused,
                undefined=name in analysis.undefined,
            )
        self._empty.setVisible(not names)
        self._declare.setVisible(bool(names))
        self._declare.setChecked(bool(declared))

    def ask_for(self, names: Sequence[str]) -> None:
        """Mark the inputs that need a value, and put the cursor into the first of them."""
        fields = [self._fields[name] for name in names if name in self._fields]
        for field in fields:
            mark_invalid(field.value, f"Fill in “{field.name}” to run the prompt.")
        if fields:
            fields[0].value.setFocus()

    def _rebuild(self, names: tuple[str, ...]) -> None:
        for name in set(self._fields) - set(names):
            gone = self._fields.pop(name)
            gone.hide()
            gone.deleteLater()
        kept = self._fields
        self._fields = {name: kept.get(name) or self._made(name) for name in names}
        for place, field in enumerate(self._fields.values()):
            self._places.removeWidget(field)
            self._places.insertWidget(place, field)

    def _made(self, name: str) -> _InputField:
        field = _InputField(name, self._theme)
        field.show_value(self._values.get(name))
        field.value_edited.connect(self._take_values)
        field.declaration_edited.connect(lambda item: self._declared(name, item))
        return field

    def _take_values(self) -> None:
        shown = self._fields.items()
        kept = {name: value for name, value in self._values.items() if name not in self._fields}
        self._values = kept | {name: field.current() for name, field in shown if field.has_value}
        self.values_edited.emit(self._values)

    def _declared(self, name: str, item: PromptInput | None) -> None:
        others = [each for each in self._content.inputs if each.name != name]
        places = [each.name for each in self._content.inputs]
        if item is not None:
            others.insert(places.index(name) if name in places else len(others), item)
        self.inputs_edited.emit(tuple(others))

    def _toggle_declared(self) -> None:
        if self._declare.isChecked():
            self.inputs_edited.emit(tuple(PromptInput(name=name) for name in self._fields))
        else:
            self.inputs_edited.emit(())


class _InputField(QFrame):
    """Name, type, value and default of one input."""

    value_edited = Signal()
    declaration_edited = Signal(object)

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self.name = name
        self._item: PromptInput | None = None
        title = label(name)
        title.setFont(mono_font())
        self._note = label(role="warning")
        self._type = QComboBox()
        self._type.setAccessibleName(f"Type of {name}")
        for kind in InputType:
            self._type.addItem(kind.value, kind)
        self._type.activated.connect(lambda _: self._redeclare())
        self._drop = IconButton("close", f"Remove the declaration of {name}", theme=theme, size=14)
        self._drop.clicked.connect(lambda: self.declaration_edited.emit(None))
        self._add = button("Declare", self._redeclare, kind="link", name=f"Declare {name}")
        self.value = GrowingText(f"Value of {name}", fewest=1, most=6)
        self.value.setTabChangesFocus(True)
        self.value.textChanged.connect(self._typed)
        self._default = QLineEdit()
        self._default.setAccessibleName(f"Default of {name}")
        self._default.setPlaceholderText("default, used when no value is given")
        self._default.editingFinished.connect(self._redeclare)
        head = row(title, self._note, 1, self._add, self._type, self._drop, spacing=6)
        self.setLayout(column(head, self.value, self._default, spacing=Space.HALF))
        self._quiet = False

    @property
    def kind(self) -> InputType:
        """The type that values have."""
        return self._item.type if self._item is not None else InputType.STRING

    @property
    def has_value(self) -> bool:
        """Whether a usable value was typed."""
        return bool(self.value.toPlainText()) and not self.value.property("invalid")

    def current(self) -> Json:
        """Return the typed value."""
        return parsed(self.value.toPlainText(), self.kind)

    def show_value(self, value: Json) -> None:
        """Show a value that was kept."""
        text = "" if value is None else written(value)
        if text != self.value.toPlainText():
            self._quiet = True
            self.value.setPlainText(text)
            self._quiet = False

    def show_declaration(
        self, item: PromptInput | None, *, declares: bool, unused: bool, undefined: bool
    ) -> None:
        """Show how the input is declared, and whether that fits the texts."""
        self._item = item
        note = "not used" if unused else "not declared" if undefined else ""
        self._note.setText(note)
        set_role(self._note, "warning" if unused else "danger")
        self._add.setVisible(declares and item is None)
        for widget in (self._type, self._drop, self._default):
            widget.setVisible(item is not None)
        if item is not None:
            self._type.setCurrentIndex(list(InputType).index(item.type))
            if not self._default.hasFocus():
                self._default.setText("" if item.default is None else written(item.default))
        self._check()

    def _redeclare(self) -> None:
        kind = InputType(self._type.currentData())
        item = self._item or PromptInput(name=self.name)
        text = self._default.text()
        try:
            default = parsed(text, kind) if text else None
        except ValueError as error:
            mark_invalid(self._default, str(error))
            default = None
        else:
            mark_invalid(self._default, "")
        self.declaration_edited.emit(replace(item, type=kind, default=default))

    def _typed(self) -> None:
        if not self._quiet:
            self._check()
            self.value_edited.emit()

    def _check(self) -> None:
        text = self.value.toPlainText()
        try:
            if text:
                parsed(text, self.kind)
        except ValueError as error:
            mark_invalid(self.value, str(error))
        else:
            mark_invalid(self.value, "")
