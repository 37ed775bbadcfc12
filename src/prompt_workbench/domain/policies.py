"""What happens when a call fails: tried again by its own rule, then asked of other models.

Both rules are part of a prompt's content, so that they travel with its version.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import InvalidInputError, ProviderErrorKind
from prompt_workbench.domain.requests import ModelRef, model_ref

PASSING = (
    ProviderErrorKind.RATE_LIMITED,
    ProviderErrorKind.OVERLOADED,
    ProviderErrorKind.SERVER,
    ProviderErrorKind.CONNECTION,
    ProviderErrorKind.TIMEOUT,
)
"""The errors that say nothing of the request, so that the same may be answered next time."""
_MOST_ATTEMPTS = 10
_LONGEST_WAIT_S = 600
_MOST_FALLBACKS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often, after which errors and after what waits a call is sent again.

    As text it is one line: ``attempts=3, wait_s=0.5, longest_wait_s=30, on=server|timeout``.
    """

    attempts: int = 3
    """All attempts at one model, the first included."""
    wait_s: float = 0.5
    """The longest wait before the second attempt; it doubles with each further one."""
    longest_wait_s: float = 30
    on: tuple[ProviderErrorKind, ...] = PASSING
    """The errors after which it is sent again, in the order of their declaration."""

    def __post_init__(self) -> None:
        if isinstance(self.attempts, bool) or not isinstance(self.attempts, int):
            raise InvalidInputError(f"attempts must be a whole number, not {self.attempts!r}.")
        if not 1 <= self.attempts <= _MOST_ATTEMPTS:
            raise InvalidInputError(f"attempts must be between 1 and {_MOST_ATTEMPTS}.")
        for name in ("wait_s", "longest_wait_s"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise InvalidInputError(f"{name} must be a number of seconds, not {value!r}.")
            if not 0 <= value <= _LONGEST_WAIT_S:
                raise InvalidInputError(f"{name} must be between 0 and {_LONGEST_WAIT_S} seconds.")
        if self.wait_s > self.longest_wait_s:
            raise InvalidInputError("wait_s must not be longer than longest_wait_s.")
        if wrong := [kind for kind in self.on if kind not in PASSING]:
            raise InvalidInputError(
                f"Sending a call again does not help after {wrong[0]}.",
                hint=f"It may after: {', '.join(PASSING)}. A fallback model can answer others.",
            )
        object.__setattr__(self, "on", _in_order(self.on))

    @override
    def __str__(self) -> str:
        return ", ".join(
            f"{name}={'|'.join(map(str, value)) if isinstance(value, list) else value}"
            for name, value in self.to_json().items()
        )

    def to_json(self) -> JsonObject:
        """Return the policy's JSON form."""
        return {
            "attempts": self.attempts,
            "wait_s": self.wait_s,
            "longest_wait_s": self.longest_wait_s,
            "on": [kind.value for kind in self.on],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallback:
    """A model that answers where the one before it failed.

    As text it is ``openai/gpt-4.1-mini on overloaded, timeout``.
    """

    model: ModelRef
    on: tuple[ProviderErrorKind, ...] = PASSING
    """The errors after which it is asked, in the order of their declaration."""

    def __post_init__(self) -> None:
        if not self.on:
            raise InvalidInputError(
                f"The fallback to {self.model} needs an error after which it is asked."
            )
        object.__setattr__(self, "on", _in_order(self.on))

    @override
    def __str__(self) -> str:
        return f"{self.model} on {', '.join(self.on)}"

    def to_json(self) -> JsonObject:
        """Return the fallback's JSON form."""
        return {"model": str(self.model), "on": [kind.value for kind in self.on]}


def retry_from_json(value: Json) -> RetryPolicy:
    """Return the retry policy of its JSON form; what is absent is as usual.

    Raises:
        InvalidInputError: The value is no retry policy.
    """
    if not isinstance(value, dict):
        raise InvalidInputError("A retry policy must be a JSON object.")
    known = ("attempts", "wait_s", "longest_wait_s", "on")
    if unknown := sorted(set(value) - set(known)):
        raise InvalidInputError(
            f"A retry policy has no {unknown[0]}.", hint=f"It has: {', '.join(known)}."
        )
    given: dict[str, Any] = dict(value)
    if "on" in value:
        given["on"] = _kinds(value["on"])
    return RetryPolicy(**given)


def fallbacks_from_json(value: Json) -> tuple[Fallback, ...]:
    """Return the fallbacks of their JSON form.

    Raises:
        InvalidInputError: The value is no list of fallbacks, or names a model twice.
    """
    if not isinstance(value, list):
        raise InvalidInputError("fallbacks must be a list.")
    found = []
    for item in value:
        if not isinstance(item, dict) or set(item) - {"model", "on"} or "model" not in item:
            raise InvalidInputError('A fallback looks like {"model": "…", "on": ["overloaded"]}.')
        model = model_ref(str(item["model"]))
        kinds = _kinds(item["on"]) if "on" in item else PASSING
        found.append(Fallback(model=model, on=kinds))
    return checked_fallbacks(found)


def checked_fallbacks(fallbacks: Sequence[Fallback]) -> tuple[Fallback, ...]:
    """Return the fallbacks, if they can be followed.

    Raises:
        InvalidInputError: They are too many, or a model is named twice.
    """
    if len(fallbacks) > _MOST_FALLBACKS:
        raise InvalidInputError(f"A prompt has {_MOST_FALLBACKS} fallback models at most.")
    models = [fallback.model for fallback in fallbacks]
    if twice := next((model for model in models if models.count(model) > 1), None):
        raise InvalidInputError(f"{twice} is a fallback model twice.")
    return tuple(fallbacks)


def kinds_from_text(text: str) -> tuple[ProviderErrorKind, ...]:
    """Return the kinds of error of ``overloaded, timeout`` or ``overloaded|timeout``.

    Raises:
        InvalidInputError: One of them is unknown.
    """
    return _kinds([word.strip() for word in text.replace("|", ",").split(",") if word.strip()])


def retry_from_text(text: str) -> RetryPolicy:
    """Return the retry policy of ``attempts=3, wait_s=0.5, on=server|timeout``.

    Raises:
        InvalidInputError: It has no such figure, or a wrong one.
    """
    given: dict[str, Json] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise InvalidInputError(
                f"“{part}” is no part of a retry policy.",
                hint="Write attempts=3,on=server|timeout.",
            )
        given[name] = [*kinds_from_text(value)] if name == "on" else _number(value)
    return retry_from_json(given)


def fallback_from_text(text: str) -> Fallback:
    """Return the fallback of ``MODEL`` or ``MODEL on KIND, KIND``.

    Raises:
        InvalidInputError: There is no such model name, or no such kind of error.
    """
    model, on, kinds = text.strip().partition(" on ")
    if not on:
        return Fallback(model=model_ref(model))
    return Fallback(model=model_ref(model), on=kinds_from_text(kinds))


def _number(text: str) -> Json:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


def _kinds(value: Json) -> tuple[ProviderErrorKind, ...]:
    if not isinstance(value, list):
        raise InvalidInputError("Kinds of error are a list.")
    try:
        return tuple(ProviderErrorKind(str(item)) for item in value)
    except ValueError:
        known = [kind.value for kind in ProviderErrorKind]
        wrong = next(item for item in value if item not in known)
        raise InvalidInputError(
            f"“{wrong}” is no kind of error.", hint=f"Known are: {', '.join(known)}."
        ) from None


def _in_order(kinds: Iterable[ProviderErrorKind]) -> tuple[ProviderErrorKind, ...]:
    """Return the kinds in one order, so that equal policies have equal hashes."""
    given = set(kinds)
    return tuple(kind for kind in ProviderErrorKind if kind in given)
