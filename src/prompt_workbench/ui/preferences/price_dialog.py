"""Asks what a person pays for a model."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QLineEdit, QWidget

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.errors import InvalidInputError, WorkbenchError
from prompt_workbench.domain.usage import Price
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.kit.page import PageContext
from prompt_workbench.ui.preferences.presenter import PreferencesPresenter
from prompt_workbench.ui.preferences.words import problem_words
from prompt_workbench.ui.theme.tokens import Space

_FIGURES = {
    "input": "Input",
    "output": "Output",
    "cache_read": "Read from the cache",
    "cache_creation": "Written to the cache",
    "reasoning": "Reasoning",
}
_WIDTH = 440


class PriceDialog(QDialog):
    """Five figures and a discount; what is left empty costs what is known anyway."""

    def __init__(
        self,
        model: ModelInfo,
        presenter: PreferencesPresenter,
        context: PageContext,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Price of {model.ref.model}")
        self.setMinimumWidth(_WIDTH)
        self._model = model
        self._presenter = presenter
        self._context = context
        self._problem = label(role="danger", wrap=True)
        self._discount = QLineEdit()
        self._discount.setAccessibleName("Discount in percent")
        self._fields = {name: _figure(title, model, name) for name, title in _FIGURES.items()}
        words = label(
            "In US dollars per million tokens, from today on. Calls that were made keep the price "
            "they were paid at. Leave the prices empty to give only a discount.",
            role="muted",
            wrap=True,
        )
        save = button("Save", self._save, kind="primary")
        save.setDefault(True)
        self.setLayout(
            column(
                words,
                self._form(),
                self._problem,
                row(1, button("Cancel", self.reject), save),
                margins=Space.AROUND,
                spacing=Space.BETWEEN,
            )
        )

    def _form(self) -> QFormLayout:
        made = QFormLayout()
        made.setSpacing(Space.INSIDE)
        for name, title in _FIGURES.items():
            made.addRow(label(title, role="muted"), self._fields[name])
        made.addRow(label("Discount in percent", role="muted"), self._discount)
        return made

    def _save(self) -> None:
        try:
            price, discount = self._price(), _number(self._discount) or Decimal(0)
        except InvalidInputError as error:
            self._failed(error)
            return
        self._presenter.set_price(
            self._model.ref, price, discount, done=self.accept, failed=self._failed
        )

    def _price(self) -> Price | None:
        found = {name: _number(field) for name, field in self._fields.items()}
        if not any(figure is not None for figure in found.values()):
            return None
        given, made = found["input"], found["output"]
        if given is None or made is None:
            raise InvalidInputError(
                "A price needs a figure for input and one for output.", hint="0 stands for free."
            )
        return Price(
            input=given,
            output=made,
            cache_read=found["cache_read"],
            cache_creation=found["cache_creation"],
            reasoning=found["reasoning"],
        )

    def _failed(self, error: Exception) -> None:
        if isinstance(error, WorkbenchError):
            self._problem.setText(problem_words(error))
        else:
            self._context.notify.show_error(error)


def _figure(title: str, model: ModelInfo, name: str) -> QLineEdit:
    made = QLineEdit()
    made.setAccessibleName(title)
    known = getattr(model.price, name) if model.price else None
    made.setPlaceholderText("unknown" if known is None else f"{known.normalize():f}")
    return made


def _number(field: QLineEdit) -> Decimal | None:
    text = field.text().strip().removeprefix("$").removesuffix("%").strip()
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidInputError(
            f"“{text}” is no number.", hint="Write it with a point, such as 0.15."
        ) from None
