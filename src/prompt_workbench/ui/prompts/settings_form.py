"""The form of the model settings; an empty field leaves the choice to the provider."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QScrollArea, QWidget

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.model_settings import ModelSettings, settings_from_json
from prompt_workbench.ui.kit.forms import mark_invalid
from prompt_workbench.ui.kit.labels import label, line
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.theme.tokens import Space


def _number(text: str) -> Json:
    value: Json = json.loads(text)
    return value


def _texts(text: str) -> Json:
    if not text.startswith("["):
        return [text]
    value: Json = json.loads(text)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    name: str
    title: str
    hint: str
    read: Callable[[str], Json] = _number


_FIELDS = (
    _Field(name="temperature", title="Temperature", hint="0 to 2; 0 is the most repeatable"),
    _Field(name="top_p", title="Top p", hint="0 to 1"),
    _Field(name="top_k", title="Top k", hint="a whole number"),
    _Field(name="max_tokens", title="Max tokens", hint="the longest answer"),
    _Field(name="seed", title="Seed", hint="a whole number"),
    _Field(
        name="stop_sequences", title="Stop at", hint='a text, or ["\\n\\n", "END"]', read=_texts
    ),
    _Field(name="frequency_penalty", title="Frequency penalty", hint="−2 to 2"),
    _Field(name="presence_penalty", title="Presence penalty", hint="−2 to 2"),
    _Field(name="reasoning_effort", title="Reasoning effort", hint="low, medium, high", read=str),
    _Field(name="reasoning_budget", title="Reasoning budget", hint="tokens to think with"),
    _Field(name="prompt_cache", title="Prompt cache", hint="true or false"),
    _Field(name="stream", title="Stream", hint="true or false"),
)


class SettingsForm(QScrollArea):
    """One line for each setting of a call, and below them what else is set for it."""

    edited = Signal(object)

    def __init__(self, *below: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setAccessibleName("Model settings")
        self._settings = ModelSettings()
        self._lines: dict[str, QLineEdit] = {}
        form = QFormLayout()
        form.setSpacing(Space.INSIDE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for field in _FIELDS:
            edit = self._lines[field.name] = QLineEdit()
            edit.setAccessibleName(field.title)
            edit.setPlaceholderText(field.hint)
            edit.textEdited.connect(lambda _, field=field: self._typed(field))
            form.addRow(label(field.title, role="muted"), edit)
        words = label(
            "An empty field leaves the choice to the provider. Settings are part of the version.",
            role="muted",
            wrap=True,
        )
        body = QWidget()
        further = [item for widget in below for item in (line(), widget)]
        edges = Space.BETWEEN
        body.setLayout(column(form, words, *further, 1, margins=edges, spacing=Space.BETWEEN))
        self.setWidget(body)

    def show_settings(self, settings: ModelSettings) -> None:
        """Show the settings of a content."""
        if settings == self._settings:
            return
        self._settings = settings
        given = settings.to_json()
        for name, edit in self._lines.items():
            edit.setText(_written(given.get(name)))
            mark_invalid(edit, "")

    def _typed(self, field: _Field) -> None:
        edit = self._lines[field.name]
        text = edit.text().strip()
        values: JsonObject = self._settings.to_json()
        values.pop(field.name, None)
        try:
            if text:
                values[field.name] = field.read(text)
            settings = settings_from_json(values)
        except json.JSONDecodeError:
            mark_invalid(edit, f"{field.title} is {field.hint}.")
        except InvalidInputError as error:
            mark_invalid(edit, error.message)
        else:
            mark_invalid(edit, "")
            self._settings = settings
            self.edited.emit(settings)


def _written(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and len(value) == 1:
        only = value[0]
        if isinstance(only, str) and only.isprintable() and not only.startswith("["):
            return only
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
