"""The three panels beside the rail: navigator, page and inspector, with splitters between."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from prompt_workbench.ui.kit.page import Page

_NAVIGATOR, _INSPECTOR = 220, 320
_NARROWEST_PAGE = 420


class Panels(QSplitter):
    """Shows a page with what it has for its left and its right."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self._navigators = _stack("navigator", 150)
        self._pages = _stack("page", _NARROWEST_PAGE)
        self._inspectors = _stack("inspector", 200)
        for number, stack in enumerate((self._navigators, self._pages, self._inspectors)):
            self.addWidget(stack)
            self.setStretchFactor(number, int(number == 1))
        self.setSizes([_NAVIGATOR, 1000, _INSPECTOR])
        self._sides: dict[QWidget, tuple[QWidget | None, QWidget | None]] = {}
        self.navigator_wanted = True
        self.inspector_wanted = True

    def show_page(self, page: QWidget) -> None:
        """Bring a page to the front; a widget that is no page has the place to itself."""
        if page not in self._sides:
            self._add(page)
        self._pages.setCurrentWidget(page)
        for stack, side in zip(
            (self._navigators, self._inspectors), self._sides[page], strict=True
        ):
            if side is not None:
                stack.setCurrentWidget(side)
        self.show_sides()

    def show_sides(self) -> None:
        """Show or hide navigator and inspector as the person wants and the page has them."""
        current = self._pages.currentWidget()
        navigator, inspector = (None, None) if current is None else self._sides[current]
        self._navigators.setVisible(self.navigator_wanted and navigator is not None)
        self._inspectors.setVisible(self.inspector_wanted and inspector is not None)

    def clear(self) -> None:
        """Delete every page with its sides."""
        for page, sides in self._sides.items():
            for widget in (page, *sides):
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
        self._sides.clear()

    def _add(self, page: QWidget) -> None:
        sides = (page.navigator(), page.inspector()) if isinstance(page, Page) else (None, None)
        self._sides[page] = sides
        self._pages.addWidget(page)
        for stack, side in zip((self._navigators, self._inspectors), sides, strict=True):
            if side is not None:
                stack.addWidget(side)


def _stack(name: str, narrowest: int) -> QStackedWidget:
    made = QStackedWidget()
    made.setObjectName(name)
    made.setMinimumWidth(narrowest)
    return made
