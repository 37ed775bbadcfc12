"""Commands and events of the worker as JSON and back, exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import MsgspecError
from msgspec.json import Decoder, Encoder

from prompt_workbench.engine.protocol import Command, Event

_LARGE = 1 << 20
"""Events that are more bytes than this together go in several frames."""

_encoder = Encoder()
_commands: Decoder[Command] = Decoder(Command)
_events: Decoder[Event] = Decoder(Event)


def encoded_command(command: Command) -> bytes:
    """Return the JSON of a command."""
    return _encoder.encode(command)


def decoded_command(payload: bytes) -> Command:
    """Return the command of a JSON text.

    Raises:
        ValueError: It is no command.
    """
    try:
        return _commands.decode(payload)
    except MsgspecError as error:
        raise _foreign() from error


def encoded_events(events: Sequence[Event]) -> Iterator[bytes]:
    """Yield the JSON of events, one to a line, in parts that are not too large for a frame."""
    lines = _encoder.encode_lines(events)
    if len(lines) <= _LARGE or len(events) == 1:
        yield lines
        return
    middle = len(events) // 2
    yield from encoded_events(events[:middle])
    yield from encoded_events(events[middle:])


def decoded_events(payload: bytes) -> list[Event]:
    """Return the events of a JSON text with one on each line.

    Raises:
        ValueError: Something in it is no event.
    """
    try:
        return _events.decode_lines(payload)
    except MsgspecError as error:
        raise _foreign() from error


def _foreign() -> ValueError:
    return ValueError("This is no message of the worker's protocol.")
