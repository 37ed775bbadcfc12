"""Every text can be read on what it stands on, in light and in dark."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from prompt_workbench.ui.theme.tokens import DARK, LIGHT, Tokens

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
GROUNDS = ("bg", "surface", "surface_raised")
TEXTS = ("text", "text_muted", "accent", "positive", "warning", "danger")


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@BOTH
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_texts_can_be_read_everywhere(tokens: Tokens, ground: str, text: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@BOTH
@pytest.mark.parametrize("ground", ["selection", "hover", "diff_added", "diff_removed", "variable"])
def test_text_can_be_read_on_marked_grounds(tokens: Tokens, ground: str) -> None:
    assert contrast(tokens.text, getattr(tokens, ground)) >= 4.5


@BOTH
def test_marked_variables_and_the_primary_button_can_be_read(tokens: Tokens) -> None:
    assert contrast(tokens.accent, tokens.variable) >= 4.5
    assert contrast(tokens.accent_text, tokens.accent) >= 4.5


@BOTH
def test_the_series_of_charts_stand_out(tokens: Tokens) -> None:
    assert all(contrast(colour, tokens.surface) >= 3 for colour in tokens.series)
    assert len(set(tokens.series)) == 8
