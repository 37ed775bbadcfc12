"""What the call worker and the process that has litellm say to each other, as MessagePack.

The worker leads: each of its messages but `Drop` gets one reply of the same call.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import MsgspecError, Struct, msgpack


class Begin(Struct, frozen=True, tag=True):
    """Asks how litellm would send a request; replied to with `Wire` or `Failed`."""

    call: int
    arguments: dict[str, Any]
    """Those of litellm's `acompletion`, the key among them."""


class Feed(Struct, frozen=True, tag=True):
    """Hands litellm more of the body of an answer; replied to with `Pieces` or `Failed`."""

    call: int
    content_type: str
    data: bytes


class Finish(Struct, frozen=True, tag=True):
    """Says that the body has ended; replied to with the last `Pieces`, or `Failed`."""

    call: int


class Drop(Struct, frozen=True, tag=True):
    """Gives a call up; there is no reply."""

    call: int


class Loaded(Struct, frozen=True, tag=True):
    """The first thing said: litellm is loaded."""

    version: str


class Wire(Struct, frozen=True, tag=True):
    """The one request that litellm wants to send; it is sent by others, or not at all."""

    call: int
    url: str
    headers: dict[str, str]
    body: bytes


class Pieces(Struct, frozen=True, tag=True):
    """What litellm made of what it was fed."""

    call: int
    pieces: list[dict[str, Any]]
    """In the form of chat completions: chunks of a stream, or one whole answer."""


class Failed(Struct, frozen=True, tag=True):
    """Litellm could not go on."""

    call: int
    kind: str
    """The name of its exception."""
    message: str
    status: int | None = None
    pieces: list[dict[str, Any]] = []
    """What it had made before."""


ToChild: TypeAlias = Begin | Feed | Finish | Drop
FromChild: TypeAlias = Loaded | Wire | Pieces | Failed

_encoder = msgpack.Encoder()
_to_child: msgpack.Decoder[ToChild] = msgpack.Decoder(ToChild)
_from_child: msgpack.Decoder[FromChild] = msgpack.Decoder(FromChild)


def encoded(message: ToChild | FromChild) -> bytes:
    """Return the bytes of a message."""
    return _encoder.encode(message)


def to_child(payload: bytes) -> ToChild:
    """Return the message to litellm's process that the bytes hold.

    Raises:
        ValueError: They hold none.
    """
    try:
        return _to_child.decode(payload)
    except MsgspecError as error:
        raise ValueError("This is no message to litellm's process.") from error


def from_child(payload: bytes) -> FromChild:
    """Return the message from litellm's process that the bytes hold.

    Raises:
        ValueError: They hold none.
    """
    try:
        return _from_child.decode(payload)
    except MsgspecError as error:
        raise ValueError("This is no message from litellm's process.") from error
