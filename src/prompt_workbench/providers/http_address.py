"""Where the URL of a request leads, in the spelling of the wire."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from prompt_workbench.providers.http_failures import unusable

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/%:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A URL for model calls: whom to connect to, and what to ask for there."""

    encrypted: bool
    host: str
    """A name or a number, without the brackets of IPv6."""
    port: int
    authority: str
    """The host as it is named in a request, with its port unless it is the scheme's own."""
    target: str
    """Path and query, encoded."""

    @property
    def server(self) -> tuple[bool, str, int]:
        """What requests must have in common to use the same connections."""
        return self.encrypted, self.host, self.port


def address_of(url: str) -> Address:
    """Return where a URL leads; names and passwords in it are never sent.

    Raises:
        ProviderError: No server can be reached under it.
    """
    try:
        parts = urlsplit(url)
        standard = _PORTS[parts.scheme]
        port = standard if parts.port is None else parts.port
        host = _host(parts.hostname or "")
    except (ValueError, KeyError):
        raise unusable() from None
    # The interface that a local address is reached by means nothing to the server.
    name = f"[{host.partition('%')[0]}]" if ":" in host else host
    return Address(
        encrypted=parts.scheme == "https",
        host=host,
        port=port,
        authority=name if port == standard else f"{name}:{port}",
        target=_target(parts),
    )


def _host(name: str) -> str:
    """Return a host in the spelling that is looked up.

    Raises:
        ValueError: It is none.
    """
    if ":" in name:
        return str(ipaddress.IPv6Address(name.replace("%25", "%")))
    host = name.encode("idna").decode("ascii").lower().rstrip(".")
    if not _HOST.fullmatch(host):
        raise ValueError(name)
    return host


def _target(parts: SplitResult) -> str:
    path = _quoted(parts.path, _PATH_SAFE) or "/"
    return f"{path}?{_quoted(parts.query, _PATH_SAFE + '?')}" if parts.query else path


def _quoted(text: str, safe: str) -> str:
    """Encode what may not stand in a request, and leave what is encoded already."""
    return quote(_LONE_PERCENT.sub("%25", text), safe=safe)
