"""The inputs of the prompt: what to fill in for a quick run, and their declared types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QScrollArea, QVBoxLayout, QWidget

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.prompts import PromptContent, PromptInput
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.prompts.analysis import Analysis
from prompt_workbench.ui.prompts.input_field import InputField
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space


class InputsPanel(QWidget):
    """One field for each input that the texts use or that is declared."""

    values_edited = Signal(object)
    inputs_edited = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content = PromptContent(messages=())
        self._values: dict[str, Json] = {}
        self._fields: dict[str, InputField] = {}
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
            field.ask()
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

    def _made(self, name: str) -> InputField:
        field = InputField(name, self._theme)
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
