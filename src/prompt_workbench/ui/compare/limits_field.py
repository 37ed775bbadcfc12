"""What bounds a comparison: money, calls at once, and the response cache."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QWidget

from prompt_workbench.domain.comparisons import MOST_AT_ONCE, RunLimits
from prompt_workbench.ui.kit.forms import mark_invalid, number_field
from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.theme.tokens import Space

_NO_BATCH = "Choose models that take batches, such as those of OpenAI and Anthropic."


class LimitsField(QWidget):
    """Tells the name and the new value of the limit that was changed."""

    edited = Signal(str, object)
    refused = Signal(str)
    """Why what is typed as the cap is no amount; empty once it is one, or nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._cap = QLineEdit()
        self._cap.setAccessibleName("Stop at this cost in dollars")
        self._cap.setPlaceholderText("no spend cap")
        self._cap.editingFinished.connect(self._take_cap)
        self._cap.textEdited.connect(self._cap_edited)
        self._cap_problem = ""
        self._at_once = number_field(0, MOST_AT_ONCE)
        self._at_once.setAccessibleName("Calls at once for each model")
        self._at_once.setSpecialValueText("adapts itself")
        self._at_once.setKeyboardTracking(False)
        self._at_once.valueChanged.connect(
            lambda number: self.edited.emit("concurrency", number or None)
        )
        self._unknown = self._switch(
            "allow_unknown_cost", "Run models of unknown cost outside the cap"
        )
        self._cache = self._switch("use_cache", "Take answers to the same request from the cache")
        self._cache_all = self._switch("cache_repetitions", "Repetitions too")
        self._batch = self._switch(
            "as_batch", "Send as a batch: about half the price, answers within 24 h"
        )
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(Space.INSIDE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(label("Stop at $", role="muted"), self._cap)
        form.addRow(self._unknown)
        form.addRow(label("Calls at once", role="muted"), self._at_once)
        form.addRow(self._cache)
        form.addRow(self._cache_all)
        form.addRow(self._batch)

    def show_limits(self, limits: RunLimits) -> None:
        """Show other limits."""
        for box, on in (
            (self._unknown, limits.allow_unknown_cost),
            (self._cache, limits.use_cache),
            (self._cache_all, limits.cache_repetitions),
            (self._batch, limits.as_batch),
        ):
            box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(False)
        self._at_once.blockSignals(True)
        self._at_once.setValue(limits.concurrency or 0)
        self._at_once.blockSignals(False)
        if not self._cap.hasFocus() and not self._cap_problem:
            self._cap.setText("" if limits.max_cost_usd is None else f"{limits.max_cost_usd:f}")
        self._at_once.setEnabled(not limits.as_batch)
        self._unknown.setEnabled(limits.max_cost_usd is not None)
        self._cache_all.setEnabled(limits.use_cache and limits.repetitions > 1)

    def offer_batch(self, *, possible: bool) -> None:
        """Let a batch be chosen where the models take one; a choice can always be taken back."""
        self._batch.setEnabled(possible or self._batch.isChecked())
        self._batch.setToolTip("" if possible else _NO_BATCH)

    def collect(self) -> None:
        """Take over what is still being typed."""
        self._at_once.interpretText()
        self._take_cap()

    def _switch(self, name: str, title: str) -> QCheckBox:
        made = QCheckBox(title)
        made.toggled.connect(lambda on: self.edited.emit(name, on))
        return made

    def _cap_edited(self) -> None:
        if self._cap_problem:  # what is being corrected is not called wrong any longer than it is
            self._check_cap()

    def _take_cap(self) -> None:
        self._check_cap()
        if not self._cap_problem:
            self.edited.emit("max_cost_usd", self._typed_cap())

    def _check_cap(self) -> None:
        try:
            self._typed_cap()
        except InvalidOperation:
            problem = "The spend cap is not an amount in dollars, such as 0.05."
        else:
            problem = ""
        if problem != self._cap_problem:
            self._cap_problem = problem
            mark_invalid(self._cap, problem)
            self.refused.emit(problem)

    def _typed_cap(self) -> Decimal | None:
        text = self._cap.text().strip().removeprefix("$")
        return amount(text) if text else None


def amount(text: str) -> Decimal:
    """Return an amount of money; `InvalidOperation` for what is none."""
    found = Decimal(text)
    if not found.is_finite() or found < 0:
        raise InvalidOperation
    return found
