"""The window of the help: pages and search on the left, the text on the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QSplitter, QWidget

from prompt_workbench.ui.help.pages import HelpPage, Hit, Place
from prompt_workbench.ui.help.reader import HelpReader
from prompt_workbench.ui.help.text_view import MarkdownView
from prompt_workbench.ui.kit.dialogs import confirm
from prompt_workbench.ui.kit.labels import ElidedLabel, button, tooltip
from prompt_workbench.ui.kit.layouts import column, holding, row
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.tokens import Space

_SIZE = (960, 660)
_LIST_WIDTH = 220
_PLACE_ROLE = Qt.ItemDataRole.UserRole


class HelpWindow(QDialog):
    """Stands beside the main window, which can be used meanwhile."""

    def __init__(self, pages: Sequence[HelpPage], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Help – Prompt Workbench")
        self.resize(*_SIZE)
        self.reader = HelpReader(pages, self)
        self.view = MarkdownView("Help text", theme)
        self.field = QLineEdit()
        self.list = QListWidget()
        self._target = ElidedLabel(role="muted")
        self._back = button("Back", self.reader.back, kind="quiet")
        self._forward = button("Forward", self.reader.forward, kind="quiet")
        self._shown: HelpPage | None = None
        self._build()
        self._connect()
        self._list("")

    def show_place(self, place: Place) -> None:
        """Come to the front with a place."""
        self.field.clear()
        if self.isVisible():
            self.reader.go(place)
        else:
            self.reader.start_at(place)
        self.show()
        self.raise_()
        self.activateWindow()
        self.view.setFocus()

    def _build(self) -> None:
        self.field.setPlaceholderText("Search the help")
        self.field.setAccessibleName("Search the help")
        self.field.setClearButtonEnabled(True)
        self.list.setAccessibleName("Pages of the help")
        self.list.setProperty("frame", "none")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        edges = (Space.INSIDE, Space.INSIDE, Space.INSIDE, Space.INSIDE)
        left = holding(column(self.field, (self.list, 1), margins=edges))
        bar = row(self._back, self._forward, (self._target, 1), margins=edges)
        right = holding(column((self.view, 1), bar, spacing=0))
        right.setObjectName("page")
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.setHandleWidth(1)
        parts.addWidget(left)
        parts.addWidget(right)
        parts.setStretchFactor(1, 1)
        parts.setSizes([_LIST_WIDTH, _SIZE[0] - _LIST_WIDTH])
        self.setLayout(column(parts))

    def _connect(self) -> None:
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self._open_first)
        self.list.itemClicked.connect(self._open)
        self.list.itemActivated.connect(self._open)
        self.view.link_asked.connect(self.reader.follow)
        self.view.back_asked.connect(self.reader.back)
        self.view.forward_asked.connect(self.reader.forward)
        self.view.highlighted.connect(lambda url: self._target.set_text(_address(url)))
        self.reader.turned.connect(self._show)
        self.reader.web_asked.connect(self._ask_to_leave)
        QShortcut(QKeySequence.StandardKey.Find, self, self._focus_search)

    def _show(self) -> None:
        page = self.reader.page
        if page is not self._shown:
            self._shown = page
            self.view.show_markdown(page.text)
            self.view.mark(self.field.text())
        self.view.scroll_to(self.reader.place.anchor)
        self._back.setEnabled(self.reader.can_go_back)
        self._forward.setEnabled(self.reader.can_go_forward)
        self._mark_page()

    def _search(self, words: str) -> None:
        self._list(words)
        self.view.mark(words)
        self._mark_page()

    def _list(self, words: str) -> None:
        self.list.clear()
        for hit in self.reader.found(words):
            self.list.addItem(_item(hit))
        if not self.list.count():
            nothing = QListWidgetItem("Nothing found.")
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(nothing)

    def _mark_page(self) -> None:
        """Mark the place that is read, or its page, in the list."""
        places = [self.list.item(number).data(_PLACE_ROLE) for number in range(self.list.count())]
        exact = [number for number, place in enumerate(places) if place == self.reader.place]
        page = [number for number, place in enumerate(places) if _is_top(place, self.reader.page)]
        self.list.setCurrentRow(next(iter((*exact, *page)), -1))

    def _open(self, item: QListWidgetItem) -> None:
        place = item.data(_PLACE_ROLE)
        if isinstance(place, Place):
            self.reader.go(place)

    def _open_first(self) -> None:
        self._open(self.list.item(0))

    def _focus_search(self) -> None:
        self.field.setFocus()
        self.field.selectAll()

    def _ask_to_leave(self, link: str) -> None:
        url = QUrl(link)
        confirm(
            self,
            title="Open in the browser?",
            text=_address(url),
            yes="Open",
            done=lambda: QDesktopServices.openUrl(url),
        )


def _item(hit: Hit) -> QListWidgetItem:
    item = QListWidgetItem("\n".join(filter(None, (hit.title, hit.page_title))))
    item.setToolTip(tooltip(hit.title))
    item.setData(_PLACE_ROLE, hit.place)
    return item


def _is_top(place: object, page: HelpPage) -> bool:
    return isinstance(place, Place) and place == Place(page=page.name)


def _address(url: QUrl) -> str:
    """Return an address as it goes over the wire, so that no look-alike letter hides in it."""
    return bytes(url.toEncoded().data()).decode("ascii") if url.host() else ""
