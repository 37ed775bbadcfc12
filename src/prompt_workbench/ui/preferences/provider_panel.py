"""One provider: its address, its key, its models, and trying it out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from prompt_workbench.services.keys import VaultStatus
from prompt_workbench.ui.kit.interface_names import NAMES
from prompt_workbench.ui.kit.labels import ElidedLabel, button, label, line
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.kit.page import PageContext
from prompt_workbench.ui.preferences.connection_section import ConnectionSection
from prompt_workbench.ui.preferences.key_section import KeySection
from prompt_workbench.ui.preferences.model_table import ModelTable
from prompt_workbench.ui.preferences.presenter import Group, PreferencesPresenter
from prompt_workbench.ui.preferences.price_dialog import PriceDialog
from prompt_workbench.ui.preferences.try_section import TrySection
from prompt_workbench.ui.theme.tokens import Space


class ProviderPanel(QWidget):
    """Shows what is known of one provider, and lets a person change it."""

    def __init__(
        self,
        presenter: PreferencesPresenter,
        context: PageContext,
        remove: Callable[[], object],
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._context = context
        self._name = ""
        self._title = ElidedLabel(role="title")
        self._address = ElidedLabel(role="muted")
        self._keys = KeySection(presenter, context)
        self._try = TrySection(presenter, context)
        self._connection = ConnectionSection(presenter, context)
        self._note = label(role="danger", wrap=True)
        self._price = button("Price …", self._ask_price)
        self._list_price = button("Use the listed price", self._remove_price)
        self._models = ModelTable(row(self._price, self._list_price, 1))
        self._models.marked_changed.connect(self._mark)
        self._refresh = button("Ask for its models", lambda: presenter.refresh(self._name))
        self.setLayout(
            column(
                row((self._title, 1), button("Remove", remove, kind="danger")),
                self._address,
                self._keys,
                self._try,
                line(),
                self._connection,
                line(),
                row(label("Models", role="heading"), 1, self._refresh),
                self._note,
                (self._models, 1),
                spacing=Space.BETWEEN,
                margins=Space.AROUND,
            )
        )

    def show_group(self, group: Group, keyring: VaultStatus | None) -> None:
        """Show a provider with its models."""
        endpoint, provider = group.endpoint, group.provider
        self._name = group.name
        self._title.set_text(provider.title if provider else group.name)
        if endpoint is not None:
            words = (f"{group.name}/MODEL", endpoint.base_url, NAMES[endpoint.interface])
            self._address.set_text(" · ".join(words))
            self._address.setToolTip(endpoint.base_url)
            self._connection.show_endpoint(endpoint)
        self._keys.show_provider(group.name, provider, keyring)
        note = provider.note if provider else ""
        self._note.setText(note)
        self._note.setVisible(bool(note))
        empty = "" if note else "It has not been asked yet. Nothing is asked without you."
        self._models.show_models(group.models, empty=empty)
        self._mark()

    def _mark(self) -> None:
        model = self._models.marked
        self._price.setEnabled(model is not None)
        self._list_price.setVisible(model is not None and self._presenter.own_price(model))
        self._try.show_provider(self._name, model.ref.model if model else "")

    def _ask_price(self) -> None:
        if (model := self._models.marked) is not None:
            PriceDialog(model, self._presenter, self._context, self).open()

    def _remove_price(self) -> None:
        if (model := self._models.marked) is not None:
            self._presenter.remove_price(model.ref)
