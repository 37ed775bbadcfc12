"""The row of numbers at the top of the Costs page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from prompt_workbench.ui.costs.words import Headline
from prompt_workbench.ui.kit.labels import ElidedLabel, label, tooltip
from prompt_workbench.ui.kit.layouts import column
from prompt_workbench.ui.theme.tokens import Space


class HeadlineRow(QWidget):
    """Shows a few numbers beside each other, each with its notes."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(Space.BETWEEN)
        self._tiles: list[_Tile] = []

    def show_headlines(self, headlines: Sequence[Headline]) -> None:
        """Show other numbers."""
        while len(self._tiles) < len(headlines):
            self._tiles.append(_Tile())
            self._row.addWidget(self._tiles[-1], 1)
        for place, tile in enumerate(self._tiles):
            tile.setVisible(place < len(headlines))
            if place < len(headlines):
                tile.show_headline(headlines[place])


class _Tile(QFrame):
    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._title = label(role="muted")
        self._value = ElidedLabel(role="title")
        self._notes = ElidedLabel(role="muted"), ElidedLabel(role="muted")
        items = (self._title, self._value, *self._notes)
        self.setLayout(column(*items, spacing=2, margins=Space.BETWEEN))

    def show_headline(self, headline: Headline) -> None:
        """Show another number."""
        self._title.setText(headline.title)
        self._value.set_text(headline.value)
        notes = [note for note in (headline.note, headline.change) if note]
        for place, text in enumerate(self._notes):
            text.set_text(notes[place] if place < len(notes) else "")
        said = [headline.title, headline.value, *notes]
        self.setAccessibleName(", ".join(said))
        self.setToolTip(tooltip("\n".join(said)))
