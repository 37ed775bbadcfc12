"""How long a provider asks to wait, in any of the forms in which providers say it."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_S = 31 * 24 * 3600
"""A longer wait is taken for junk."""

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNIT_NAMES = {"second": "s", "minute": "m", "hour": "h", "day": "d", "millisecond": "ms"}
_PIECE = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|[smhd])")
_DURATION = re.compile(r"(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smhd]))+")
_SENTENCE = re.compile(
    r"(?:try again|retry|wait)(?: after| in| for)? "
    r"(\d{1,9}(?:\.\d{1,9})?) ?(millisecond|second|minute|hour|day)s?\b"
    r"|(?:try again|retry|wait)(?: after| in| for)? ((?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smhd]))+)\b",
    re.IGNORECASE,
)
_EPOCH_S = 1_000_000_000
_EPOCH_MS = _EPOCH_S * 1000


def retry_after_s(
    headers: Mapping[str, str], said: str = "", *, now: float | None = None
) -> float | None:
    """Return the seconds to wait, or None when the provider does not say.

    In this order: ``retry-after-ms``; ``Retry-After`` as seconds, duration or date; the
    reset times of the rate limits that are used up; a sentence such as "try again in 20s".
    """
    moment = time.time() if now is None else now
    given = {name.lower(): value for name, value in headers.items()}
    milliseconds = _number(given.get("retry-after-ms", ""))
    if milliseconds is not None:
        return _sane(milliseconds / 1000)
    for found in (_wait(given.get("retry-after", ""), moment), _resets(given, moment)):
        if found is not None:
            return found
    return _in_sentence(said)


def _resets(headers: Mapping[str, str], now: float) -> float | None:
    """Return when the last of the used-up limits is free again."""
    waits = []
    for name, value in headers.items():
        if "ratelimit" not in name or "reset" not in name:
            continue
        remaining = _number(headers.get(name.replace("reset", "remaining"), "0"))
        wait = _wait(value, now)
        if wait is not None and not remaining:
            waits.append(wait)
    return max(waits, default=None)


def _wait(value: str, now: float) -> float | None:
    value = value.strip()
    number = _number(value)
    if number is not None:
        if number >= _EPOCH_MS:
            return _sane(number / 1000 - now)
        return _sane(number - now if number >= _EPOCH_S else number)
    if _DURATION.fullmatch(value.lower()):
        return _sane(_duration(value.lower()))
    moment = _moment(value)
    return None if moment is None else _sane(moment - now)


def _moment(value: str) -> float | None:
    """Return the time that an HTTP date or an ISO date names."""
    if not value or len(value) > 64:
        return None
    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError, IndexError, TypeError):
            continue
    return None


def _in_sentence(said: str) -> float | None:
    found = _SENTENCE.search(said[:2000])
    if found is None:
        return None
    number, unit, short = found.groups()
    if short:
        return _sane(_duration(short.lower()))
    return _sane(float(number) * _UNITS_S[_UNIT_NAMES[unit.lower()]])


def _duration(text: str) -> float:
    return sum(float(number) * _UNITS_S[unit] for number, unit in _PIECE.findall(text))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _sane(seconds: float) -> float | None:
    """Return the wait, never below zero; None for one that no provider means."""
    return max(0.0, seconds) if seconds <= LONGEST_S else None
