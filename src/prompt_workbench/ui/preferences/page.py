"""The preferences: the settings, the network, this computer, and each provider."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget
from typing_extensions import override

from prompt_workbench.domain.changes import ChangeSet, Kind
from prompt_workbench.services.settings import SettingValue
from prompt_workbench.ui.kit.add_model import AddModelDialog
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.kit.page import Page, PageContext, Target
from prompt_workbench.ui.preferences.machine_panel import MachinePanel
from prompt_workbench.ui.preferences.network_panel import NetworkPanel
from prompt_workbench.ui.preferences.network_presenter import NetworkPresenter
from prompt_workbench.ui.preferences.places import NETWORK, SETTINGS, Places
from prompt_workbench.ui.preferences.presenter import PreferencesPresenter
from prompt_workbench.ui.preferences.provider_panel import ProviderPanel
from prompt_workbench.ui.preferences.settings_list import SettingsList
from prompt_workbench.ui.theme.tokens import Space

_WIDEST = 960


class PreferencesPage(Page):
    """Shows the place that is chosen in the list to the left."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.presenter = PreferencesPresenter(context.workbench, context.history, self.tasks, self)
        self._places = Places(self.ask_add)
        self._settings = SettingsList(context.workbench.settings.declared, self._set)
        self._machine = MachinePanel(
            self.presenter,
            context,
            add=self.ask_add_file,
            remove=self.remove_shown,
            added=self._places.choose,
        )
        self._provider = ProviderPanel(self.presenter, context, self.remove_shown)
        self._log = NetworkPresenter(context.workbench, context.history, self.tasks, self)
        self._network = NetworkPanel(self._log, self.tasks)
        self._stack = QStackedWidget()
        settings = _settings_panel(self._settings)
        for panel in (self._machine, self._provider, settings, self._network):
            self._stack.addWidget(_scrolled(panel))
        self.setLayout(column(self._stack))
        self._places.chosen.connect(self._go)
        self.presenter.models_changed.connect(self._show_models)
        self.presenter.settings_changed.connect(self._show_settings)
        self._show_settings()

    @property
    def can_remove(self) -> bool:
        """Whether something that the person added is shown, and marked if need be."""
        return bool(self._removed_name())

    @property
    def place(self) -> str:
        """What is shown: a provider by its name, nothing for this computer, or another place."""
        return self._places.current

    @override
    def navigator(self) -> QWidget:
        return self._places

    @override
    def open(self, target: Target) -> None:
        self._places.choose(target.id)

    @override
    def shown(self) -> None:
        self.presenter.load()
        self._machine.offer.refresh()
        if self.place == NETWORK:
            self._log.load()

    @override
    def on_changes(self, changes: ChangeSet) -> None:
        self.presenter.on_changes(changes)
        if changes.touches(Kind.SETTING):
            self._network.show_switch()
        if changes.touches(Kind.MODEL):
            self._machine.offer.refresh()

    def ask_add(self) -> None:
        """Ask for a provider, a server or a model file."""
        AddModelDialog(self.context, self, added=self._places.choose).open()

    def ask_add_file(self) -> None:
        """Ask for a model file."""
        AddModelDialog(self.context, self, added=self._places.choose, file=True).open()

    def refresh(self) -> None:
        """Ask the server that is shown, or every one, for its models; read the log anew."""
        if self.place == NETWORK:
            self._log.load()
        else:
            self.presenter.refresh("" if self.place == SETTINGS else self.place)

    def show_settings(self) -> None:
        """Go to the settings."""
        self._places.choose(SETTINGS)

    def show_network(self) -> None:
        """Go to the offline switch and the hosts that were reached."""
        self._places.choose(NETWORK)

    def remove_shown(self) -> None:
        """Remove the provider that is shown, or the marked model file."""
        if name := self._removed_name():
            self.presenter.remove(name)

    def _removed_name(self) -> str:
        if self.place in {SETTINGS, NETWORK}:
            return ""
        return self.place or self._machine.marked_name

    def _go(self, place: str) -> None:
        self._show()
        if place == NETWORK:
            self._network.show_switch()
            self._log.load()

    def _show_models(self) -> None:
        self._places.show_groups(self.presenter.groups)
        self._show()

    def _show(self) -> None:
        group = self.presenter.group(self.place)
        if self.place == SETTINGS:
            self._stack.setCurrentIndex(2)
        elif self.place == NETWORK:
            self._stack.setCurrentIndex(3)
        elif not self.place:
            self._stack.setCurrentIndex(0)
            if group is not None:
                self._machine.show_group(group)
        elif group is not None:
            self._provider.show_group(group, self.presenter.keyring)
            self._stack.setCurrentIndex(1)

    def _show_settings(self) -> None:
        self._settings.show_values(self.context.workbench.settings.all())

    def _set(self, key: str, value: SettingValue) -> None:
        if self.context.workbench.settings.get(key) != value:
            self.presenter.set(key, value)


def _settings_panel(settings: SettingsList) -> QWidget:
    held = QWidget()
    title = label("Settings", role="title")
    held.setLayout(
        column(title, settings, 1, spacing=Space.BETWEEN, margins=Space.AROUND),
    )
    return held


def _scrolled(panel: QWidget) -> QScrollArea:
    panel.setMaximumWidth(_WIDEST)
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setWidget(panel)
    return made
