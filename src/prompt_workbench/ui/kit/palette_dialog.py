"""One field for everything: finds what was typed among many entries, the recent ones first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListView,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process
from typing_extensions import override

from prompt_workbench.ui.kit.labels import label
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_WIDTH = 620
_ROWS = 12
_ROW_HEIGHT = 30
_WORTH_SHOWING = 55.0
_MOST = 60
_ENTRY_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that can be chosen."""

    id: str
    title: str
    detail: str
    """To the right of the title: its shortcut, or what it is."""
    run: Callable[[], object]


def found(entries: Sequence[Entry], text: str, recent: Sequence[str]) -> list[Entry]:
    """Return the entries that fit the text, the best first; without a text the recent first."""
    place = {entry_id: number for number, entry_id in enumerate(recent)}
    last = len(place)
    if not text.strip():
        return sorted(entries, key=lambda entry: place.get(entry.id, last))[:_MOST]
    wanted = default_process(text)
    rated = [(_fit(wanted, entry), entry) for entry in entries]
    good = [(fit, entry) for fit, entry in rated if fit >= _WORTH_SHOWING]
    good.sort(key=lambda pair: (-pair[0], place.get(pair[1].id, last), len(pair[1].title)))
    return [entry for _, entry in good[:_MOST]]


def _fit(wanted: str, entry: Entry) -> float:
    title = default_process(entry.title)
    if title.startswith(wanted):
        return 101.0
    if f" {wanted}" in f" {title}":
        return 100.5
    if len(wanted) <= 4 and _initials(title).startswith(wanted):
        return 100.2
    return max(
        fuzz.partial_ratio(wanted, title) - (100 - fuzz.token_set_ratio(wanted, title)) / 10,
        fuzz.token_set_ratio(wanted, default_process(f"{entry.title} {entry.detail}")) * 0.9,
    )


def _initials(text: str) -> str:
    return "".join(word[0] for word in text.split())


class PaletteDialog(QDialog):
    """The command palette: type, choose with the arrow keys, Enter."""

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        recent: Sequence[str],
        chosen: Callable[[Entry], object],
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Command palette")
        self.setObjectName("palette")
        self._entries: list[Entry] = []
        self._recent = recent
        self._chosen = chosen
        self._field = QLineEdit()
        self._field.setPlaceholderText("Type an action, a prompt, a run or a dataset")
        self._field.setAccessibleName("What to find")
        self._field.setClearButtonEnabled(True)
        self._field.textChanged.connect(self._search)
        self._field.installEventFilter(self)
        self._model = _Entries(self)
        self._list = QListView()
        self._list.setAccessibleName("Found")
        self._list.setModel(self._model)
        self._list.setItemDelegate(_EntryPainter(theme, self._list))
        self._list.setUniformItemSizes(True)
        self._list.setProperty("frame", "none")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.clicked.connect(self._choose)
        nothing = label("Nothing is called that.", role="muted")
        nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._list)
        self._stack.addWidget(nothing)
        self.setFixedWidth(_WIDTH)
        self.setLayout(column(self._field, self._stack, margins=Space.INSIDE))

    def add(self, entries: Iterable[Entry]) -> None:
        """Offer more entries; what is typed stays."""
        self._entries.extend(entries)
        self._search(self._field.text())

    def show_over(self, window: QWidget) -> None:
        """Open at the top of the window, in its middle."""
        self._stack.setFixedHeight(_ROWS * _ROW_HEIGHT)
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - _WIDTH) // 2, corner.y() + 64)
        self.open()
        self._field.setFocus()

    def titles(self) -> list[str]:
        """Return what is listed, in order."""
        return [entry.title for entry in self._model.entries]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            match event.key():
                case Qt.Key.Key_Down:
                    self._step(1)
                case Qt.Key.Key_Up:
                    self._step(-1)
                case Qt.Key.Key_PageDown:
                    self._step(_ROWS)
                case Qt.Key.Key_PageUp:
                    self._step(-_ROWS)
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self._choose(self._list.currentIndex())
                case _:
                    return False
            return True
        return False

    def _step(self, rows: int) -> None:
        last = self._model.rowCount() - 1
        wanted = min(max(self._list.currentIndex().row() + rows, 0), last)
        self._list.setCurrentIndex(self._model.index(wanted))

    def _search(self, text: str) -> None:
        self._model.show_entries(found(self._entries, text, self._recent))
        self._list.setCurrentIndex(self._model.index(0))
        self._stack.setCurrentIndex(0 if self._model.entries else 1)

    def _choose(self, index: QModelIndex) -> None:
        entry = index.data(_ENTRY_ROLE)
        if isinstance(entry, Entry):
            self.close()
            self._chosen(entry)


class _Entries(QAbstractListModel):
    """What was found."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []

    def show_entries(self, entries: list[Entry]) -> None:
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()

    @override
    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.entries)

    @override
    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == _ENTRY_ROLE:
            return entry
        return f"{entry.title}, {entry.detail}" if role == Qt.ItemDataRole.DisplayRole else None


class _EntryPainter(QStyledItemDelegate):
    """Paints the title on the left and the detail, quieter, on the right."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, _ROW_HEIGHT)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        entry = index.data(_ENTRY_ROLE)
        if not isinstance(entry, Entry):
            return
        option.widget.style().drawPrimitive(
            option.widget.style().PrimitiveElement.PE_PanelItemViewItem,
            option,
            painter,
            option.widget,
        )
        tokens = self._theme.tokens
        area = QRect(option.rect).adjusted(Space.INSIDE, 0, -Space.INSIDE, 0)
        metrics = QFontMetrics(option.font)
        detail = metrics.elidedText(entry.detail, Qt.TextElideMode.ElideRight, area.width() // 2)
        room = area.width() - metrics.horizontalAdvance(detail) - Space.AROUND
        title = metrics.elidedText(entry.title, Qt.TextElideMode.ElideRight, room)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(tokens.text))
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(QColor(tokens.text_muted))
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, detail)
