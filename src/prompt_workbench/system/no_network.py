"""A process that reaches no network, whatever the libraries in it try."""

from __future__ import annotations

import sys

NETWORK_EVENTS = frozenset(
    {
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.getnameinfo",
        "socket.sendmsg",
        "socket.sendto",
    }
)
"""What Python tells an audit hook before it connects or looks a name up."""


REFUSAL = "This process has no network of its own."
"""What a library is told that tries."""


def refuse_network() -> None:
    """Let nothing in this process reach any network; there is no way back."""

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event in NETWORK_EVENTS:
            raise PermissionError(REFUSAL)

    sys.addaudithook(refuse)
