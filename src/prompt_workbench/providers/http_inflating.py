"""Answers that come compressed although nobody asked for it, as some proxies send them."""

from __future__ import annotations

import zlib
from collections.abc import Callable

ENCODINGS = frozenset({b"gzip", b"x-gzip", b"deflate"})

_PIECE = 1 << 20
"""The most bytes at a time, since a few compressed ones can stand for a thousand times as many."""
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


class Inflating:
    """Decompresses what another source of bytes brings."""

    def __init__(self, take: Callable[[], bytes]) -> None:
        self._take_compressed = take
        self._inflater = zlib.decompressobj(_GZIP_OR_ZLIB)

    @property
    def whole(self) -> bool:
        """Whether the end of the compressed bytes has arrived."""
        return self._inflater.eof

    def take(self) -> bytes:
        """Return the next bytes; none where more must arrive first.

        Raises:
            zlib.error: What came was not compressed, or was damaged.
        """
        while not self._inflater.eof:
            compressed = self._inflater.unconsumed_tail or self._take_compressed()
            data = self._inflater.decompress(compressed, _PIECE)
            if data or not compressed:
                return data
        return b""
