"""JSON from files of other people: no repeated keys, no NaN, bounded depth."""

from __future__ import annotations

import json
import re
from math import isfinite
from typing import Never

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import InvalidInputError

DEEPEST = 100
_LARGEST_INTEGER = 2**53 - 1
_HALF = re.compile(r"\\ud[89a-f]", re.IGNORECASE)
"""Two such halves make a character; one alone is no text."""


def parse_json(text: str) -> Json:
    """Return the value of a JSON text.

    Raises:
        InvalidInputError: It is no JSON, ambiguous, too deep, or has a number or a character
            that other programs would change.
    """
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_int=_exact_integer,
            parse_float=_finite,
        )
        _check_depth(value)
        if _HALF.search(text):
            json_text(value).encode()
    except RecursionError:
        raise InvalidInputError(f"It is nested more than {DEEPEST} levels deep.") from None
    except UnicodeEncodeError:
        raise InvalidInputError(
            "It has half of a character, such as \\ud800.", hint="Remove the damaged character."
        ) from None
    except json.JSONDecodeError as error:
        raise InvalidInputError(
            f"It is not valid JSON: {error.msg} at character {error.pos + 1}."
        ) from None
    return value


def json_text(value: Json) -> str:
    """Return the value on one line, with its characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "), allow_nan=False)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInputError(f"The key “{twice}” appears twice in one object.")
    return found


def _refuse_constant(name: str) -> Never:
    raise InvalidInputError(f"{name} is not a JSON value.")


def _exact_integer(digits: str) -> int:
    # Longer integers change when JavaScript or a spreadsheet reads them; int() also limits
    # the number of digits it accepts.
    if len(digits) > 17 or abs(int(digits)) > _LARGEST_INTEGER:
        raise InvalidInputError(
            "It has an integer that JSON cannot hold exactly.",
            hint="Write such a number as text, in quotes.",
        )
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise InvalidInputError(
            "It has a number that is too large.", hint="Write such a number as text, in quotes."
        )
    return number


def _check_depth(value: Json) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise InvalidInputError(f"It is nested more than {DEEPEST} levels deep.")
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
