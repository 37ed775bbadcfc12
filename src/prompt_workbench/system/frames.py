"""Frames on a pipe between two processes: four bytes of length, then the payload."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Protocol

MAX_FRAME = 64 << 20
"""How many bytes a payload may have."""

_LENGTH = struct.Struct(">I")


class FrameError(Exception):
    """What arrives is no frame: too long, or cut off."""


class Readable(Protocol):
    """The reading end of a pipe, blocking."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""
        ...


def frame(payload: bytes) -> bytes:
    """Return the payload with its length in front.

    Raises:
        FrameError: The payload is longer than a frame may be.
    """
    if len(payload) > MAX_FRAME:
        raise FrameError(f"{len(payload)} bytes are too many for one frame.")
    return _LENGTH.pack(len(payload)) + payload


def frames(payloads: Iterable[bytes]) -> bytes:
    """Return several payloads framed one after the other, to be written at once."""
    return b"".join(map(frame, payloads))


def read_frame(stream: Readable) -> bytes | None:
    """Return the next payload, or None where the stream ends between two frames.

    Raises:
        FrameError: The length is out of bounds, or the stream ends inside a frame.
    """
    head = _read(stream, _LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise FrameError("The stream ended inside the length of a frame.")
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FRAME:
        raise FrameError(f"A frame of {length} bytes is too long.")
    payload = _read(stream, length)
    if len(payload) < length:
        raise FrameError("The stream ended inside a frame.")
    return payload


def _read(stream: Readable, size: int) -> bytes:
    """Return so many bytes, or fewer at the end: one read of a pipe may give less."""
    found = bytearray()
    while len(found) < size:
        piece = stream.read(size - len(found))
        if not piece:
            break
        found += piece
    return bytes(found)
