"""Answers that must be JSON."""

from __future__ import annotations

import json
import time

import pytest

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.evaluators.registry import Evidence, check, evaluate

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "pattern": "^[A-Z]"},
        "age": {"type": "integer", "minimum": 0},
    },
    "required": ["name"],
    "additionalProperties": False,
}


def valid(text: str, **options: object) -> Score:
    return evaluate(EvaluatorSpec(type="json", options=options), Evidence(text=text))


def under(schema: dict[str, object], text: str) -> Score:
    spec = EvaluatorSpec(type="json_schema", options={"schema": schema})
    started = time.process_time()
    score = evaluate(spec, Evidence(text=text))
    assert time.process_time() - started < 5
    return score


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ('{"a": [1, 2.5, null, true, "ü"]}', True),
        (' \n{"a": 1}\n ', True),
        ("[]", True),
        ('"text"', True),
        ("5", True),
        ('```json\n{"a": 1}\n```', True),
        ('Here you are:\n```\n{"a": 1}\n```\nDone.', True),
        ("```json\n{}\n```\n```json\n{}\n```", False),
        ("```json\n{oops}\n```", False),
        ('Here: {"a": 1}', False),
        ("{'a': 1}", False),
        ('{"a": 1,}', False),
        ('{"a": 1', False),
        ("NaN", False),
        ("Infinity", False),
        ("01", False),
        ('"\\ud800"', False),
        ('"\x01"', False),
        ("", False),
        ("{}{}", False),
        ("[" * 100_000 + "]" * 100_000, False),
        ("[" * 101 + "]" * 101, False),
        ("[" * 100 + "]" * 100, True),
        ('{"a": "' + "x" * (1 << 20) + '"}', False),
        ("```" * 100_000, False),
        ("```\n" * 100_000, False),
    ],
)
def test_json(text: str, passed: bool) -> None:
    started = time.process_time()
    assert valid(text).passed is passed
    assert time.process_time() - started < 5


def test_a_fence_may_be_forbidden() -> None:
    assert valid("```json\n{}\n```", allow_fence=False).passed is False


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"name": "Ann", "age": 3}', ""),
        ('{"age": 3}', "'name' is a required property"),
        ('{"name": "ann"}', "At ['name']: 'ann' does not match '^[A-Z]'"),
        ('{"name": "Ann", "age": -3}', "At ['age']: -3 is less than the minimum of 0"),
        ('{"name": "Ann", "job": ""}', "The property 'job' is not allowed"),
        ("[]", "[] is not of type 'object'"),
        ("Ann", "The answer is not JSON"),
    ],
)
def test_schema(text: str, problem: str) -> None:
    score = under(PERSON, text)
    assert score.passed is not bool(problem)
    assert score.explanation.startswith(problem or "The answer is valid under the schema.")


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"patternProperties": {"^x-": {"type": "integer"}}}, {"x-a": 1, "b": ""}, {"x-a": ""}),
        (
            {"patternProperties": {"^x-": {}}, "additionalProperties": {"type": "string"}},
            {"x-a": 1, "b": ""},
            {"b": 1},
        ),
        ({"uniqueItems": True}, [1, True, "1", [1]], [1, 1.0]),
        ({"uniqueItems": True}, [{"a": 1}], [{"a": 1, "b": 2}, {"b": 2, "a": 1}]),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"const": 1}}}, 1, 2),
        (
            {"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"const": 1}]},
            [1, 2],
            [2],
        ),
        ({"properties": {"a": {}}, "unevaluatedProperties": False}, {"a": 1}, {"b": 1}),
    ],
)
def test_keywords_keep_their_meaning(schema: dict[str, object], good: object, bad: object) -> None:
    assert under(schema, json.dumps(good)).passed is True
    assert under(schema, json.dumps(bad)).passed is False


def explosion(depth: int) -> dict[str, object]:
    """Return a schema whose references double at each of so many levels."""
    levels = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(depth)}
    return {"$ref": "#/$defs/d0", "$defs": {**levels, f"d{depth}": {"type": "object"}}}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (explosion(30), {}),
        ({"$ref": "#"}, {}),
        ({"$ref": "http://127.0.0.1:9/schema.json"}, {}),
        ({"$ref": "file:///etc/passwd"}, {}),
        ({"$ref": "#/$defs/none"}, {}),
        ({"properties": {"a": {"pattern": "(?=a)(a|aa)+$"}}}, {"a": "a" * 5000 + "!"}),
    ],
)
def test_a_schema_that_cannot_be_applied_leaves_the_answer_unscored(
    schema: dict[str, object], value: object
) -> None:
    assert under(schema, json.dumps(value)).passed is None


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"properties": {"a": {"pattern": "(a+)+$"}}}, {"a": "a" * 50_000 + "!"}),
        ({"patternProperties": {"(a+)+$": False}, "minProperties": 9}, {"a" * 50_000 + "!": 1}),
        ({"uniqueItems": True, "maxItems": 1}, [{"a": n} for n in range(40_000)]),
        ({"multipleOf": 1e-300}, 1e300),
        ({"multipleOf": 0.01}, 1e308 + 0.5),
    ],
)
def test_a_hostile_answer_is_judged_in_time(schema: dict[str, object], value: object) -> None:
    assert under(schema, json.dumps(value)).passed is not None


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "("},
        {"patternProperties": {"(?=a)((a{100}){100}){100}": {}}},
        {"patternProperties": {"a": {}}, "unevaluatedProperties": False},
        {"enum": ["x" * 70_000]},
        {"type": "object", "required": "name"},
    ],
)
def test_a_schema_that_is_unsafe_or_wrong_is_refused(schema: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError):
        check(EvaluatorSpec(type="json_schema", options={"schema": schema}))


@pytest.mark.parametrize(("text", "passed"), [('{"name": "Ann"}', True), ("{}", False)])
def test_without_a_schema_of_its_own_the_prompt_s_counts(text: str, passed: bool) -> None:
    found = evaluate(EvaluatorSpec(type="json_schema"), Evidence(text=text, response_schema=PERSON))
    assert found.passed is passed


def test_an_answer_that_no_schema_was_asked_for_is_unscored() -> None:
    assert evaluate(EvaluatorSpec(type="json_schema"), Evidence(text="{}")).passed is None
