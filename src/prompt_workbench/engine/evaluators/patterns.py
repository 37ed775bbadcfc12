"""Regular expressions that cannot hang, and the evaluator that uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TypeAlias

import re2
import regex

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.engine.evaluators.base import (
    IGNORE_CASE,
    EvaluatorType,
    Evidence,
    Option,
    OptionKind,
    Options,
    Verdict,
    unscored,
)

PATTERN_LIMIT = 1024
"""The longest pattern, in bytes."""

_TIMEOUT_S = 0.25
_MEMORY_LIMIT = 8 << 20
_STEPS_LIMIT = 50_000_000
"""What RE2 does in about a quarter of a second when a pattern defeats its fast path."""

_REPEATS_LIMIT = 1000
_COUNTED = re.compile(r"\{(\d*),?(\d*)[^}]*\}")

Search: TypeAlias = Callable[[str], str | None]
"""Returns the first match in a text, or None; TimeoutError when that takes too long."""


@lru_cache(maxsize=256)
def compiled(pattern: str, *, ignore_case: bool = False, whole: bool = False) -> Search:
    """Return the search for a pattern; it ends in about a quarter of a second.

    RE2 takes every pattern but those that look around or back; these, and texts too long
    for a large pattern, run under a time limit.

    Raises:
        InvalidInputError: The pattern is wrong, too long, or repeats too much.
    """
    if len(pattern.encode("utf-8", "replace")) > PATTERN_LIMIT:
        raise InvalidInputError(f"The pattern is longer than {PATTERN_LIMIT} bytes.")
    timed = partial(_with_timeout, pattern, ignore_case=ignore_case, whole=whole)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY_LIMIT
    options.case_sensitive = not ignore_case
    try:
        program = re2.compile(_sound(pattern), options)
    except re2.error:
        return timed()
    match = program.fullmatch if whole else program.search

    def search(text: str) -> str | None:
        if len(text) * program.programsize > _STEPS_LIMIT:
            return _without_refusal(timed)(text)
        hit = match(_sound(text))
        return None if hit is None else str(hit.group())

    return search


def _with_timeout(pattern: str, *, ignore_case: bool, whole: bool) -> Search:
    _refuse_many_repeats(pattern)
    try:
        program = regex.compile(pattern, regex.IGNORECASE if ignore_case else 0)
    except (regex.error, RecursionError, OverflowError) as error:
        raise InvalidInputError(f"This is not a regular expression: {error}.") from None
    match = program.fullmatch if whole else program.search

    def search(text: str) -> str | None:
        hit = match(text, timeout=_TIMEOUT_S)
        return None if hit is None else str(hit.group())

    return search


def _without_refusal(timed: Callable[[], Search]) -> Search:
    """Return the search of a pattern that RE2 took, where the other engine takes it too."""
    try:
        return timed()
    except InvalidInputError:
        raise TimeoutError from None


def _sound(text: str) -> str:
    """Return the text without lone surrogates, which RE2 does not take."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _refuse_many_repeats(pattern: str) -> None:
    """Refuse counted repeats that would unfold into a program of gigabytes when compiled."""
    total = 1
    for low, high in _COUNTED.findall(pattern):
        total *= max(1, int(low or 0), int(high or 0))
        if total > _REPEATS_LIMIT:
            raise InvalidInputError(
                "The pattern repeats too much.",
                hint=f"Keep the product of all counts such as {{3}} below {_REPEATS_LIMIT}.",
            )


def _judge(evidence: Evidence, options: Options) -> Verdict:
    try:
        found = _search(options)(evidence.text)
    except TimeoutError:
        return unscored("The pattern took too long on this answer.")
    if found is None:
        return Verdict(passed=False, explanation="The pattern does not match.")
    shown = found if len(found) <= 80 else f"{found[:80]}…"
    return Verdict(passed=True, label=shown, explanation=f"The pattern matches “{shown}”.")


def _search(options: Options) -> Search:
    return compiled(
        str(options["pattern"]),
        ignore_case=bool(options["ignore_case"]),
        whole=bool(options["whole"]),
    )


def _check(options: Options) -> None:
    _search(options)


REGEX = EvaluatorType(
    type="regex",
    title="Regular expression",
    description="A pattern matches the answer.",
    judge=_judge,
    may_take_long=True,
    check=_check,
    options=(
        Option(
            name="pattern",
            kind=OptionKind.TEXT,
            title="Pattern",
            description="In RE2 syntax; looking around and back also works, with a time limit.",
            required=True,
        ),
        IGNORE_CASE,
        Option(
            name="whole",
            kind=OptionKind.FLAG,
            title="Whole answer",
            description="The pattern must match the answer from its start to its end.",
            default=False,
        ),
    ),
    needs_expected=False,
)
