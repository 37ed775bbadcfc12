"""One input of the prompt: its value for a quick run, its declared type and its default."""

from __future__ import annotations

import json
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.prompts import InputType, PromptInput
from prompt_workbench.ui.kit.forms import mark_invalid
from prompt_workbench.ui.kit.growing_text import GrowingText
from prompt_workbench.ui.kit.labels import IconButton, button, label, set_role
from prompt_workbench.ui.kit.layouts import column, row
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


class InputField(QFrame):
    """Name, type, value and default of one input.

    A field that was never touched has no value; one that was emptied, or left empty on
    purpose, has the empty text.
    """

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
        self._given = self._asked = False
        self._empty = button("", self._give_or_take, kind="link")
        self._default = QLineEdit()
        self._default.setAccessibleName(f"Default of {name}")
        self._default.setPlaceholderText("default, used when no value is given")
        self._default.editingFinished.connect(self._redeclare)
        head = row(title, self._note, 1, self._add, self._type, self._drop, spacing=6)
        choice = row(self._empty, 1)
        self.setLayout(column(head, self.value, choice, self._default, spacing=Space.HALF))
        self._quiet = False
        self._show_given()

    @property
    def kind(self) -> InputType:
        """The type that values have."""
        return self._item.type if self._item is not None else InputType.STRING

    @property
    def has_value(self) -> bool:
        """Whether there is a usable value; a text may be empty."""
        is_there = bool(self.value.toPlainText()) or self._is_empty_text
        return is_there and not self.value.property("invalid")

    @property
    def _is_empty_text(self) -> bool:
        return self._given and self.kind is InputType.STRING and not self.value.toPlainText()

    def current(self) -> Json:
        """Return the typed value."""
        return parsed(self.value.toPlainText(), self.kind)

    def show_value(self, value: Json) -> None:
        """Show a value that was kept; None for none."""
        self._given, self._asked = value is not None, False
        text = "" if value is None else written(value)
        if text != self.value.toPlainText():
            self._quiet = True
            self.value.setPlainText(text)
            self._quiet = False
        self._show_given()

    def ask(self) -> None:
        """Say that the prompt cannot run without a value, and offer the empty text as one."""
        self._asked = True
        or_empty = ", or leave it empty" if self.kind is InputType.STRING else ""
        mark_invalid(self.value, f"Fill in “{self.name}” to run the prompt{or_empty}.")
        self._show_given()

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
            # An empty field is no default, unless the empty text is the one that was declared.
            default = parsed(text, kind) if text or item.default == "" else None
        except ValueError as error:
            mark_invalid(self._default, str(error))
            default = None
        else:
            mark_invalid(self._default, "")
        self.declaration_edited.emit(replace(item, type=kind, default=default))

    def _typed(self) -> None:
        if not self._quiet:
            self._given = True
            self._changed()

    def _give_or_take(self) -> None:
        self._given = not self._given
        self._changed()
        self.value.setFocus()

    def _changed(self) -> None:
        self._asked = False
        self._check()
        self.value_edited.emit()

    def _show_given(self) -> None:
        """Say which of the two an empty field is, and offer the other."""
        is_text = self.kind is InputType.STRING
        self.value.setPlaceholderText("empty text" if self._is_empty_text else "no value")
        offers = is_text and not self.value.toPlainText() and (self._given or self._asked)
        self._empty.setVisible(offers)
        self._empty.setText("Take the value away" if self._given else "Leave empty")
        self._empty.setAccessibleName(f"{self._empty.text()}: {self.name}")

    def _check(self) -> None:
        text = self.value.toPlainText()
        try:
            if text:
                parsed(text, self.kind)
        except ValueError as error:
            mark_invalid(self.value, str(error))
        else:
            mark_invalid(self.value, "")
        self._show_given()
