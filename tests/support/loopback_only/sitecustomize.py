"""Refuse every connection that leaves this machine, in the tests and in what they start.

Python imports a module of this name by itself when it starts. `tests/conftest.py` puts this
folder on the PYTHONPATH, so that child processes keep to the rule as well.
"""

from __future__ import annotations

import ipaddress
import socket
import sys

attempts: list[str] = []
"""What was refused in this process; a test fails when it adds to it, whoever caught the error."""

_SENDING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_RESOLVING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


class OutsideConnectionError(RuntimeError):
    """A test tried to reach another machine; no product code handles this error."""


def is_local(host: object) -> bool:
    """Return whether a host, as a name or an address, is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified


def _host(event: str, arguments: tuple[object, ...]) -> object:
    if event in _RESOLVING:
        return arguments[0]
    sender, address = arguments[:2]
    families = (socket.AF_INET, socket.AF_INET6)
    if isinstance(sender, socket.socket) and sender.family in families:
        return address[0] if isinstance(address, tuple) else None
    return None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _SENDING and event not in _RESOLVING:
        return
    host = _host(event, arguments)
    if not is_local(host):
        attempts.append(f"{event} {host!r}")
        raise OutsideConnectionError(f"tests reach loopback only, and this was {attempts[-1]}")


sys.addaudithook(_watch)
