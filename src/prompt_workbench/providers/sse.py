"""A strict, incremental parser of server-sent events, with limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind

LINE_LIMIT = 1 << 20
EVENT_LIMIT = 4 << 20

_BOM = b"\xef\xbb\xbf"


class ServerEvent(NamedTuple):
    """One event: its name, empty for an ordinary message, and its data."""

    name: bytes
    data: bytes


class SseParser:
    """Turns the bytes of a stream into events; how the bytes are cut does not matter.

    Lines end with LF, CR or CRLF. Comments, ids and retry times are passed over.
    """

    def __init__(self, *, line_limit: int = LINE_LIMIT, event_limit: int = EVENT_LIMIT) -> None:
        self._line_limit = line_limit
        self._event_limit = event_limit
        self._line = bytearray()
        self._name = b""
        self._data: list[bytes] = []
        self._size = 0
        self._after_cr = False
        self._at_start = True

    def feed(self, data: bytes) -> Iterator[ServerEvent]:
        """Yield the events that these bytes complete.

        Raises:
            ProviderError: A line or an event is too long.
        """
        lines, rest = self._cut(data)
        if len(lines) % 2 == 0 and not any(lines[1::2]) and not (self._data or self._name):
            # Nearly all events of model servers are one line of data and the empty one after it.
            longest = min(self._line_limit, self._event_limit)
            for line in lines[::2]:
                if line.startswith(b"data: ") and len(line) <= longest:
                    yield ServerEvent(b"", line[6:])
                else:
                    yield from self._take_all((line, b""))
        else:
            yield from self._take_all(lines)
        self._line += rest
        self._check(len(self._line), self._line_limit, "line")

    def finish(self) -> Iterator[ServerEvent]:
        """Yield the event that the end of the stream left without its empty line."""
        if self._line:
            line = bytes(self._line)
            self._line.clear()
            self._take(line.removeprefix(_BOM) if self._at_start else line)
        if (event := self._take(b"")) is not None:
            yield event

    def _cut(self, data: bytes) -> tuple[list[bytes], bytes]:
        """Return the lines that these bytes complete, and what is left of them."""
        if self._after_cr and data:
            self._after_cr = False
            data = data.removeprefix(b"\n")
        if b"\r" in data:
            self._after_cr = data.endswith(b"\r")
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = data.split(b"\n")
        rest = lines.pop()
        if lines and self._line:
            self._line += lines[0]
            lines[0] = bytes(self._line)
            self._line.clear()
        if lines and self._at_start:
            self._at_start = False
            lines[0] = lines[0].removeprefix(_BOM)
        return lines, rest

    def _take_all(self, lines: Iterable[bytes]) -> Iterator[ServerEvent]:
        for line in lines:
            if (event := self._take(line)) is not None:
                yield event

    def _take(self, line: bytes) -> ServerEvent | None:
        """Take a line; an empty one completes the event before it."""
        if not line:
            return self._completed()
        self._check(len(line), self._line_limit, "line")
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._size += len(value) + 1
            self._check(self._size, self._event_limit, "event")
            self._data.append(value)
        elif field == b"event":
            self._name = value
        return None

    def _completed(self) -> ServerEvent | None:
        event = ServerEvent(self._name, b"\n".join(self._data)) if self._data else None
        self._name = b""
        if event is not None:
            self._data, self._size = [], 0
        return event

    def _check(self, size: int, limit: int, what: str) -> None:
        if size > limit:
            raise ProviderError(
                f"The provider sent a stream {what} of more than {limit >> 20} MB.",
                kind=ProviderErrorKind.PROTOCOL,
                hint="Check that the endpoint's address is that of a chat completions server.",
            )
