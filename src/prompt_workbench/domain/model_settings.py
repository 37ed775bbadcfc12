"""Settings of a model call, named as in the OpenTelemetry GenAI request attributes."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from typing_extensions import override

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import InvalidInputError

_NUMBERS: dict[str, tuple[type[int] | type[float], float, float]] = {
    "temperature": (float, 0, 2),
    "top_p": (float, 0, 1),
    "top_k": (int, 0, 1_000_000),
    "max_tokens": (int, 1, 10_000_000),
    "seed": (int, 1 - 2**53, 2**53 - 1),
    "frequency_penalty": (float, -2, 2),
    "presence_penalty": (float, -2, 2),
    "reasoning_budget": (int, 0, 10_000_000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """What a call asks of the model; None leaves a setting to the provider.

    As text it is one line of what is set: ``temperature=0.2, stream=false``.
    """

    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop_sequences: tuple[str, ...] = ()
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    reasoning_effort: str | None = None
    reasoning_budget: int | None = None
    """The most tokens to think with, for providers that take a number."""
    prompt_cache: bool | None = None
    """Whether to mark the fixed start of the prompt for the cache of the provider."""
    stream: bool | None = None
    """False asks for the answer in one piece, for servers and accounts that do not stream."""

    def __post_init__(self) -> None:
        for name, (kind, low, high) in _NUMBERS.items():
            value = getattr(self, name)
            if value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, int | kind):
                raise InvalidInputError(f"{name} must be a number, not {value!r}.")
            if not low <= value <= high:
                raise InvalidInputError(f"{name} must be between {low} and {high}.")
        if not isinstance(self.reasoning_effort, str | None):
            raise InvalidInputError("reasoning_effort must be a text such as low or high.")
        for name in ("prompt_cache", "stream"):
            if not isinstance(value := getattr(self, name), bool | None):
                raise InvalidInputError(f"{name} must be true or false, not {value!r}.")

    def overridden_by(self, other: ModelSettings) -> ModelSettings:
        """Return these settings with those of the other that are set."""
        given = {
            field.name: getattr(other, field.name)
            for field in fields(other)
            if getattr(other, field.name) not in (None, ())
        }
        return replace(self, **given)

    @override
    def __str__(self) -> str:
        return ", ".join(f"{name}={_written(value)}" for name, value in self.to_json().items())

    def to_json(self) -> JsonObject:
        """Return the settings that are set."""
        found: JsonObject = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if value not in (None, ()):
                found[field.name] = list(value) if isinstance(value, tuple) else value
        return found


def _written(value: Json) -> str:
    if isinstance(value, list):
        return " | ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def settings_from_json(value: Json) -> ModelSettings:
    """Return the settings of a JSON object.

    Raises:
        InvalidInputError: The value is no object, has an unknown name or a wrong value.
    """
    if not isinstance(value, dict):
        raise InvalidInputError("Model settings must be a JSON object.")
    known = {field.name for field in fields(ModelSettings)}
    if unknown := sorted(set(value) - known):
        raise InvalidInputError(
            f"Unknown model setting: {unknown[0]}.", hint=f"Known are: {', '.join(sorted(known))}."
        )
    stop = value.get("stop_sequences", [])
    if not isinstance(stop, list) or not all(isinstance(item, str) for item in stop):
        raise InvalidInputError("stop_sequences must be a list of texts.")
    given = {key: item for key, item in value.items() if key != "stop_sequences"}
    return ModelSettings(**given, stop_sequences=tuple(map(str, stop)))  # type: ignore[arg-type]
