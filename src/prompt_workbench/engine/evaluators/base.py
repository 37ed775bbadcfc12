"""What an evaluator is: its declaration, what it gets to see, what it finds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct, field

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import InvalidInputError

Options: TypeAlias = Mapping[str, Json]
"""The values of all declared options, defaults filled in."""

_YES = {"yes", "true", "on", "1"}
_NO = {"no", "false", "off", "0"}


class Evidence(Struct, frozen=True, kw_only=True):
    """What an evaluator gets to see of a cell."""

    text: str
    expected_output: Json = None
    inputs: Mapping[str, Json] = field(default_factory=dict)
    metadata: Mapping[str, Json] = field(default_factory=dict)
    complete: bool = True
    """Whether the answer ended with a finish reason."""
    response_schema: JsonObject | None = None
    """What the prompt asked the answer to follow."""

    @property
    def expected_text(self) -> str | None:
        """The expected output as text; None when the case has none."""
        expected = self.expected_output
        if expected is None or isinstance(expected, str):
            return expected
        return json.dumps(expected, ensure_ascii=False)


class Verdict(Struct, frozen=True, kw_only=True):
    """What an evaluator finds; neither passed nor failed means that it cannot judge."""

    passed: bool | None
    explanation: str
    label: str = ""


def unscored(explanation: str) -> Verdict:
    """Return the verdict of an evaluator that cannot judge, and why."""
    return Verdict(passed=None, explanation=explanation)


class OptionKind(StrEnum):
    """What the value of an option is."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    TEXTS = "texts"
    """A list of texts."""
    OBJECT = "object"
    """A JSON object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One setting of an evaluator."""

    name: str
    kind: OptionKind
    title: str
    description: str
    default: Json = None
    required: bool = False

    def checked(self, value: Json) -> Json:
        """Return the value.

        Raises:
            InvalidInputError: It is not of this option's kind.
        """
        if not self._fits(value):
            raise InvalidInputError(f"{self.title} ({self.name}) must be {self._wanted}.")
        return value

    def from_text(self, text: str) -> Json:
        """Return the value that a person wrote on the command line or in a form.

        Raises:
            InvalidInputError: The text is no such value.
        """
        match self.kind:
            case OptionKind.TEXT:
                return text
            case OptionKind.TEXTS:
                return [part.strip() for part in text.split(",") if part.strip()]
            case OptionKind.FLAG if text.strip().lower() in _YES | _NO:
                return text.strip().lower() in _YES
        try:
            value: Json = json.loads(text)
        except (ValueError, RecursionError):
            value = None
        return self.checked(value)

    @property
    def _wanted(self) -> str:
        return {
            OptionKind.TEXT: "a text",
            OptionKind.NUMBER: "a number of 0 or more",
            OptionKind.FLAG: "yes or no",
            OptionKind.TEXTS: "a list of texts",
            OptionKind.OBJECT: "a JSON object",
        }[self.kind]

    def _fits(self, value: Json) -> bool:
        match self.kind:
            case OptionKind.TEXT:
                return isinstance(value, str) and (bool(value) or not self.required)
            case OptionKind.NUMBER:
                number = isinstance(value, int | float) and not isinstance(value, bool)
                return number and 0 <= float(str(value)) < float("inf")
            case OptionKind.FLAG:
                return isinstance(value, bool)
            case OptionKind.TEXTS:
                return isinstance(value, list) and all(isinstance(item, str) for item in value)
            case OptionKind.OBJECT:
                return isinstance(value, dict)


IGNORE_CASE = Option(
    name="ignore_case",
    kind=OptionKind.FLAG,
    title="Ignore case",
    description="Take capital and small letters for the same.",
    default=False,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatorType:
    """One kind of evaluator."""

    type: str
    title: str
    description: str
    judge: Callable[[Evidence, Options], Verdict]
    options: tuple[Option, ...] = ()
    needs_expected: bool = True
    """Whether a case without an expected output stays unscored."""
    may_take_long: bool = False
    """Whether judging a short answer can take more than a few milliseconds."""
    check: Callable[[Options], None] | None = None
    """Refuses options that do not work together, with an InvalidInputError."""

    def settled(self, given: Mapping[str, Json]) -> Options:
        """Return the value of every option.

        Raises:
            InvalidInputError: An option is unknown, missing or wrong.
        """
        known = {option.name: option for option in self.options}
        for name in given:
            if name not in known:
                raise InvalidInputError(
                    f"The evaluator {self.type} has no option {name}.",
                    hint=f"It has: {', '.join(known) or 'none'}.",
                )
        for option in self.options:
            if option.required and given.get(option.name) is None:
                raise InvalidInputError(f"The evaluator {self.type} needs {option.name}.")
        return {
            name: option.default if given.get(name) is None else option.checked(given[name])
            for name, option in known.items()
        }
