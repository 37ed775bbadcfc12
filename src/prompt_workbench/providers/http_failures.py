"""What a failure of the transport means to a person."""

from __future__ import annotations

from enum import Enum, auto

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.base import Timeouts
from prompt_workbench.providers.origins import origin_of


class Break(Enum):
    """Why no more of an answer can be read."""

    CLOSED = auto()
    """The connection ended before an answer began."""
    CUT = auto()
    """The connection ended in the middle of the answer."""
    NOT_HTTP = auto()
    """What arrived follows no rules."""


class Limit(Enum):
    """The time limits of an exchange once it is connected."""

    FIRST_CHUNK = auto()
    IDLE = auto()
    TOTAL = auto()


def broken(why: Break, url: str) -> ProviderError:
    """Return the error of an answer that broke off."""
    origin = origin_of(url)
    if why is Break.NOT_HTTP:
        return ProviderError(
            f"{origin} does not speak proper HTTP.",
            kind=ProviderErrorKind.PROTOCOL,
            hint="Check that the address is that of a model server.",
        )
    if why is Break.CLOSED:
        message = f"{origin} closed the connection before its answer was complete."
    else:
        message = f"{origin} broke off in the middle of its answer."
    return ProviderError(message, kind=ProviderErrorKind.CONNECTION, hint="Try again.")


def too_slow(limit: Limit, url: str, limits: Timeouts, *, sent: bool = True) -> ProviderError:
    """Return the error of a time limit that has passed."""
    message = {
        Limit.FIRST_CHUNK: f"sent nothing within {limits.first_chunk_s:g} s.",
        Limit.IDLE: f"stopped sending for {limits.idle_s:g} s.",
        Limit.TOTAL: f"was not done within {limits.total_s:g} s.",
    }[limit]
    return ProviderError(
        f"{origin_of(url)} {message}",
        kind=ProviderErrorKind.TIMEOUT,
        sent=sent,
        hint="Try again later, or with a shorter prompt or a lower max_tokens.",
    )


def unreachable(url: str) -> ProviderError:
    """Return the error of a connection that did not come about."""
    return ProviderError(
        f"The server at {origin_of(url)} does not answer.",
        kind=ProviderErrorKind.CONNECTION,
        sent=False,
        hint="Check that it runs, that its address is right and that you are online.",
    )


def untrusted(url: str) -> ProviderError:
    """Return the error of a server without a proper certificate."""
    return ProviderError(
        f"{origin_of(url)} could not prove who it is.",
        kind=ProviderErrorKind.CONNECTION,
        sent=False,
        hint="Check the address, the clock of this computer and its certificates.",
    )


def unusable() -> ProviderError:
    """Return the error of an address that leads nowhere; unsaid, as it may hold a password."""
    return ProviderError(
        "The address of the endpoint is not usable.",
        kind=ProviderErrorKind.BAD_REQUEST,
        sent=False,
        hint="Correct the address of the endpoint.",
    )


def compressed(url: str, encoding: str) -> ProviderError:
    """Return the error of an answer in a form that cannot be read."""
    return ProviderError(
        f"{origin_of(url)} compressed its answer ({encoding}), which was not asked for.",
        kind=ProviderErrorKind.PROTOCOL,
        hint="Turn compression off in the server, or in the proxy before it.",
    )
