"""The list of models, grouped by where they run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.labels import tooltip
from prompt_workbench.ui.preferences.presenter import Group

_NAME_ROLE = Qt.ItemDataRole.UserRole
_HEADS = ("Model", "Input", "Output", "Context", "")
_WIDTHS = (300, 110, 110, 90)


class ModelList(QTreeWidget):
    """Shows each server with its models, their prices and what is wrong with them."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Models")
        self.setHeaderLabels(_HEADS)
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        heads = self.header()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for section, width in enumerate(_WIDTHS):
            heads.resizeSection(section, width)
        heads.setSectionResizeMode(len(_WIDTHS), QHeaderView.ResizeMode.Stretch)

    def show_groups(self, groups: Sequence[Group]) -> None:
        """Show the groups."""
        self.clear()
        for group in groups:
            empty = "" if group.lines else "it has named no models yet"
            head = QTreeWidgetItem([group.title, "", "", "", group.detail or empty])
            head.setToolTip(4, tooltip(empty))
            head.setData(0, _NAME_ROLE, group.remove_name)
            self.addTopLevelItem(head)
            for line in group.lines:
                item = QTreeWidgetItem(_texts(line.model))
                item.setData(0, _NAME_ROLE, line.remove_name or group.remove_name)
                item.setToolTip(4, tooltip(line.model.note))
                head.addChild(item)
            head.setExpanded(True)

    def marked_name(self) -> str:
        """Return the name by which the marked line can be removed, or an empty text."""
        items = self.selectedItems()
        return str(items[0].data(0, _NAME_ROLE) or "") if items else ""


def _texts(model: ModelInfo) -> list[str]:
    price = model.price
    prices = [
        formats.UNKNOWN if price is None else formats.money(price.input),
        formats.UNKNOWN if price is None else formats.money(price.output),
    ]
    context = f"{model.context_size:,}" if model.context_size else ""
    note = model.note or ("" if model.available else "not available")
    return [model.ref.model, *prices, context, note]
