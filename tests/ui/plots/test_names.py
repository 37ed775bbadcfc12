"""Names that are cut still differ where their parts differ."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from prompt_workbench.ui.plots.names import cut_name
from prompt_workbench.ui.theme.fonts import interface_font
from prompt_workbench.ui.theme.tokens import FontSize

V1 = "support-reply-with-empathy v1 · gpt-4o-mini-2024-07-18"
V2 = V1.replace("v1", "v2")


@pytest.fixture
def metrics(qapp: QApplication) -> QFontMetrics:
    return QFontMetrics(interface_font(FontSize.SMALL))


def test_a_name_that_fits_stays_whole(metrics: QFontMetrics) -> None:
    assert cut_name(V1, metrics, metrics.horizontalAdvance(V1)) == V1


def test_cut_names_of_two_versions_differ(metrics: QFontMetrics) -> None:
    one, other = (cut_name(name, metrics, 130) for name in (V1, V2))
    assert one != other
    assert max(map(metrics.horizontalAdvance, (one, other))) <= 130


def test_a_short_part_is_not_cut(metrics: QFontMetrics) -> None:
    assert cut_name("v2 · gpt-4o-mini-2024-07-18", metrics, 100).startswith("v2 · g")
