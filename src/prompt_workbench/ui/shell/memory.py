"""What the window remembers between two starts: sizes, appearance, what was used last."""

from __future__ import annotations

from base64 import b64decode, b64encode

from PySide6.QtCore import QByteArray

from prompt_workbench.domain.canonical import Json
from prompt_workbench.services.settings import Settings
from prompt_workbench.ui.theme.apply import ThemeMode

_THEME = "appearance.theme"
_RECENT = 12
_LAYOUT = 1
"""Raised when the panels change, so that sizes of an older layout are not restored."""


class WindowMemory:
    """The window's part of the settings; what cannot be read counts as not remembered."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def theme_mode(self) -> ThemeMode:
        """The appearance that the person chose."""
        return ThemeMode(str(self._settings.get(_THEME)))

    async def set_theme_mode(self, mode: ThemeMode) -> None:
        """Keep the appearance."""
        await self._settings.set(_THEME, mode.value)

    def page(self) -> str:
        """Return the page that was shown last."""
        return str(self._settings.remembered("page") or "")

    def set_layout(self, page_id: str, **states: QByteArray) -> None:
        """Keep the page, and geometries or splitter states by their names."""
        self._settings.remember("page", page_id)
        for name, state in states.items():
            self._settings.remember(_layout(name), b64encode(state.data()).decode())

    def layout(self, name: str) -> QByteArray | None:
        """Return the geometry or splitter state of that name."""
        found = self._settings.remembered(_layout(name))
        try:
            return QByteArray(b64decode(found)) if isinstance(found, str) else None
        except ValueError:
            return None

    def recent(self, name: str) -> list[str]:
        """Return what was used last under that name, newest first."""
        found = self._settings.remembered(f"recent.{name}")
        return [str(item) for item in found] if isinstance(found, list) else []

    def note_recent(self, name: str, item: str) -> None:
        """Put an item in front of what was used last."""
        others = [old for old in self.recent(name) if old != item]
        kept: Json = [item, *others[: _RECENT - 1]]
        self._settings.remember(f"recent.{name}", kept)


def _layout(name: str) -> str:
    return f"layout{_LAYOUT}.{name}"
