"""The headers of a request and those of its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from typing_extensions import override

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.providers.http_address import Address

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
_OUR_OWN = {"host", "content-length", "transfer-encoding", "connection"}
"""What the transport itself says of a request."""


class RequestHead:
    """The bytes that begin the requests to one address; written anew when the headers change."""

    def __init__(self, address: Address, *, proxy_authorization: str = "") -> None:
        """Begin requests to an address; a proxy that reads them is told who asks."""
        self._address = address
        self._proxy_authorization = proxy_authorization
        self._headers: dict[str, str] | None = None
        self._kept = self._closing = b""

    def of(self, headers: Mapping[str, str], *, size: int, keep: bool) -> bytes:
        """Return the head of a request whose body has so many bytes.

        Raises:
            InvalidInputError: A header has characters that would be read as something else.
        """
        if headers != self._headers:
            self._write(headers)
        return b"%bContent-Length: %d\r\n\r\n" % (self._kept if keep else self._closing, size)

    def _write(self, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
                # Neither is shown: it may be a key.
                raise InvalidInputError("A header of the request has characters it cannot have.")
            if name.lower() in _OUR_OWN:
                raise InvalidInputError(f"The header {name} is not for others to set.")
        lines = [f"POST {self._address.target} HTTP/1.1", f"Host: {self._address.authority}"]
        if self._proxy_authorization:
            lines.append(f"Proxy-Authorization: {self._proxy_authorization}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._kept = "".join(f"{line}\r\n" for line in lines).encode("ascii")
        self._closing = self._kept + b"Connection: close\r\n"
        self._headers = dict(headers)


class AnswerHeaders(Mapping[str, str]):
    """The headers of an answer; their names are found in any case."""

    def __init__(self, raw: Mapping[bytes, bytes]) -> None:
        """Take names in small letters."""
        self._raw = raw

    @override
    def __getitem__(self, name: str) -> str:
        return self._raw[name.lower().encode()].decode("utf-8", "replace")

    @override
    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower().encode() in self._raw

    @override
    def __iter__(self) -> Iterator[str]:
        return (name.decode("ascii", "replace") for name in self._raw)

    @override
    def __len__(self) -> int:
        return len(self._raw)
