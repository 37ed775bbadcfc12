"""Where a person gives a provider its key; a key that was given is never shown again."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.services.keys import KeyPlace, VaultStatus
from prompt_workbench.services.providers import Provider
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.kit.page import PageContext
from prompt_workbench.ui.preferences.presenter import PreferencesPresenter
from prompt_workbench.ui.preferences.selectable import selectable
from prompt_workbench.ui.preferences.words import key_words, problem_words
from prompt_workbench.ui.theme.tokens import Space

_FORGETTABLE = (KeyPlace.KEYRING, KeyPlace.SESSION)


class KeySection(QWidget):
    """The state of a key, a field for a new one, and what is wrong with the keyring."""

    def __init__(self, presenter: PreferencesPresenter, context: PageContext) -> None:
        super().__init__()
        self._presenter = presenter
        self._context = context
        self._name = ""
        self._state = selectable(label(wrap=True))
        self._keyring = label(role="warning", wrap=True)
        self._again = button("Ask the keyring again", self._ask_again)
        self._problem = label(role="danger", wrap=True)
        self._field = QLineEdit()
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setPlaceholderText("Paste a key")
        self._field.setAccessibleName("API key")
        self._field.textChanged.connect(lambda _: self._show_able())
        self._field.returnPressed.connect(self._save)
        self._save_button = button("Save the key", self._save)
        self._forget = button("Forget the key", self._forget_key)
        self._only_now = QCheckBox("Only until this program ends")
        self._only_now.setToolTip("The key stays in memory and is not written to the keyring.")
        fields = row((self._field, 1), self._save_button, self._forget)
        self.setLayout(
            column(
                label("API key", role="heading"),
                self._state,
                fields,
                self._only_now,
                row((self._keyring, 1), self._again),
                self._problem,
                spacing=Space.INSIDE,
            )
        )

    def show_provider(
        self, name: str, provider: Provider | None, keyring: VaultStatus | None
    ) -> None:
        """Show the key of a provider; None stands for what the keyring has not told yet."""
        if name != self._name:
            self._name = name
            self._field.clear()
            self._only_now.setChecked(False)
            self._problem.hide()
        self._state.setText("Asking the keyring …" if provider is None else key_words(provider))
        can_forget = provider is not None and provider.key.place in _FORGETTABLE
        self._forget.setVisible(can_forget)
        persistent = keyring is None or keyring.persistent
        words = "" if keyring is None else f"{keyring.sentence} {keyring.hint}"
        self._keyring.setText("" if persistent else words)
        self._keyring.setVisible(not persistent)
        self._again.setVisible(not persistent)
        self._only_now.setVisible(persistent)
        self._show_able()

    def _show_able(self) -> None:
        self._save_button.setEnabled(bool(self._field.text().strip()))

    def _save(self) -> None:
        key = self._field.text()
        if not key.strip():
            return
        # The field is empty before anything is awaited: a key is shown by nothing, nowhere.
        self._field.clear()
        self._problem.hide()
        only_now = self._only_now.isVisible() and self._only_now.isChecked()
        self._presenter.set_key(self._name, key, only_now=only_now, failed=self._failed)

    def _ask_again(self) -> None:
        self._problem.hide()
        self._presenter.load()

    def _forget_key(self) -> None:
        self._problem.hide()
        self._presenter.forget_key(self._name, self._failed)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, WorkbenchError):
            self._problem.setText(problem_words(error))
            self._problem.show()
        else:
            self._context.notify.show_error(error)
