"""One field for each declared setting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QWidget

from prompt_workbench.services.settings import Setting, SettingValue
from prompt_workbench.ui.kit.forms import number_field
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.theme.tokens import Space

_LARGEST = 1_000_000


class SettingsList(QWidget):
    """Builds itself from the declarations; a change takes effect at once."""

    def __init__(
        self, settings: Sequence[Setting], changed: Callable[[str, SettingValue], object]
    ) -> None:
        super().__init__()
        self._changed = changed
        self._show: dict[str, Callable[[SettingValue], object]] = {}
        form = QFormLayout()
        form.setSpacing(Space.INSIDE)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(Space.AROUND)
        for setting in settings:
            field = self._field(setting)
            field.setAccessibleName(setting.title)
            field.setMaximumWidth(280)
            words = label(setting.description, role="muted", wrap=True)
            form.addRow(label(setting.title), holder := QWidget())
            holder.setLayout(column(field, words, spacing=2))
        self.setLayout(form)

    def show_values(self, values: Mapping[str, SettingValue]) -> None:
        """Show what is set now."""
        for key, show in self._show.items():
            show(values[key])

    def _field(self, setting: Setting) -> QWidget:
        if setting.choices:
            return self._choice(setting)
        match setting.default:
            case bool():
                return self._switch(setting)
            case int():
                return self._number(setting)
        return self._text(setting)

    def _choice(self, setting: Setting) -> QWidget:
        made = QComboBox()
        made.addItems([choice.capitalize() for choice in setting.choices])
        made.activated.connect(lambda place: self._changed(setting.key, setting.choices[place]))
        self._show[setting.key] = lambda value: made.setCurrentIndex(
            setting.choices.index(str(value))
        )
        return made

    def _switch(self, setting: Setting) -> QWidget:
        made = QCheckBox()
        made.clicked.connect(lambda on: self._changed(setting.key, bool(on)))
        self._show[setting.key] = lambda value: made.setChecked(bool(value))
        return made

    def _number(self, setting: Setting) -> QWidget:
        made = number_field(int(setting.low or 0), int(setting.high or _LARGEST))
        made.editingFinished.connect(lambda: self._changed(setting.key, made.value()))
        self._show[setting.key] = lambda value: made.setValue(int(value))
        return made

    def _text(self, setting: Setting) -> QWidget:
        made = QLineEdit()
        made.editingFinished.connect(lambda: self._changed(setting.key, made.text().strip()))
        self._show[setting.key] = lambda value: made.setText(str(value))
        return made
