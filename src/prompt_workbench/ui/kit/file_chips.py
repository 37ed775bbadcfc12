"""The files of a message: each with a small picture, its name, kind and size."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from prompt_workbench.domain.attachments import kind_words
from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.domain.messages import BlobPart
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.kit.labels import ElidedLabel, IconButton, set_role, tooltip
from prompt_workbench.ui.kit.layouts import column, emptied, row
from prompt_workbench.ui.kit.pictures import Picture, picture
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench.ui.theme.icons import icon
from prompt_workbench.ui.theme.tokens import Space, Tokens

_SMALL, _LARGE = QSize(36, 36), QSize(220, 140)


class FileChip(QFrame):
    """One file; its picture is read while the chip is on the screen already."""

    removed = Signal()

    def __init__(self, file: BlobPart, theme: Theme, *, removable: bool, large: bool) -> None:
        super().__init__()
        self.setProperty("role", "file")
        self._file, self._theme = file, theme
        self._is_image = file.modality == "image"
        self._box = _LARGE if large and self._is_image else _SMALL
        self._tasks = TaskScope(self, on_error=self._say_damaged)
        self._picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._picture.setMinimumSize(_SMALL)
        self._details = ElidedLabel(kind_words(file), role="muted")
        name = ElidedLabel(file.name or file.modality.capitalize(), middle=True)
        name.setToolTip(tooltip(file.name))
        words = column(1, name, self._details, 1, spacing=0)
        self._remove = IconButton("close", f"Remove {file.name or 'the file'}", theme=theme)
        self._remove.clicked.connect(self.removed)
        self._remove.setVisible(removable)
        self.setAccessibleName(f"{file.modality.capitalize()} {file.name}".strip())
        edges = (Space.HALF, Space.HALF, Space.HALF, Space.HALF)
        self.setLayout(row(self._picture, (words, 1), self._remove, margins=edges))
        theme.changed.connect(self._paint_icon)
        self._paint_icon(theme.tokens)
        if self._is_image:
            wanted = self._box * self.devicePixelRatio()
            self._tasks.start(asyncio.to_thread(picture, file, wanted), done=self._show_picture)

    def _paint_icon(self, tokens: Tokens) -> None:
        if not self._is_image:
            self._picture.setPixmap(icon("document", tokens.text_muted).pixmap(QSize(24, 24)))

    def _show_picture(self, shown: Picture) -> None:
        pixmap = QPixmap.fromImage(shown.image)
        pixmap.setDevicePixelRatio(self.devicePixelRatio())
        self._picture.setPixmap(pixmap)
        pixels = f"{shown.size.width():,} × {shown.size.height():,}"
        self._details.set_text(f"{kind_words(self._file)} · {pixels}")

    def _say_damaged(self, error: Exception) -> None:
        if not isinstance(error, WorkbenchError):
            raise error
        self._details.set_text(f"{kind_words(self._file)} · {error.message}")
        set_role(self._details, "danger")


class FileChips(QWidget):
    """The files of a message below each other; hidden while there are none."""

    removed = Signal(object)

    def __init__(self, theme: Theme, *, removable: bool = False, large: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._removable, self._large = removable, large
        self._files: tuple[BlobPart, ...] = ()
        self._places = column(spacing=Space.HALF)
        self.setLayout(self._places)
        self.hide()

    def show_files(self, files: Sequence[BlobPart]) -> None:
        """Show other files; those that are shown already stay as they are."""
        if tuple(files) == self._files:
            return
        self._files = tuple(files)
        emptied(self._places)
        for file in files:
            chip = FileChip(file, self._theme, removable=self._removable, large=self._large)
            chip.removed.connect(lambda file=file: self.removed.emit(file))
            self._places.addWidget(chip)
        self.setVisible(bool(files))
