"""The appearance switches live, and widgets without own rules follow it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit

from prompt_workbench.ui.kit.forms import number_field
from prompt_workbench.ui.theme.apply import Theme, ThemeMode
from prompt_workbench.ui.theme.fonts import interface_font, mono_font
from prompt_workbench.ui.theme.icons import icon
from prompt_workbench.ui.theme.tokens import DARK, LIGHT


@pytest.fixture(autouse=True)
def _light_again(theme: Theme) -> Iterator[None]:
    yield
    theme.set_mode(ThemeMode.LIGHT)


def test_switching_reaches_widgets_at_once(theme: Theme, qapp: QApplication, qtbot) -> None:
    words = QLabel("words")
    qtbot.addWidget(words)
    seen = []
    theme.changed.connect(seen.append)
    theme.set_mode(ThemeMode.DARK)
    assert seen == [DARK]
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.bg
    assert words.palette().color(QPalette.ColorRole.WindowText).name() == DARK.text


def test_fields_beside_each_other_are_of_one_height(theme: Theme, qtbot) -> None:
    fields = (QComboBox(), QLineEdit(), number_field(0, 10))
    for field in fields:
        qtbot.addWidget(field)
        field.ensurePolished()
    assert len({field.sizeHint().height() for field in fields}) == 1


def test_without_a_known_system_appearance_it_is_light(theme: Theme) -> None:
    theme.set_mode(ThemeMode.SYSTEM)
    assert theme.tokens is LIGHT


def test_the_shipped_typefaces_are_used(theme: Theme) -> None:
    assert interface_font().families()[0] == "Inter"
    assert mono_font().families()[0] == "JetBrains Mono"


def test_icons_take_the_colour_they_are_given(theme: Theme) -> None:
    image = icon("close", "#ff0000").pixmap(20, 20).toImage()
    colours = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 250
    }
    assert colours == {"#ff0000"}
