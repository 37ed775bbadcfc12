"""What is read in the help: the place, the way back, and what a search found."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from prompt_workbench.ui.help.pages import FIRST, HelpPage, Hit, Place, find

_WEB = ("http://", "https://")


class HelpReader(QObject):
    """Holds the place that is read, and where the person came from."""

    turned = Signal()
    """Another place is read."""
    web_asked = Signal(str)
    """An address outside the help; nothing is opened before the person agrees."""

    def __init__(self, pages: Sequence[HelpPage], parent: QObject) -> None:
        super().__init__(parent)
        self.pages = tuple(pages)
        self.place = Place(page=FIRST)
        self._past: list[Place] = []
        self._future: list[Place] = []

    @property
    def page(self) -> HelpPage:
        """The page that is read."""
        return self._named(self.place.page) or self.pages[0]

    @property
    def can_go_back(self) -> bool:
        """Whether another place was read before."""
        return bool(self._past)

    @property
    def can_go_forward(self) -> bool:
        """Whether the person went back."""
        return bool(self._future)

    def start_at(self, place: Place) -> None:
        """Read a place without a way back; a page that does not exist gives the first one."""
        self.place = place if self._named(place.page) else Place(page=self.pages[0].name)
        self.turned.emit()

    def go(self, place: Place) -> None:
        """Read another place."""
        if place != self.place and self._named(place.page) is not None:
            self._past.append(self.place)
            self._future.clear()
            self.place = place
        self.turned.emit()

    def follow(self, link: str) -> None:
        """Go where a link of the page leads; an address of the web is asked about first."""
        if link.startswith(_WEB):
            self.web_asked.emit(link)
        elif ":" not in link:
            self.go(Place.parsed(link, within=self.page.name))

    def back(self) -> None:
        """Read what was read before."""
        self._step(self._past, self._future)

    def forward(self) -> None:
        """Undo going back."""
        self._step(self._future, self._past)

    def found(self, words: str) -> list[Hit]:
        """Return where the words occur; every page without a word."""
        if words.strip():
            return find(self.pages, words)
        return [Hit(place=Place(page=page.name), title=page.title) for page in self.pages]

    def _step(self, taken: list[Place], left: list[Place]) -> None:
        if taken:
            left.append(self.place)
            self.place = taken.pop()
            self.turned.emit()

    def _named(self, name: str) -> HelpPage | None:
        return next((page for page in self.pages if page.name == name), None)
