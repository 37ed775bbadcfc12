"""Which hosts are this computer, and how a host is named in a log."""

from __future__ import annotations

import ipaddress

_USUAL_PORTS = {80, 443, 5432}
_PASSING_PORTS = 32768
"""From here on systems give ports out anew at every start of a server."""


def is_this_computer(host: object) -> bool:
    """Return whether a host, as a name or an address, is this computer as far as it tells."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name is None or name in {"", "localhost", "localhost."}:
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_loopback or inner.is_unspecified)


def host_label(host: str, port: int | None = None) -> str:
    """Return a host for a log, with its port unless that is the usual one or will not come back."""
    name = f"[{host}]" if ":" in host else host
    if port is None or port in _USUAL_PORTS:
        return name
    if port >= _PASSING_PORTS and is_this_computer(host):
        return name
    return f"{name}:{port}"
