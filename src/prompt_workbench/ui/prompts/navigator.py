"""The list of prompts to the left: folders, a filter, and what to do with a prompt."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QTreeWidget, QTreeWidgetItem, QWidget
from typing_extensions import override

from prompt_workbench.domain.prompts import Prompt
from prompt_workbench.ui.kit.labels import IconButton, label, tooltip
from prompt_workbench.ui.kit.layouts import column, row
from prompt_workbench.ui.prompts.list_presenter import Line, PromptListPresenter
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.icons import icon
from prompt_workbench.ui.theme.tokens import Space

_PROMPT_ROLE = Qt.ItemDataRole.UserRole


class PromptNavigator(QWidget):
    """Shows prompts in their folders; choosing one opens it."""

    chosen = Signal(str)
    menu_asked = Signal(object, object)
    """For a prompt that is marked: the widget and the place in it."""

    def __init__(
        self,
        presenter: PromptListPresenter,
        theme: Theme,
        create: Callable[[], object],
    ) -> None:
        super().__init__()
        self._presenter = presenter
        self._theme = theme
        self._open_id = ""
        self._closed: set[str] = set()
        add = IconButton("add", "New prompt", create, theme=theme)
        head = row(label("Prompts", role="heading"), 1, add)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Filter")
        self._filter.setAccessibleName("Filter prompts")
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(presenter.filter)
        self._tree = _Tree()
        self._tree.itemSelectionChanged.connect(self._choose)
        self._tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._tree.customContextMenuRequested.connect(self._ask_menu)
        self._tree.itemCollapsed.connect(lambda item: self._closed.add(_path(item)))
        self._tree.itemExpanded.connect(lambda item: self._closed.discard(_path(item)))
        edges = (Space.BETWEEN, Space.BETWEEN, Space.INSIDE, 0)
        self.setLayout(column(head, self._filter, (self._tree, 1), margins=edges))
        presenter.lines_changed.connect(self._rebuild)
        theme.changed.connect(self._rebuild)

    def show_open(self, prompt_id: str) -> None:
        """Mark the prompt that is on the page."""
        self._open_id = prompt_id
        self._mark()

    def current(self) -> Prompt | None:
        """Return the prompt that is marked."""
        items = self._tree.selectedItems()
        found = items[0].data(0, _PROMPT_ROLE) if items else None
        return found if isinstance(found, Prompt) else None

    def focus_filter(self) -> None:
        """Put the cursor into the filter field."""
        self._filter.setFocus()
        self._filter.selectAll()

    def _rebuild(self) -> None:
        self._tree.blockSignals(True)
        self._tree.clear()
        folders: dict[str, QTreeWidgetItem] = {}
        for line in self._presenter.lines:
            parent = self._folder(line.prompt.folder, folders)
            parent.addChild(self._item(line))
        for path, item in folders.items():
            item.setExpanded(bool(self._presenter.text) or path not in self._closed)
        self._tree.blockSignals(False)
        self._mark()

    def _folder(self, path: str, folders: dict[str, QTreeWidgetItem]) -> QTreeWidgetItem:
        if not path:
            return self._tree.invisibleRootItem()
        if path not in folders:
            above, _, name = path.rpartition("/")
            item = QTreeWidgetItem([name])
            item.setIcon(0, icon("folder", self._theme.tokens.text_muted))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self._folder(above, folders).addChild(item)
            folders[path] = item
        return folders[path]

    def _item(self, line: Line) -> QTreeWidgetItem:
        name = line.prompt.name
        item = QTreeWidgetItem([f"{name}  ●" if line.unsaved else name])
        item.setIcon(0, icon("prompt", self._theme.tokens.text_muted))
        item.setData(0, _PROMPT_ROLE, line.prompt)
        item.setData(
            0,
            Qt.ItemDataRole.AccessibleTextRole,
            f"{name}, with unsaved changes" if line.unsaved else name,
        )
        tags = f"\nTags: {', '.join(line.prompt.tags)}" if line.prompt.tags else ""
        item.setToolTip(0, tooltip(name + tags))
        return item

    def _mark(self) -> None:
        for item in self._items():
            prompt = item.data(0, _PROMPT_ROLE)
            if isinstance(prompt, Prompt) and prompt.id == self._open_id:
                self._tree.blockSignals(True)
                self._tree.setCurrentItem(item)
                self._tree.blockSignals(False)
                return

    def _items(self) -> list[QTreeWidgetItem]:
        return self._tree.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive)

    def _choose(self) -> None:
        prompt = self.current()
        if prompt is not None and prompt.id != self._open_id:
            self.chosen.emit(prompt.id)

    def _ask_menu(self, place: QPoint) -> None:
        item = self._tree.itemAt(place)
        if item is not None and isinstance(item.data(0, _PROMPT_ROLE), Prompt):
            self.menu_asked.emit(self._tree.viewport(), place)


class _Tree(QTreeWidget):
    """A tree that opens its context menu from the keyboard at the marked item."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Prompts")
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        # Names that begin alike often differ at their end.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setProperty("frame", "none")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Menu and self.selectedItems():
            place = self.visualItemRect(self.selectedItems()[0]).center()
            self.customContextMenuRequested.emit(place)
        else:
            super().keyPressEvent(event)


def _path(item: QTreeWidgetItem) -> str:
    above = item.parent()
    return f"{_path(above)}/{item.text(0)}" if above is not None else item.text(0)
