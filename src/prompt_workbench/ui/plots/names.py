"""Names of variants cut to a width, so that what tells them apart can still be read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

_BETWEEN = " · "


def cut_name(name: str, metrics: QFontMetrics, width: int) -> str:
    """Return a name within some pixels; of several parts, each keeps its beginning and end.

    The parts, such as version and model, stand between middle dots.
    """
    if metrics.horizontalAdvance(name) <= width:
        return name
    parts = name.split(_BETWEEN)
    room = width - (len(parts) - 1) * metrics.horizontalAdvance(_BETWEEN)
    widths = [metrics.horizontalAdvance(part) for part in parts]
    # The shortest first: what they leave goes to the longer ones.
    order = sorted(range(len(parts)), key=lambda place: widths[place])
    shares = dict.fromkeys(order, 0)
    for left, place in zip(range(len(parts), 0, -1), order, strict=True):
        shares[place] = min(widths[place], room // left)
        room -= shares[place]
    middle = Qt.TextElideMode.ElideMiddle
    return _BETWEEN.join(
        part if shares[place] == widths[place] else metrics.elidedText(part, middle, shares[place])
        for place, part in enumerate(parts)
    )
