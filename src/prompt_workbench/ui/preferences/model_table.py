"""The models of one server, with what they cost and can do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLayout, QLineEdit, QSizePolicy, QTreeWidget, QTreeWidgetItem, QWidget
from typing_extensions import override

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.ui.kit.labels import label, tooltip
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.preferences.words import model_cells, model_words
from prompt_workbench.ui.theme.tokens import Space

_HEADS = ("Model", "Context", "Input", "Output", "Can")
_WIDTHS = (230, 84, 76, 76)
_NUMBERS = (1, 2, 3)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ALL = 1000
"""A stretch beside which that of the empty rest counts for nothing."""
_ROWS = 6
"""How many rows are shown at least, where there are more than fit."""
_FRAME = 4
_FEW = 8
"""Up to so many models no filter is needed."""


class ModelTable(QWidget):
    """Lists models; the marked one is explained below the list."""

    marked_changed = Signal()

    def __init__(self, below: QLayout) -> None:
        """Put what belongs to the list right below it, and leave the rest empty."""
        super().__init__()
        self._models: tuple[ModelInfo, ...] = ()
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Filter models")
        self._filter.setAccessibleName("Filter models")
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._narrow)
        self._tree = _Tree()
        self._tree.itemSelectionChanged.connect(self._explain)
        self._empty = label(role="muted", wrap=True)
        self._explanation = label(role="muted", wrap=True)
        self._explanation.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        made = column(
            self._filter, self._tree, self._empty, self._explanation, below, 1, spacing=Space.INSIDE
        )
        made.setStretchFactor(self._tree, _ALL)
        self.setLayout(made)

    @property
    def marked(self) -> ModelInfo | None:
        """The model that is marked."""
        items = self._tree.selectedItems()
        return items[0].data(0, Qt.ItemDataRole.UserRole) if items else None

    def show_models(self, models: Sequence[ModelInfo], *, empty: str) -> None:
        """Show models in place of those before; a sentence where there are none."""
        if tuple(models) == self._models and self._empty.text() == empty:
            return
        marked = self.marked
        self._models = tuple(models)
        self._tree.clear()
        for model in models:
            item = QTreeWidgetItem(model_cells(model))
            item.setData(0, Qt.ItemDataRole.UserRole, model)
            item.setToolTip(0, tooltip(f"{model.ref.model}\n{model.note}".strip()))
            item.setToolTip(len(_HEADS) - 1, tooltip(item.text(len(_HEADS) - 1)))
            for place in _NUMBERS:
                item.setTextAlignment(place, _RIGHT)
            self._tree.addTopLevelItem(item)
            if marked is not None and marked.ref == model.ref:
                self._tree.setCurrentItem(item)
        self._empty.setText(empty)
        self._empty.setVisible(not models and bool(empty))
        self._tree.setVisible(bool(models))
        self._filter.setVisible(len(models) > _FEW)
        self._tree.fit()
        self._narrow(self._filter.text())
        self._explain()

    def _narrow(self, text: str) -> None:
        words = text.lower().split()
        for row in range(self._tree.topLevelItemCount()):
            if (item := self._tree.topLevelItem(row)) is not None:
                name = item.text(0).lower()
                item.setHidden(not all(word in name for word in words))

    def _explain(self) -> None:
        model = self.marked
        self._explanation.setText(model_words(model) if model else "")
        self._explanation.setVisible(model is not None)
        self.marked_changed.emit()


class _Tree(QTreeWidget):
    """A list that is as high as its rows need, where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Models")
        self.setHeaderLabels(_HEADS)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        heads = self.header()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for section, width in enumerate(_WIDTHS):
            heads.resizeSection(section, width)
        for section in _NUMBERS:
            self.headerItem().setTextAlignment(section, _RIGHT)
        heads.setStretchLastSection(True)

    def fit(self) -> None:
        """Be no higher than the rows need."""
        self.setMaximumHeight(self._height(self.topLevelItemCount()))
        self.updateGeometry()

    @override
    def sizeHint(self) -> QSize:
        shown = min(self.topLevelItemCount(), _ROWS)
        return QSize(super().sizeHint().width(), self._height(shown))

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def _height(self, rows: int) -> int:
        row_height = max(self.sizeHintForRow(0), 1)
        return self.header().sizeHint().height() + rows * row_height + _FRAME
