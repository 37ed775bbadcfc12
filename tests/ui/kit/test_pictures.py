"""Pictures are read from their bytes, with limits."""

from __future__ import annotations

import struct
from base64 import b64encode

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from tests.support.attachments import png

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import BlobPart
from prompt_workbench.ui.kit.pictures import picture, png_bytes

BOX = QSize(40, 40)


def file(data: bytes, mime_type: str = "image/png") -> BlobPart:
    return BlobPart(mime_type=mime_type, content=b64encode(data).decode(), name="a.png")


def test_a_picture_is_made_smaller_and_keeps_its_shape(qapp: object) -> None:
    found = picture(file(png(200, 100)), BOX)
    assert found.size == QSize(200, 100)
    assert found.image.size() == QSize(40, 20)
    assert found.image.pixelColor(20, 10) == QColor(200, 60, 40)


def test_a_small_picture_stays_as_it_is(qapp: object) -> None:
    assert picture(file(png(20, 10)), BOX).image.size() == QSize(20, 10)


def test_a_long_thin_picture_is_seen_all_the_same(qapp: object) -> None:
    assert picture(file(png(4000, 2)), BOX).image.size() == QSize(40, 1)


def test_a_damaged_picture_is_refused(qapp: object) -> None:
    data = bytearray(png())
    data[40:60] = bytes(20)
    with pytest.raises(InvalidInputError, match="damaged"):
        picture(file(bytes(data)), BOX)


def test_a_picture_of_too_many_pixels_is_not_even_begun(qapp: object) -> None:
    data = bytearray(png())
    data[16:24] = struct.pack(">II", 60_000, 60_000)
    with pytest.raises(InvalidInputError, match=r"60,000 × 60,000 pixels|damaged"):
        picture(file(bytes(data)), BOX)


def test_only_the_form_that_was_recognised_is_read(qapp: object) -> None:
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    for mime_type in ("image/png", "image/svg+xml", "application/pdf"):
        with pytest.raises(InvalidInputError, match="damaged"):
            picture(file(drawing, mime_type), BOX)


def test_a_pasted_picture_becomes_a_file(qapp: object) -> None:
    image = QImage(30, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    data = png_bytes(image)
    assert picture(file(data), BOX).image.pixelColor(1, 1) == QColor("red")
