"""Pictures of image files for showing: read from their bytes only, and with limits.

A picture comes from a model's prompt, so from anybody: no name or address in it is ever
opened, its form is the one that it was taken for, and it cannot take memory at will.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter

from prompt_workbench.domain.attachments import damaged_file
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import BlobPart

_FORMS = {"image/png": b"png", "image/jpeg": b"jpeg", "image/gif": b"gif", "image/webp": b"webp"}
_MOST_PIXELS = 64_000_000
_MEMORY_MB = 320
"""For one picture while it is read: four bytes a pixel, and some air."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that is ready to be shown."""

    image: QImage
    size: QSize
    """In pixels, before it was made smaller."""


def picture(file: BlobPart, box: QSize) -> Picture:
    """Return the picture of an image file, made smaller to fit into a box.

    It may take a second, and may be called in any thread.

    Raises:
        InvalidInputError: It is damaged, or has too many pixels.
    """
    name, form = file.name or "The image", _FORMS.get(file.mime_type)
    if form is None:
        raise damaged_file(name)
    buffer = QBuffer()
    buffer.setData(QByteArray(b64decode(file.content)))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    QImageReader.setAllocationLimit(_MEMORY_MB)
    reader = QImageReader(buffer, QByteArray(form))
    reader.setDecideFormatFromContent(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        raise damaged_file(name)
    if size.width() * size.height() > _MOST_PIXELS:
        raise InvalidInputError(
            f"{name} has {size.width():,} × {size.height():,} pixels, which is more than "
            f"{_MOST_PIXELS // 1_000_000} million.",
            hint="Make it smaller, then add it again.",
        )
    if size.width() > box.width() or size.height() > box.height():
        fitting = size.scaled(box, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(fitting.expandedTo(QSize(1, 1)))
    image = reader.read()
    if image.isNull():
        raise damaged_file(name)
    return Picture(image=image, size=size)


def png_bytes(image: QImage) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())
