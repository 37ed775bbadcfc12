"""Adding a model: a known provider, any other server, or a file on this computer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QFormLayout, QLineEdit, QTabWidget, QWidget

from prompt_workbench.domain.errors import InvalidInputError, WorkbenchError
from prompt_workbench.domain.requests import Interface
from prompt_workbench.services.keys import check_key
from prompt_workbench.services.models import Endpoint
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.add_provider import ProviderForm
from prompt_workbench.ui.kit.dialogs import ask_open_file
from prompt_workbench.ui.kit.interface_names import INTERFACES
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.kit.page import PageContext
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.services.base import Done

_FILES = "Model weights (*.gguf)"


class AddModelDialog(QDialog):
    """Asks for a provider, a server or a file; the models of the app change when confirmed."""

    def __init__(
        self,
        context: PageContext,
        parent: QWidget,
        *,
        added: Callable[[str], object] = lambda name: None,
        file: bool = False,
    ) -> None:
        """Open on the list of providers, or on the form for a file.

        Args:
            context: What every page gets.
            parent: What the dialog belongs to.
            added: Gets the name of a provider or server that was added.
            file: Whether a file is what will be added most likely.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Add a model")
        self.setMinimumWidth(480)
        self._context = context
        self._told = added
        self._tasks = TaskScope(self, on_error=self._refused)
        self._problem = label(role="danger", wrap=True)
        self._path = _field("Model file")
        self._local_name = _field("Name", "taken from the file name when empty")
        self._name = _field("Name", "my-server")
        self._url = _field("Address", "http://127.0.0.1:11434/v1")
        self._key = _field("API key", "empty when the server needs none")
        self._key.setEchoMode(QLineEdit.EchoMode.Password)
        self._interface = QComboBox()
        self._interface.setAccessibleName("Interface")
        for interface, words in INTERFACES.items():
            self._interface.addItem(words, interface.value)
        self._input_price = _field("Price of input", "USD per million tokens")
        self._output_price = _field("Price of output", "USD per million tokens")
        self._tabs = QTabWidget()
        self._tabs.setAccessibleName("Kind of model")
        self._provider = ProviderForm(context.workbench.providers.known)
        self._tabs.addTab(self._provider, "Provider")
        self._tabs.addTab(self._server_form(), "Other server")
        self._tabs.addTab(self._file_form(), "Model file")
        self._tabs.setCurrentIndex(2 if file else 0)
        self._add = button("Add", self._confirm, kind="primary")
        self._add.setDefault(True)
        self._tasks.busy_changed.connect(self._add.setDisabled)
        buttons = row((self._problem, 1), button("Cancel", self.reject), self._add)
        self.setLayout(column(self._tabs, buttons, margins=Space.AROUND))

    def _server_form(self) -> QWidget:
        words = label(
            "Any server that speaks one of these interfaces, in your network or on the internet. "
            "The key is kept in the keyring of this system and sent to this address only.",
            role="muted",
            wrap=True,
        )
        fields = (self._name, self._url, self._key, self._input_price, self._output_price)
        form = _form(*fields)
        form.insertRow(2, label("Interface", role="muted"), self._interface)
        return holding(column(words, form, 1, margins=(0, Space.INSIDE, 0, 0)))

    def _file_form(self) -> QWidget:
        words = label(
            "A GGUF file on this machine. It stays where it is and runs here, without a network.",
            role="muted",
            wrap=True,
        )
        choose = button("Choose …", self._choose_file)
        form = _form(self._path, self._local_name)
        return holding(column(words, form, row(choose, 1), 1, margins=(0, Space.INSIDE, 0, 0)))

    def _choose_file(self) -> None:
        ask_open_file(self, title="Choose a model file", filters=_FILES, done=self._path.setText)

    def _confirm(self) -> None:
        self._problem.clear()
        models = self._context.workbench.models
        if self._tabs.currentIndex() == 0:
            self._tasks.start(self._provider.add_to(self._context.workbench), done=self._added)
            return
        if self._tabs.currentIndex() == 2:
            path = Path(self._path.text().strip())
            name = self._local_name.text().strip() or None
            self._tasks.start(models.add_local(path, name), done=self._added_file)
            return
        try:
            endpoint = self._endpoint()
        except WorkbenchError as error:
            self._refused(error)
            return
        self._tasks.start(self._add_endpoint(endpoint, self._key.text().strip()), done=self._added)

    async def _add_endpoint(self, endpoint: Endpoint, key: str) -> Done[Endpoint]:
        workbench = self._context.workbench
        if key:
            check_key(endpoint, key)
        done = await workbench.models.add_endpoint(endpoint)
        if key:
            await workbench.keys.set(endpoint.name, key)
        await workbench.models.refresh(endpoint.name)
        return done

    def _endpoint(self) -> Endpoint:
        return Endpoint(
            name=self._name.text().strip(),
            base_url=self._url.text().strip(),
            interface=Interface(self._interface.currentData()),
            input_price=_price(self._input_price),
            output_price=_price(self._output_price),
        )

    def _added(self, done: Done[Endpoint]) -> None:
        self._context.history.record(done)
        self.accept()
        self._told(done.value.name)

    def _added_file(self, done: Done[Any]) -> None:
        self._context.history.record(done)
        self.accept()
        self._told("")

    def _refused(self, error: Exception) -> None:
        if isinstance(error, WorkbenchError):
            self._problem.setText(" ".join(filter(None, (error.message, error.hint))))
        else:
            self._context.notify.show_error(error)


def _field(name: str, placeholder: str = "") -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    return made


def _form(*fields: QLineEdit) -> QFormLayout:
    made = QFormLayout()
    made.setSpacing(Space.INSIDE)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for each in fields:
        made.addRow(label(each.accessibleName(), role="muted"), each)
    return made


def _price(field: QLineEdit) -> Decimal | None:
    text = field.text().strip().removeprefix("$")
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidInputError(
            f"“{text}” is not a price.", hint="Write dollars per million tokens, such as 0.15."
        ) from None
