"""By which way requests leave: straight or through a proxy, and whom they trust."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import unquote, urlsplit

import certifi

from prompt_workbench.domain.errors import InvalidInputError, ProviderError, ProviderErrorKind
from prompt_workbench.providers.http_address import Address, address_of
from prompt_workbench.providers.origins import is_loopback, may_carry_key, origin_of
from prompt_workbench.settings.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A proxy, perhaps with what it is told of the person, and certificates to trust."""

    proxy: Address | None = None
    authorization: str = field(default="", repr=False)
    """The value of ``Proxy-Authorization``; empty where the proxy wants none."""
    ca_file: str = ""


STRAIGHT = Way()


def way_of(connection: Connection, passwords: Mapping[str, str]) -> Way:
    """Return the way that a person chose for a server.

    Args:
        connection: What they chose.
        passwords: Those of proxies, by their `password_place`.
    """
    if not connection.proxy:
        return Way(ca_file=connection.ca_file)
    authorization = ""
    if connection.proxy_user:
        password = passwords.get(connection.password_place, "")
        told = f"{unquote(connection.proxy_user)}:{password}".encode()
        authorization = f"Basic {base64.b64encode(told).decode('ascii')}"
    return Way(
        proxy=address_of(connection.proxy),
        authorization=authorization,
        ca_file=connection.ca_file,
    )


def check_way(url: str, connection: Connection, *, has_key: bool) -> None:
    """Refuse a way on which a key would travel unencrypted beyond this computer.

    Raises:
        InvalidInputError: It would.
    """
    if not has_key or not connection.proxy or urlsplit(url).scheme == "https":
        return
    if not (may_carry_key(url) and is_loopback(connection.proxy)):
        raise InvalidInputError(
            f"The key for {origin_of(url)} would reach the proxy unencrypted.",
            hint="Give the endpoint an https address, or take its proxy or its key away.",
        )


@cache
def trusted(ca_file: str = "") -> ssl.SSLContext:
    """Return whom to trust: the system's certificates, certifi's, and those of a file.

    Raises:
        ProviderError: The file cannot be used.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.set_alpn_protocols(["http/1.1"])
    if ca_file:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ssl.SSLError):
            raise ProviderError(
                f"The file with further certificates cannot be used: {ca_file}",
                kind=ProviderErrorKind.PERMISSION,
                sent=False,
                hint="It has to be there and hold certificates in the PEM format.",
            ) from None
    return context
