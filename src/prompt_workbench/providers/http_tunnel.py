"""A tunnel through an HTTP proxy: from then on the proxy passes on bytes it cannot read."""

from __future__ import annotations

import asyncio
import re
import socket

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.http_address import Address
from prompt_workbench.providers.http_way import Way

_HEAD_END = b"\r\n\r\n"
_HEAD_LIMIT = 1 << 16
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})(?: [^\r\n]*)?\r\n")
_WANTS_NAME = 407


async def dig(sock: socket.socket, way: Way, target: Address) -> None:
    """Have the proxy at the other end of a socket connect it to a server.

    Raises:
        OSError: The connection broke.
        ProviderError: The proxy refused, or is none.
    """
    loop = asyncio.get_running_loop()
    place = f"[{target.host}]" if ":" in target.host else target.host
    lines = [f"CONNECT {place}:{target.port} HTTP/1.1", f"Host: {place}:{target.port}"]
    if way.authorization:
        lines.append(f"Proxy-Authorization: {way.authorization}")
    await loop.sock_sendall(sock, "".join(f"{line}\r\n" for line in [*lines, ""]).encode("ascii"))
    head = b""
    while _HEAD_END not in head:
        data = await loop.sock_recv(sock, 4096)
        head += data
        if not data or len(head) > _HEAD_LIMIT:
            raise _no_proxy(way)
    match = _STATUS.match(head)
    if match is None:
        raise _no_proxy(way)
    status = int(match[1])
    if not 200 <= status < 300:
        raise _refused(way, status)
    if not head.endswith(_HEAD_END):
        # A server says nothing before it was greeted: this would be the proxy's own voice.
        raise _no_proxy(way)


def proxy_unreachable(way: Way) -> ProviderError:
    """Return the error of a proxy that does not answer."""
    return ProviderError(
        f"{_name(way)} cannot be reached.",
        kind=ProviderErrorKind.CONNECTION,
        sent=False,
        hint="Check the address of the proxy, and that you are in its network.",
    )


def _refused(way: Way, status: int) -> ProviderError:
    if status == _WANTS_NAME:
        return ProviderError(
            f"{_name(way)} wants a user name and a password ({status}).",
            kind=ProviderErrorKind.AUTHENTICATION,
            status=status,
            sent=False,
            hint="Write the name into the address of the proxy, and store its password.",
        )
    passing = status >= 500
    return ProviderError(
        f"{_name(way)} did not connect to the server ({status}).",
        kind=ProviderErrorKind.CONNECTION if passing else ProviderErrorKind.PERMISSION,
        status=status,
        sent=False,
        hint="Ask those who run the proxy whether it may reach this server.",
    )


def _no_proxy(way: Way) -> ProviderError:
    return ProviderError(
        f"{_name(way)} does not answer as a proxy.",
        kind=ProviderErrorKind.PROTOCOL,
        sent=False,
        hint="Check the address of the proxy.",
    )


def _name(way: Way) -> str:
    return "The proxy" if way.proxy is None else f"The proxy {way.proxy.authority}"
