"""The panel that says what an imported file becomes, before it is imported."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QScrollArea, QSplitter, QWidget

from prompt_workbench.domain.imports import ColumnRole, ColumnTarget
from prompt_workbench.services.datasets import DatasetListing
from prompt_workbench.ui.datasets.cases_table import cases_table
from prompt_workbench.ui.datasets.importing import ImportPresenter
from prompt_workbench.ui.kit.labels import ElidedLabel, button, label, tooltip
from prompt_workbench.ui.kit.layouts import column, emptied, holding, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_ROLES = {
    ColumnRole.INPUT: "Input",
    ColumnRole.EXPECTED: "Expected output",
    ColumnRole.METADATA: "Metadata",
    ColumnRole.IGNORE: "Ignore",
}

_HEADING_HEIGHT, _ROW_HEIGHT = 40, 36
_SHARES = (2, 0, 2, 3)
"""What each part of a line gets of the room: the column, its role, its name, a sample."""


class ImportPanel(QWidget):
    """Lets a person map columns, and shows the cases that this gives."""

    def __init__(
        self,
        presenter: ImportPresenter,
        theme: Theme,
        named: Callable[[str], DatasetListing | None],
        cancel: Callable[[], object],
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._named = named
        self._title = ElidedLabel(role="title")
        self._name = QComboBox()
        self._name.setEditable(True)
        self._name.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._name.setAccessibleName("Name of the dataset")
        self._name.setMinimumWidth(180)
        self._name.editTextChanged.connect(lambda _: self._show_state())
        self._what = ElidedLabel(role="muted")
        self._message = QLineEdit()
        self._message.setPlaceholderText("What is in this version, in one line (optional)")
        self._message.setAccessibleName("Message of the version")
        self._problem = label(role="danger", wrap=True)
        self._columns = QGridLayout()
        for place, share in enumerate(_SHARES):
            self._columns.setColumnStretch(place, share)
        self._columns.setHorizontalSpacing(Space.BETWEEN)
        self._rows: dict[str, _ColumnRow] = {}
        self._splitter = QSplitter(Qt.Orientation.Vertical)
        self._cancel = button("Cancel", cancel)
        self._import = button("Import", self.start, kind="primary")
        self._cases = cases_table(presenter.model, "Cases as they will be imported", theme)
        self._build()
        presenter.previewed.connect(self._show)
        presenter.mapping_changed.connect(self._show_state)

    def offer_names(self, names: Sequence[str]) -> None:
        """Offer the datasets that the file can become a version of."""
        text = self._name.currentText()
        self._name.blockSignals(True)
        self._name.clear()
        self._name.addItems(list(names))
        self._name.setEditText(text)
        self._name.blockSignals(False)
        self._show_state()

    def start(self) -> None:
        """Import the file as it is shown."""
        if self._import.isEnabled():
            self._presenter.start(self._name.currentText(), self._message.text())

    def _build(self) -> None:
        name = label("Dataset")
        name.setBuddy(self._name)
        head = row((self._title, 1), self._cancel, self._import)
        target = row(name, (self._name, 2), (self._what, 3), spacing=Space.BETWEEN)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(holding(column(self._columns, 1)))
        upper = column(label("Columns", role="heading"), (scroll, 1))
        lower = column(
            label("The first cases", role="heading"), (self._cases, 1),
            margins=(0, Space.INSIDE, 0, 0),
        )  # fmt: skip
        self._splitter.setChildrenCollapsible(False)
        for layout in (upper, lower):
            self._splitter.addWidget(holding(layout))
        self.setLayout(
            column(head, target, self._message, self._problem, (self._splitter, 1),
                   spacing=Space.BETWEEN, margins=Space.AROUND)
        )  # fmt: skip

    def _show(self) -> None:
        preview, path = self._presenter.preview, self._presenter.path
        if preview is None:
            return
        rows = "1 row" if preview.row_count == 1 else f"{preview.row_count:,} rows"
        self._title.set_text(f"Import {path.name} · {rows}")
        self._name.setEditText(path.stem)
        if (field := self._name.lineEdit()) is not None:
            field.setCursorPosition(0)  # the beginning of a long name says more than its end
        self._message.clear()
        emptied(self._columns)
        self._rows.clear()
        for line, name in enumerate(preview.columns):
            self._rows[name] = _ColumnRow(self._presenter, name)
            for place, widget in enumerate(self._rows[name].widgets):
                self._columns.addWidget(widget, line, place)
        self._show_state()
        wanted = _HEADING_HEIGHT + len(self._rows) * _ROW_HEIGHT
        room = self._splitter.height()
        self._splitter.setSizes([min(wanted, room // 2), room])
        self._import.setFocus()

    def _show_state(self) -> None:
        for name, each in self._rows.items():
            each.show_target(self._presenter.targets[name])
        name = self._name.currentText().strip()
        existing = self._named(name)
        if existing is None or existing.latest is None:
            self._what.set_text("makes a new dataset")
        else:
            self._what.set_text(f"adds version {existing.latest.number + 1}")
        problem = self._presenter.problem
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))
        self._import.setEnabled(not problem and bool(name))


class _ColumnRow:
    """The widgets of one column of the file."""

    def __init__(self, presenter: ImportPresenter, name: str) -> None:
        self._role = QComboBox()
        self._role.setAccessibleName(f"What {name} is for")
        for role, title in _ROLES.items():
            self._role.addItem(title, role)
        self._role.activated.connect(
            lambda _: presenter.set_role(name, ColumnRole(self._role.currentData()))
        )
        self._field = QLineEdit()
        self._field.setAccessibleName(f"What the field of {name} is called")
        self._field.setMinimumWidth(90)
        self._field.editingFinished.connect(lambda: presenter.set_name(name, self._field.text()))
        heading = ElidedLabel(name)
        heading.setMinimumWidth(70)
        heading.setToolTip(tooltip(name))
        sample = ElidedLabel(presenter.sample(name), role="muted")
        self.widgets: tuple[QWidget, ...] = (heading, self._role, self._field, sample)

    def show_target(self, target: ColumnTarget) -> None:
        """Show where the column goes."""
        self._role.setCurrentIndex(list(_ROLES).index(target.role))
        named = target.role in {ColumnRole.INPUT, ColumnRole.METADATA}
        self._field.setEnabled(named)
        self._field.setText(target.name if named else "")
