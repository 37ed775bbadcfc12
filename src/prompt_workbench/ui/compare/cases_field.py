"""Which cases a comparison runs over, and how often each is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QSpinBox, QWidget

from prompt_workbench.domain.comparisons import MOST_REPETITIONS, ComparisonSpec
from prompt_workbench.domain.names import reference
from prompt_workbench.ui.compare.setup_presenter import Offer
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.forms import number_field
from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import row
from prompt_workbench.ui.theme.tokens import Space

if TYPE_CHECKING:
    from prompt_workbench.domain.datasets import DatasetVersion

_MOST = 1_000_000
_NEWEST = "newest"


class CasesField(QWidget):
    """Dataset, version, number of cases and repetitions."""

    dataset_chosen = Signal(str)
    """``NAME`` or ``NAME@NUMBER``."""
    count_chosen = Signal(object)
    """How many of the first cases; None for all."""
    repetitions_chosen = Signal(int)
    import_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._dataset = _combo("Dataset")
        self._import = button("Import …", self.import_asked.emit, name="Import a dataset")
        self._version = _combo("Version of the dataset")
        self._count = _spin("Number of cases", 0, _MOST)
        self._count.setSpecialValueText("all")
        self._repetitions = _spin("Repetitions", 1, MOST_REPETITIONS)
        self._versions: Sequence[DatasetVersion] = ()
        self._dataset.activated.connect(self._choose_dataset)
        self._version.activated.connect(self._choose_version)
        self._count.valueChanged.connect(lambda count: self.count_chosen.emit(count or None))
        self._repetitions.valueChanged.connect(self.repetitions_chosen)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(Space.INSIDE)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, field in (
            ("Dataset", row((self._dataset, 1), self._import)),
            ("Version", self._version),
            ("Cases", self._count),
            ("Repetitions", self._repetitions),
        ):
            form.addRow(label(title, role="muted"), field)

    def show_choice(self, offer: Offer, spec: ComparisonSpec) -> None:
        """Show what there is and what is chosen."""
        chosen = reference(spec.dataset).name
        known = [each for each in offer.datasets if each.latest is not None]
        self._dataset.clear()
        for each in known:
            count = each.latest.case_count if each.latest is not None else 0
            words = f"{each.dataset.name} · {formats.count(count)} cases"
            self._dataset.addItem(words, each.dataset.name)
        place = self._dataset.findData(chosen)
        if chosen and place < 0:
            self._dataset.addItem(f"{chosen} · not in this project", chosen)
            place = self._dataset.count() - 1
        self._dataset.setCurrentIndex(place)
        self._import.setVisible(not known)
        self._dataset.setPlaceholderText("Choose a dataset" if known else "No dataset yet")
        _show_number(self._count, spec.case_limit or 0)
        _show_number(self._repetitions, spec.limits.repetitions)
        self._show_version(reference(spec.dataset).ref)

    def show_versions(self, versions: Sequence[DatasetVersion], spec: ComparisonSpec) -> None:
        """Show the versions of the chosen dataset, newest first."""
        self._versions = versions
        self._show_version(reference(spec.dataset).ref)

    def collect(self) -> None:
        """Take over what is still being typed."""
        self._count.interpretText()
        self._repetitions.interpretText()

    def _show_version(self, ref: str) -> None:
        self._version.clear()
        self._version.addItem(_NEWEST, "")
        for each in self._versions:
            words = f"{each.number} · {formats.count(each.case_count)} cases · {each.message}"
            self._version.addItem(words.removesuffix(" · "), str(each.number))
        place = self._version.findData(ref)
        if place < 0:
            self._version.addItem(ref, ref)
            place = self._version.count() - 1
        self._version.setCurrentIndex(place)

    def _choose_dataset(self) -> None:
        self._versions = ()
        self.dataset_chosen.emit(self._dataset.currentData() or "")

    def _choose_version(self) -> None:
        name, ref = self._dataset.currentData(), self._version.currentData()
        if name:
            self.dataset_chosen.emit(f"{name}@{ref}" if ref else name)


def _combo(name: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(12)
    return made


def _spin(name: str, low: int, high: int) -> QSpinBox:
    made = number_field(low, high)
    made.setAccessibleName(name)
    made.setKeyboardTracking(False)
    return made


def _show_number(spin: QSpinBox, number: int) -> None:
    spin.blockSignals(True)
    spin.setValue(number)
    spin.blockSignals(False)
