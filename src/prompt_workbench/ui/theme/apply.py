"""The appearance of the app: Fusion with our own palette and one small style sheet."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from prompt_workbench.ui.theme.fonts import interface_font, load_fonts
from prompt_workbench.ui.theme.style_sheet import style_sheet
from prompt_workbench.ui.theme.tokens import DARK, LIGHT, Tokens


class ThemeMode(StrEnum):
    """What the person chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The present appearance; everything that paints reads `tokens` and follows `changed`."""

    changed = Signal(object)

    def __init__(self, app: QApplication, mode: ThemeMode = ThemeMode.SYSTEM) -> None:
        super().__init__(app)
        self._app = app
        self.mode = mode
        self.tokens = LIGHT
        load_fonts()
        app.setFont(interface_font())
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.set_mode(mode)

    def set_mode(self, mode: ThemeMode) -> None:
        """Switch the appearance at once."""
        self.mode = mode
        self._show(self._wanted())

    def _system_changed(self) -> None:
        if self.mode is ThemeMode.SYSTEM:
            self._show(self._wanted())

    def _wanted(self) -> Tokens:
        if self.mode is not ThemeMode.SYSTEM:
            return DARK if self.mode is ThemeMode.DARK else LIGHT
        scheme = self._app.styleHints().colorScheme()
        return DARK if scheme is Qt.ColorScheme.Dark else LIGHT

    def _show(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._app.setPalette(palette(tokens))
        self._app.setStyleSheet(style_sheet(tokens))
        self.changed.emit(tokens)


def palette(tokens: Tokens) -> QPalette:
    """Return the palette of the tokens, so that widgets without own rules fit in."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: tokens.bg,
        roles.WindowText: tokens.text,
        roles.Base: tokens.surface,
        roles.AlternateBase: tokens.surface_raised,
        roles.Text: tokens.text,
        roles.PlaceholderText: tokens.text_muted,
        roles.Button: tokens.surface,
        roles.ButtonText: tokens.text,
        roles.BrightText: tokens.danger,
        roles.ToolTipBase: tokens.surface_raised,
        roles.ToolTipText: tokens.text,
        roles.Highlight: tokens.selection,
        roles.HighlightedText: tokens.text,
        roles.Accent: tokens.accent,
        roles.Link: tokens.accent,
        roles.LinkVisited: tokens.accent,
        roles.Light: tokens.hover,
        roles.Midlight: tokens.border,
        roles.Mid: tokens.border,
        roles.Dark: tokens.border,
        roles.Shadow: tokens.border,
    }
    made = QPalette()
    for role, colour in colours.items():
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.text_muted))
    return made
