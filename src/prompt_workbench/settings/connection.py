"""How calls reach one server, and how fast: what a person can choose, declared once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.domain.pace import Pace
from prompt_workbench.settings.schema import Setting, SettingValue

_MOST_TOKENS = 1_000_000_000
_HTTP_PORT = 80

CONNECTION: Mapping[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting(
            key="at_once",
            title="Calls at once",
            description="Of all its models together; 0 finds out how many the server takes.",
            default=0,
            low=0,
            high=1_000,
        ),
        Setting(
            key="requests_per_minute",
            title="Requests a minute",
            description="Of all its models together, attempts counted one by one; 0 is no limit.",
            default=0,
            low=0,
            high=1_000_000,
        ),
        Setting(
            key="tokens_per_minute",
            title="Tokens a minute",
            description="Input and output of all its models together; 0 is no limit.",
            default=0,
            low=0,
            high=_MOST_TOKENS,
        ),
        Setting(
            key="proxy",
            title="Proxy",
            description=(
                "Such as http://proxy.example:3128, or http://name@proxy.example:3128 where it "
                "wants a name. A key goes through it in an encrypted tunnel, or not at all."
            ),
            default="",
        ),
        Setting(
            key="ca_file",
            title="Further certificates",
            description=(
                "A PEM file with the certificates of your organisation, which are trusted for "
                "this server besides those of the system."
            ),
            default="",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What a person chose for one server; as it stands, nothing."""

    at_once: int = 0
    requests_per_minute: int = 0
    tokens_per_minute: int = 0
    proxy: str = ""
    """The address of an HTTP proxy, perhaps with a name; its password is in the keyring."""
    ca_file: str = ""

    def __post_init__(self) -> None:
        for key, value in self.values().items():
            CONNECTION[key].checked(value)
        _check_proxy(self.proxy)
        if self.ca_file and not Path(self.ca_file).is_absolute():
            raise InvalidInputError(
                f"The path of the certificates must be absolute: {self.ca_file}",
                hint="Give the whole path of the file.",
            )

    def values(self) -> dict[str, SettingValue]:
        """Return what is chosen, by the keys of its declaration."""
        return asdict(self)

    @property
    def pace(self) -> Pace:
        """How fast calls may leave."""
        return Pace(
            at_once=self.at_once,
            requests_per_minute=self.requests_per_minute,
            tokens_per_minute=self.tokens_per_minute,
        )

    @property
    def proxy_user(self) -> str:
        """The name that is told to the proxy; empty where it wants none."""
        return urlsplit(self.proxy).username or ""

    @property
    def password_place(self) -> str:
        """Under which name the proxy's password is kept, bound to the proxy and the user."""
        parts = urlsplit(self.proxy)
        return f"proxy {parts.username}@{parts.hostname}:{parts.port or _HTTP_PORT}"


def connection_of(values: Mapping[str, object]) -> Connection:
    """Return the connection with these choices, the others as they stand.

    Raises:
        InvalidInputError: One is not possible.
        NotFoundError: One is not known.
    """
    for key in values:
        if key not in CONNECTION:
            raise NotFoundError(
                f"There is no setting {key} of a connection.",
                hint=f"Known are: {', '.join(CONNECTION)}.",
            )
    checked: dict[str, Any] = {key: CONNECTION[key].checked(value) for key, value in values.items()}
    return Connection(**checked)


def _check_proxy(proxy: str) -> None:
    if not proxy:
        return
    try:
        parts = urlsplit(proxy)
        complete = parts.scheme == "http" and bool(parts.hostname) and parts.port != 0
        extra = parts.path not in {"", "/"} or bool(parts.query or parts.fragment)
    except ValueError:
        complete, extra, parts = False, False, urlsplit("")
    if parts.password is not None:
        raise InvalidInputError(
            "The address of a proxy must not contain its password.",
            hint="Leave it out of the address and store it as the password of the proxy.",
        )
    if not complete or extra or any(character.isspace() for character in proxy):
        raise InvalidInputError(
            f"{proxy!r} is not the address of a proxy.",
            hint="It looks like http://proxy.example:3128.",
        )


DIRECT = Connection()
