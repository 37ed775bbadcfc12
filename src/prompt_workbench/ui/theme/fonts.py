"""The typefaces that ship with the app, with the system's own as a fallback."""

from __future__ import annotations

import sys

from PySide6.QtGui import QFont, QFontDatabase

from prompt_workbench.system.paths import resources_dir
from prompt_workbench.ui.theme.tokens import FontSize

INTERFACE_FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"

# A point is a pixel on macOS and three quarters of one at 96 dots per inch elsewhere;
# points follow the text size that the person set for the system, pixels do not.
_POINTS_PER_PIXEL = 1.0 if sys.platform == "darwin" else 0.75


def load_fonts() -> None:
    """Make the shipped fonts known; without them the system's own take their place."""
    folder = resources_dir() / "fonts"
    for path in sorted((*folder.glob("*.ttf"), *folder.glob("*.otf"))):
        QFontDatabase.addApplicationFont(str(path))


def interface_font(
    pixels: float = FontSize.SMALL, *, bold: bool = False, tabular: bool = False
) -> QFont:
    """Return the font of labels and controls; tabular figures stay under each other."""
    font = _font(INTERFACE_FAMILY, QFontDatabase.SystemFont.GeneralFont, pixels)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def mono_font(pixels: float = FontSize.MONO) -> QFont:
    """Return the font of prompts, answers and code."""
    font = _font(MONO_FAMILY, QFontDatabase.SystemFont.FixedFont, pixels)
    font.setStyleHint(QFont.StyleHint.Monospace)
    # Ligatures would hide what is in a template, such as {{ and !=.
    font.setFeature(QFont.Tag("calt"), 0)
    return font


def points(pixels: float) -> float:
    """Return the size in points of a height in pixels at the usual density."""
    return pixels * _POINTS_PER_PIXEL


def _font(family: str, fallback: QFontDatabase.SystemFont, pixels: float) -> QFont:
    font = QFontDatabase.systemFont(fallback)
    if family in QFontDatabase.families():
        font.setFamilies([family, font.family()])
    font.setPointSizeF(points(pixels))
    return font
