"""The table of colours, sizes and spaces, for light and for dark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The colours of one appearance, as ``#rrggbb``."""

    dark: bool
    bg: str
    surface: str
    surface_raised: str
    hover: str
    border: str
    text: str
    text_muted: str
    accent: str
    accent_text: str
    positive: str
    warning: str
    danger: str
    selection: str
    diff_added: str
    diff_removed: str
    variable: str
    """Behind a template variable."""
    series: tuple[str, str, str, str, str, str, str, str]
    """Told apart by colour-blind people too."""


LIGHT = Tokens(
    dark=False,
    bg="#f4f5f7",
    surface="#ffffff",
    surface_raised="#fbfbfc",
    hover="#ebedf1",
    border="#dcdfe5",
    text="#1a1d23",
    text_muted="#5a6272",
    accent="#2f5bd0",
    accent_text="#ffffff",
    positive="#1a7441",
    warning="#8a5a00",
    danger="#b3261e",
    selection="#dbe5fc",
    diff_added="#d3f2dc",
    diff_removed="#fbdcd9",
    variable="#e4ebfc",
    series=(
        "#0072b2",
        "#b87700",
        "#00865f",
        "#c4501b",
        "#b0568c",
        "#2a86bd",
        "#7d6a1d",
        "#6a51a3",
    ),
)

DARK = Tokens(
    dark=True,
    bg="#16181d",
    surface="#1d2026",
    surface_raised="#252931",
    hover="#2b303a",
    border="#343943",
    text="#e8eaee",
    text_muted="#a0a7b4",
    accent="#8aacff",
    accent_text="#10162a",
    positive="#62c98a",
    warning="#e2b04a",
    danger="#ff8f85",
    selection="#2c3f6b",
    diff_added="#1f4a31",
    diff_removed="#5c2a29",
    variable="#27365c",
    series=(
        "#4fa8e0",
        "#e6a532",
        "#2fbf94",
        "#ee7b45",
        "#d88bb8",
        "#86cdf2",
        "#c9b458",
        "#a996dd",
    ),
)


class Space:
    """Distances in pixels, on a grid of four."""

    HALF = 4
    INSIDE = 8
    BETWEEN = 12
    AROUND = 16
    RADIUS = 6


class FontSize:
    """Heights of type in pixels."""

    SMALL = 12.5
    BODY = 14.0
    TITLE = 18.0
    DISPLAY = 24.0
    MONO = 13.0
