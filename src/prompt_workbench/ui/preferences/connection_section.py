"""How calls reach a provider, and how fast; folded up until it is wanted."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.services.models import Endpoint
from prompt_workbench.services.settings import SettingValue
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.kit.page import PageContext
from prompt_workbench.ui.preferences.presenter import PreferencesPresenter
from prompt_workbench.ui.preferences.settings_list import SettingsList
from prompt_workbench.ui.preferences.words import connection_words, problem_words
from prompt_workbench.ui.theme.tokens import Space

_FOLDED = "Change …"


class ConnectionSection(QWidget):
    """A line that says what is chosen; opened, a field for each choice."""

    def __init__(self, presenter: PreferencesPresenter, context: PageContext) -> None:
        super().__init__()
        self._presenter = presenter
        self._context = context
        self._endpoint: Endpoint | None = None
        self._words = label(role="muted", wrap=True)
        self._change = button(_FOLDED, lambda: self._fold(open_=self._open.isHidden()))
        self._choices = SettingsList(presenter.choices, self._set)
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setPlaceholderText("Password of the proxy")
        self._password.setAccessibleName("Password of the proxy")
        self._password.returnPressed.connect(self._save_password)
        self._password_row = holding(
            row((self._password, 1), button("Save the password", self._save_password))
        )
        self._problem = label(role="danger", wrap=True)
        self._open = holding(column(self._choices, self._password_row, spacing=Space.BETWEEN))
        self.setLayout(
            column(
                row(label("Limits and connection", role="heading"), 1, self._change),
                self._words,
                self._open,
                self._problem,
                spacing=Space.INSIDE,
            )
        )
        self._problem.hide()
        self._fold(open_=False)

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Show what is chosen for a server."""
        if self._endpoint is None or endpoint.name != self._endpoint.name:
            self._fold(open_=False)
            self._problem.hide()
            self._password.clear()
        self._endpoint = endpoint
        self._words.setText(connection_words(endpoint.connection))
        self._choices.show_values(endpoint.connection.values())
        self._password_row.setVisible(bool(endpoint.connection.proxy_user))

    def _fold(self, *, open_: bool) -> None:
        self._open.setVisible(open_)
        self._change.setText("Done" if open_ else _FOLDED)
        self._change.setAccessibleName(f"{self._change.text()}: limits and connection")

    def _set(self, key: str, value: SettingValue) -> None:
        endpoint = self._endpoint
        if endpoint is None or endpoint.connection.values()[key] == value:
            return
        self._problem.hide()
        self._presenter.connect_by(endpoint.name, {key: value}, self._failed)

    def _save_password(self) -> None:
        # The field is empty before anything is awaited: a secret is shown by nothing, nowhere.
        password = self._password.text()
        self._password.clear()
        self._problem.hide()
        if self._endpoint is not None:
            self._presenter.set_proxy_password(self._endpoint.name, password, self._failed)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, WorkbenchError):
            self._context.notify.show_error(error)
            return
        self._problem.setText(problem_words(error))
        self._problem.show()
        if self._endpoint is not None:
            self._choices.show_values(self._endpoint.connection.values())
