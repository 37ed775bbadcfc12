"""Where a server is: the origin that keys and cached answers are bound to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, in one spelling.

    The port is left out where it is the scheme's own.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    name = f"[{host}]" if ":" in host else host
    standard = parts.port in (None, _DEFAULT_PORTS.get(parts.scheme))
    return f"{parts.scheme}://{name}" if standard else f"{parts.scheme}://{name}:{parts.port}"


def host_of(url: str) -> str:
    """Return the host name of an address, in small letters."""
    return (urlsplit(url).hostname or "").rstrip(".")


def may_carry_key(url: str) -> bool:
    """Return whether a key sent there stays secret: encrypted, or on this computer."""
    return urlsplit(url).scheme == "https" or is_loopback(url)


def is_loopback(url: str) -> bool:
    """Return whether an address is on this computer, as far as its host name tells."""
    host = host_of(url)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
