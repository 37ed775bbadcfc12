"""The icons of the interface: line drawings that take a colour of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from prompt_workbench.system.paths import resources_dir

ICON_SIZE = 20
_SCALES = (1, 2)
_FAINT = 0.35


@lru_cache(maxsize=256)
def icon(name: str, colour: str) -> QIcon:
    """Return the named icon of ``resources/icons/ui`` in a colour."""
    path = resources_dir() / "icons" / "ui" / f"{name}.svg"
    drawing = path.read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(_drawn(renderer, scale, 1.0))
        made.addPixmap(_drawn(renderer, scale, _FAINT), QIcon.Mode.Disabled)
    return made


def _drawn(renderer: QSvgRenderer, scale: int, opacity: float) -> QPixmap:
    pixmap = QPixmap(ICON_SIZE * scale, ICON_SIZE * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setOpacity(opacity)
    renderer.render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(scale)
    return pixmap
