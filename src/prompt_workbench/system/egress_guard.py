"""Watches what this process connects to, and refuses it while Offline is switched on.

An audit hook sees every connection and look-up that Python's sockets make, by whichever library.
It is no firewall: code in other languages and other programs do not pass through it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeAlias

_LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_WATCHED = frozenset(
    {*_LOOK_UPS, "socket.getnameinfo", "socket.connect", "socket.sendto", "socket.sendmsg"}
)

_IsOffline: TypeAlias = Callable[[], bool]


class OfflineError(OSError):
    """A library tried to leave this computer; to it, that is a network that is not there."""


_asked: list[_IsOffline] = []


def guard(is_offline: _IsOffline) -> None:
    """Watch this process from now on, which cannot be undone; done again, ask another switch.

    Args:
        is_offline: Is asked at each attempt to leave this computer.
    """
    if not _asked:
        sys.addaudithook(_watch)
    _asked[:] = [is_offline]


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    # Called at every event there is, thousands of them while modules are imported.
    if event in _WATCHED:
        _look(event, arguments)


def _look(event: str, arguments: tuple[Any, ...]) -> None:
    from prompt_workbench.domain.contacts import Purpose
    from prompt_workbench.system.egress import BOOK, covering
    from prompt_workbench.system.hosts import is_this_computer

    host, port = _target(event, arguments)
    if is_this_computer(host):
        return
    purpose = covering()
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    # What was answered and paid for is still stored in a project that was open before.
    if _asked[0]() and purpose is not Purpose.PROJECT:
        BOOK.note(name, purpose or Purpose.OTHER, port=port, refused=True)
        raise OfflineError(f"Offline is switched on, so {name} is not reached.")
    # Some libraries look names up in threads that do not know what for.
    if purpose is None and not BOOK.knows(name):
        BOOK.note(name, Purpose.OTHER, port=port)


def _target(event: str, arguments: tuple[Any, ...]) -> tuple[object, int | None]:
    """Return host and port; no host where it is none of the internet."""
    if event in _LOOK_UPS:
        return arguments[0], None
    address = arguments[0] if event == "socket.getnameinfo" else arguments[1]
    if event != "socket.getnameinfo" and not _is_internet(arguments[0]):
        return None, None
    if isinstance(address, tuple) and len(address) > 1:
        return address[0], address[1] if isinstance(address[1], int) else None
    return None, None


def _is_internet(sock: Any) -> bool:
    import socket

    return sock.family in {socket.AF_INET, socket.AF_INET6}
