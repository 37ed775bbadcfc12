"""The page of models and settings."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QWidget
from typing_extensions import override

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.services.settings import SettingValue
from prompt_workbench.ui.kit.add_model import AddModelDialog
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.kit.model_offer import ModelOffer
from prompt_workbench.ui.kit.page import Page, PageContext
from prompt_workbench.ui.preferences.model_list import ModelList
from prompt_workbench.ui.preferences.presenter import PreferencesPresenter
from prompt_workbench.ui.preferences.settings_list import SettingsList
from prompt_workbench.ui.theme.tokens import Space

_WIDEST = 900


class PreferencesPage(Page):
    """The models above, the settings below."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.presenter = PreferencesPresenter(context.workbench, context.history, self.tasks, self)
        self._models = ModelList()
        self._models.setMinimumHeight(220)
        self._offer = ModelOffer(context)
        self._remove = button("Remove", self.remove_marked)
        self._settings = SettingsList(context.workbench.settings.declared, self._set)
        self._build()
        self.presenter.models_changed.connect(self._show_models)
        self.presenter.settings_changed.connect(self._show_settings)
        self._models.itemSelectionChanged.connect(lambda: self._remove.setEnabled(self.can_remove))
        self._show_settings()
        self._remove.setEnabled(False)

    @property
    def can_remove(self) -> bool:
        """Whether the marked line is something that the person added."""
        return bool(self._models.marked_name())

    @override
    def shown(self) -> None:
        self.presenter.load()
        self._offer.refresh()

    @override
    def on_changes(self, changes: ChangeSet) -> None:
        self.presenter.on_changes(changes)
        if changes.touches(Kind.MODEL):
            self._offer.refresh()

    def ask_add(self) -> None:
        """Ask for a model file or a server."""
        AddModelDialog(self.context, self).open()

    def remove_marked(self) -> None:
        """Remove the marked model file or server."""
        if self.can_remove:
            self.presenter.remove(self._models.marked_name())

    def _build(self) -> None:
        words = label(
            "Prices are in US dollars per million tokens. A model on this machine costs nothing; "
            "a model without a price runs too, its cost is unknown.",
            role="muted",
            wrap=True,
        )
        buttons = row(
            button("Add a model …", self.ask_add),
            button("Ask the servers again", self.presenter.refresh),
            1,
            self._remove,
        )
        body = column(
            label("Models", role="title"),
            words,
            self._offer,
            self._models,
            buttons,
            label("Settings", role="title"),
            self._settings,
            1,
            spacing=Space.BETWEEN,
            margins=Space.AROUND,
        )
        held = QWidget()
        held.setLayout(body)
        held.setMaximumWidth(_WIDEST)
        scroll = QScrollArea()
        scroll.setAccessibleName("Models and settings")
        scroll.setWidgetResizable(True)
        scroll.setWidget(held)
        self.setLayout(column(scroll))

    def _show_models(self) -> None:
        self._models.show_groups(self.presenter.groups)
        self._remove.setEnabled(False)

    def _show_settings(self) -> None:
        self._settings.show_values(self.context.workbench.settings.all())

    def _set(self, key: str, value: SettingValue) -> None:
        if self.context.workbench.settings.get(key) != value:
            self.presenter.set(key, value)
