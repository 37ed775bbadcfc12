"""Evaluators of answers that must be JSON: valid at all, and valid under a schema."""

from __future__ import annotations

import json
import re

import orjson

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.engine.evaluators.base import (
    EvaluatorType,
    Evidence,
    Option,
    OptionKind,
    Options,
    Verdict,
    unscored,
)
from prompt_workbench.engine.evaluators.schemas import check_schema, problem_under_schema

_SIZE_LIMIT = 1 << 20
_DEPTH_LIMIT = 100
_FENCED = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```[ \t]*$", re.DOTALL | re.MULTILINE)

_FENCE = Option(
    name="allow_fence",
    kind=OptionKind.FLAG,
    title="Allow a fence",
    description="Take the JSON out of a Markdown code block, if there is exactly one.",
    default=True,
)


class _NotJsonError(Exception):
    """An answer is no JSON, or too much of it; its text says why."""


def _parsed(text: str, *, allow_fence: bool) -> Json:
    blocks = _FENCED.findall(text) if allow_fence and "```" in text else []
    data = (blocks[0] if len(blocks) == 1 else text).encode("utf-8", "replace")
    if len(data) > _SIZE_LIMIT:
        raise _NotJsonError(f"The answer is longer than {_SIZE_LIMIT >> 20} MB.")
    try:
        value: Json = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _NotJsonError(f"The answer is not JSON: {error}.") from None
    if _is_deep(value):
        raise _NotJsonError(f"The JSON is nested more than {_DEPTH_LIMIT} levels deep.")
    return value


def _is_deep(value: Json) -> bool:
    level = [value]
    for _ in range(_DEPTH_LIMIT):
        inner: list[Json] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return False
        level = inner
    return True


def _judge_json(evidence: Evidence, options: Options) -> Verdict:
    try:
        _parsed(evidence.text, allow_fence=bool(options["allow_fence"]))
    except _NotJsonError as error:
        return Verdict(passed=False, explanation=str(error))
    return Verdict(passed=True, explanation="The answer is valid JSON.")


def _judge_schema(evidence: Evidence, options: Options) -> Verdict:
    schema = evidence.response_schema if options["schema"] is None else options["schema"]
    if schema is None:
        return unscored("There is no schema: neither in the options nor in the prompt.")
    try:
        value = _parsed(evidence.text, allow_fence=bool(options["allow_fence"]))
    except _NotJsonError as error:
        return Verdict(passed=False, explanation=str(error))
    try:
        problem = problem_under_schema(value, json.dumps(schema))
    except TimeoutError:
        return unscored("Checking this answer against the schema took too long.")
    except InvalidInputError as error:
        return unscored(error.message)
    if problem:
        return Verdict(passed=False, explanation=problem)
    return Verdict(passed=True, explanation="The answer is valid under the schema.")


def _check(options: Options) -> None:
    if options["schema"] is not None:
        check_schema(json.dumps(options["schema"]))


JSON = EvaluatorType(
    type="json",
    title="Valid JSON",
    description="The answer is JSON and nothing else.",
    judge=_judge_json,
    options=(_FENCE,),
    needs_expected=False,
)

JSON_SCHEMA = EvaluatorType(
    type="json_schema",
    title="JSON schema",
    description="The answer is JSON that is valid under a schema.",
    judge=_judge_schema,
    may_take_long=True,
    check=_check,
    options=(
        Option(
            name="schema",
            kind=OptionKind.OBJECT,
            title="Schema",
            description="A JSON Schema, which may refer to its own parts only; without one, "
            "the response schema of the prompt.",
        ),
        _FENCE,
    ),
    needs_expected=False,
)
