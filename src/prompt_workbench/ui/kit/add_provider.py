"""Adding a known provider: its name is chosen from a list, its key is pasted.

Some providers want to know a little more, such as a region.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from prompt_workbench.services.base import Done
from prompt_workbench.services.keys import check_key_text
from prompt_workbench.services.models import Endpoint
from prompt_workbench.services.providers import KnownProvider
from prompt_workbench.services.workbench import Workbench
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.theme.tokens import Space


class ProviderForm(QWidget):
    """Asks for a known provider, what it wants to know of an account, and the key."""

    def __init__(self, known: Sequence[KnownProvider]) -> None:
        super().__init__()
        self._known = tuple(known)
        self.choice = QComboBox()
        self.choice.setAccessibleName("Provider")
        self.choice.addItems([each.title for each in self._known])
        self.key = QLineEdit()
        self.key.setAccessibleName("API key of the provider")
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self._words = label(role="muted", wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.fields: dict[str, QLineEdit] = {}
        """What the chosen provider wants to know, by name."""
        self._form = form = QFormLayout()
        form.setSpacing(Space.INSIDE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(label("Provider", role="muted"), self.choice)
        form.addRow(label("API key", role="muted"), self.key)
        self.setLayout(column(form, self._words, 1, margins=(0, Space.INSIDE, 0, 0)))
        self.choice.currentIndexChanged.connect(lambda _: self._change())
        self._change()

    @property
    def provider(self) -> KnownProvider:
        """The provider that is chosen."""
        return self._known[self.choice.currentIndex()]

    async def add_to(self, workbench: Workbench) -> Done[Endpoint]:
        """Add the provider with its key, and ask it for its models."""
        key = self.key.text().strip()
        if key:
            check_key_text(key)  # before anything is added
        values = {name: field.text() for name, field in self.fields.items()}
        done = await workbench.providers.add(self.provider.name, values)
        if key:
            await workbench.keys.set(done.value.name, key)
        if key or not self.provider.needs_key or self.provider.names_models:
            await workbench.models.refresh(done.value.name)
        return done

    def _change(self) -> None:
        """Ask for what the chosen provider wants to know."""
        for field in self.fields.values():
            self._form.removeRow(field)
        self.fields = {}
        for place, wanted in enumerate(self.provider.fields, start=1):
            field = self.fields[wanted.name] = QLineEdit(wanted.default)
            field.setAccessibleName(wanted.title)
            field.setPlaceholderText(wanted.example)
            self._form.insertRow(place, label(wanted.title, role="muted"), field)
        self._explain()

    def _explain(self) -> None:
        known = self.provider
        self.key.setEnabled(known.needs_key)
        if known.needs_key:
            self.key.setPlaceholderText("paste it here, or add it later")
            variables = " or ".join(known.variables)
            self._words.setText(
                f"Get a key at {known.key_page}\n"
                f"It is kept in the keyring of this system and sent to {known.shown_address} only. "
                f"Without one here, the environment variable {variables} is used if it is set."
            )
        else:
            self.key.clear()
            self.key.setPlaceholderText("none is needed")
            self._words.setText(
                f"{known.title} runs on this computer, at {known.base_url}. Start it first."
            )
