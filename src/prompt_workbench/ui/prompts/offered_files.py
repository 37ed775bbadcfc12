"""What is dropped or pasted, if it is files or a picture rather than text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFiles:
    """Files of this machine, or a picture that has no file."""

    paths: tuple[Path, ...] = ()
    image: QImage | None = None


def offered_files(data: QMimeData) -> OfferedFiles | None:
    """Return the files or the picture; None for text, and for addresses of other machines.

    What office programs copy is both a text and a picture of it: there the text is meant. A
    picture that is dragged out of a browser comes with its address: there the picture is.
    """
    paths = tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    if paths:
        return OfferedFiles(paths=paths)
    if data.hasImage() and (data.hasUrls() or not data.hasText()):
        image = data.imageData()
        if isinstance(image, QImage) and not image.isNull():
            return OfferedFiles(image=image)
    return None
