"""How values are written into columns: times, money and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias, TypeVar, cast

import orjson

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import ProjectDamagedError

T = TypeVar("T")

Jsonable: TypeAlias = "Json | Sequence[Jsonable] | Mapping[str, Jsonable]"
"""What can be written as JSON."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.date().toordinal()
_MICROS_PER_DAY = 86_400_000_000


def to_micros(moment: datetime) -> int:
    """Return the microseconds since 1970."""
    return round(moment.timestamp() * 1_000_000)


def from_micros(micros: int) -> datetime:
    """Return the time in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def optional_micros(moment: datetime | None) -> int | None:
    """Return the microseconds since 1970; None stays None."""
    return None if moment is None else to_micros(moment)


def optional_moment(micros: int | None) -> datetime | None:
    """Return the time in UTC; None stays None."""
    return None if micros is None else from_micros(micros)


def day_of(micros: int) -> int:
    """Return the number of the UTC day since 1970."""
    return micros // _MICROS_PER_DAY


def to_day(day: date) -> int:
    """Return the number of the day since 1970."""
    return day.toordinal() - _EPOCH_DAY


def from_day(number: int) -> date:
    """Return the day of its number."""
    return date.fromordinal(number + _EPOCH_DAY)


def to_text(value: Jsonable) -> str:
    """Return a JSON value as text."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # Halves of surrogate pairs, the one thing in our JSON values that UTF-8 cannot hold.
        return orjson.dumps(_storable_json(value)).decode()


def storable(text: str) -> str:
    """Return the text without halves of surrogate pairs, which no database takes."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def from_text(text: str) -> Json:
    """Return the JSON value of a text.

    Raises:
        ProjectDamagedError: The text is no JSON.
    """
    try:
        return cast("Json", orjson.loads(text))
    except orjson.JSONDecodeError:
        raise damaged() from None


def json_object(text: str) -> dict[str, Json]:
    """Return the JSON object of a text."""
    value = from_text(text)
    if not isinstance(value, dict):
        raise damaged()
    return value


def json_array(text: str) -> list[Json]:
    """Return the JSON array of a text."""
    value = from_text(text)
    if not isinstance(value, list):
        raise damaged()
    return value


def damaged() -> ProjectDamagedError:
    """Return the error for a stored value that does not have its form."""
    return ProjectDamagedError("The project holds a value that cannot be read.")


def _storable_json(value: Jsonable) -> Jsonable:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(key): _storable_json(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return tuple(_storable_json(item) for item in value)
    return value
