"""Names the colours of a chart, in as many rows as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from prompt_workbench.ui.kit.labels import tooltip
from prompt_workbench.ui.plots.names import cut_name
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.fonts import interface_font
from prompt_workbench.ui.theme.tokens import FontSize, Space

_CHIP = 9
_NARROWEST = 104
"""What is shorter says too little of a name that is cut off in its middle."""


class Legend(QWidget):
    """Draws a chip and a name for each series; what does not fit is counted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._names: tuple[str, ...] = ()
        self._colours: tuple[QColor, ...] = ()
        self._columns = 1
        self.setFont(interface_font(FontSize.SMALL))
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What is written behind the chips, before it is cut off."""
        left = len(self._names) - len(self._colours)
        return [*self._names[: len(self._colours)], *([f"+ {left} more"] if left else [])]

    def show_names(
        self, names: Sequence[str], colours: Sequence[QColor], *, width: int, most: int
    ) -> None:
        """Name the series within a width and a height of at most most pixels."""
        self._names = tuple(names)
        self.setToolTip(tooltip("\n".join(names)))
        self.setAccessibleName(", ".join(names))
        self.setVisible(bool(names))
        if not names:
            return
        metrics = self.fontMetrics()
        longest = max(metrics.horizontalAdvance(name) for name in names) + self._indent
        whole = max(width // (longest + Space.BETWEEN), 1)  # so many names uncut in a row
        rows = max(most // self._line, 1)
        narrow = max(width // _NARROWEST, 1)
        self._columns = min(max(whole, min(-(-len(names) // rows), narrow)), len(names))
        rows = min(-(-len(names) // self._columns), rows)
        room = rows * self._columns
        shown = len(names) if len(names) <= room else room - 1
        self._colours = tuple(colours[:shown])
        self.setFixedHeight(rows * self._line)
        self.update()

    @property
    def _line(self) -> int:
        return self.fontMetrics().height() + 2

    @property
    def _indent(self) -> int:
        return _CHIP + Space.HALF

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(self._theme.tokens.text))
        wide = self.width() // self._columns
        for place, text in enumerate(self.texts):
            row, column = divmod(place, self._columns)
            area = QRect(column * wide, row * self._line, wide - Space.INSIDE, self._line)
            if place < len(self._colours):
                top = area.top() + (area.height() - _CHIP) // 2
                painter.fillRect(area.left(), top, _CHIP, _CHIP, self._colours[place])
                area.setLeft(area.left() + self._indent)
            cut = cut_name(text, self.fontMetrics(), area.width())
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, cut)
        painter.end()
