"""A list that opens under a button: filter by typing, check several, see why one cannot be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget
from typing_extensions import override

from prompt_workbench.ui.kit.labels import button, label
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.theme.tokens import Space

_WIDTH, _HEIGHT = 440, 340
_KEY_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that can be chosen."""

    key: str
    title: str
    detail: str = ""
    enabled: bool = True
    more: str = ""
    """Under this key there are further choices, which are fetched when they are asked for."""


Expand: TypeAlias = Callable[[str, Callable[[Sequence[Choice]], None]], None]
"""Gets what is under a key, and hands it on when it is there."""


class Picker(QFrame):
    """Offers choices; every check and uncheck is told at once."""

    added = Signal(str)
    removed = Signal(str)

    def __init__(
        self, name: str, parent: QWidget, *, none: str, expand: Expand | None = None
    ) -> None:
        """Make it, to be filled by `show_choices`.

        Args:
            name: What can be chosen.
            parent: What it opens beside.
            none: What to say where there is nothing to choose from.
            expand: How to get what is under a choice, where there may be something.
        """
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "toast")
        self.setAccessibleName(name)
        self.setFixedSize(_WIDTH, _HEIGHT)
        self._expand = expand
        self._chosen: frozenset[str] = frozenset()
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Type to filter")
        self._filter.setAccessibleName(f"Filter: {name}")
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(self._show_matching)
        self._filter.installEventFilter(self)
        self._tree = QTreeWidget()
        self._tree.setAccessibleName(name)
        self._tree.setColumnCount(2)
        self._tree.setHeaderHidden(True)
        self._tree.setUniformRowHeights(True)
        self._tree.setRootIsDecorated(expand is not None)
        self._tree.setProperty("frame", "none")
        self._none, self._words = none, label(none, role="muted", wrap=True)
        self._tree.itemChanged.connect(self._changed)
        self._tree.itemExpanded.connect(self._expanded)
        self.setLayout(
            column(
                self._filter,
                self._words,
                (self._tree, 1),
                row(1, button("Done", self.close, kind="primary")),
                margins=Space.INSIDE,
            )
        )

    def show_choices(self, choices: Sequence[Choice], chosen: Collection[str]) -> None:
        """Offer these, with some of them checked."""
        self._chosen = frozenset(chosen)
        self._tree.blockSignals(True)
        self._tree.clear()
        for choice in choices:
            self._tree.addTopLevelItem(self._item(choice))
        self._tree.blockSignals(False)
        self._tree.setColumnWidth(0, _WIDTH // 2 if self._expand is not None else 250)
        self._show_matching(self._filter.text())

    def open_under(self, widget: QWidget) -> None:
        """Come up below a widget, or above it where there is no room."""
        place = widget.mapToGlobal(QPoint(0, widget.height() + 2))
        screen = widget.screen().availableGeometry()
        if place.y() + _HEIGHT > screen.bottom():
            place.setY(widget.mapToGlobal(QPoint(0, 0)).y() - _HEIGHT - 2)
        place.setX(max(screen.left(), min(place.x(), screen.right() - _WIDTH)))
        place.setY(max(screen.top(), place.y()))
        self.move(place)
        self.show()
        self._filter.setFocus()
        self._filter.selectAll()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self._tree.setFocus()
                first = next((item for item in self._top_items() if not item.isHidden()), None)
                if self._tree.currentItem() is None and first is not None:
                    self._tree.setCurrentItem(first)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._toggle_only_match()
                return True
        return False

    def _item(self, choice: Choice) -> QTreeWidgetItem:
        item = QTreeWidgetItem([choice.title, choice.detail])
        item.setData(0, _KEY_ROLE, choice.key)
        checked = choice.key in self._chosen
        item.setCheckState(0, Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
        if not choice.enabled:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
        if choice.more:
            waiting = QTreeWidgetItem(["…"])
            waiting.setData(0, _KEY_ROLE, choice.more)
            waiting.setFlags(Qt.ItemFlag.NoItemFlags)
            item.addChild(waiting)
        return item

    def _changed(self, item: QTreeWidgetItem, section: int) -> None:
        if section == 0:
            checked = item.checkState(0) is Qt.CheckState.Checked
            told = self.added if checked else self.removed
            told.emit(item.data(0, _KEY_ROLE))

    def _expanded(self, item: QTreeWidgetItem) -> None:
        waiting = item.child(0)
        if self._expand is None or waiting is None or waiting.flags():
            return

        def fill(choices: Sequence[Choice]) -> None:
            self._tree.blockSignals(True)
            item.takeChildren()
            item.addChildren([self._item(choice) for choice in choices])
            self._tree.blockSignals(False)

        self._expand(waiting.data(0, _KEY_ROLE), fill)

    def _show_matching(self, text: str) -> None:
        words = text.casefold().split()
        for item in self._top_items():
            whole = f"{item.text(0)} {item.text(1)}".casefold()
            item.setHidden(not all(word in whole for word in words))
        offered = self._top_items()
        self._words.setText("Nothing here is called that." if offered else self._none)
        self._words.setVisible(all(item.isHidden() for item in offered))

    def _toggle_only_match(self) -> None:
        left = [item for item in self._top_items() if not item.isHidden()]
        if len(left) == 1 and left[0].flags() & Qt.ItemFlag.ItemIsEnabled:
            checked = left[0].checkState(0) is Qt.CheckState.Checked
            left[0].setCheckState(0, Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)

    def _top_items(self) -> list[QTreeWidgetItem]:
        found = map(self._tree.topLevelItem, range(self._tree.topLevelItemCount()))
        return [item for item in found if item is not None]
