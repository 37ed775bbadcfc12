"""Exact, label and contains."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.evaluators.registry import Evidence, evaluate

SENTIMENT = {"labels": ["positive", "negative", "very positive"]}


def judge(kind: str, answer: str, expected: object = None, /, **options: object) -> Score:
    spec = EvaluatorSpec(type=kind, options=options)
    return evaluate(spec, Evidence(text=answer, expected_output=expected))


@pytest.mark.parametrize(
    ("text", "expected", "options", "passed"),
    [
        ("Paris", "Paris", {}, True),
        (" Paris\n", "Paris", {}, True),
        ("New  York", "New York", {}, True),
        ("paris", "Paris", {}, False),
        ("paris", "Paris", {"ignore_case": True}, True),
        ("STRASSE", "straße", {"ignore_case": True}, True),
        ("Paris ", "Paris", {"ignore_space": False}, False),
        ("cafe\u0301", "café", {}, True),
        ("42", 42, {}, True),
        ("true", True, {}, True),
        ('{"a": 1}', {"a": 1}, {}, True),
        ("", "", {}, True),
    ],
)
def test_exact(text: str, expected: object, options: dict[str, bool], passed: bool) -> None:
    assert judge("exact", text, expected, **options).passed is passed


@pytest.mark.parametrize(
    ("text", "passed", "label"),
    [
        ("positive", True, "positive"),
        ("  Positive.", True, "positive"),
        ("**POSITIVE**", True, "positive"),
        ("The sentiment is positive!", True, "positive"),
        ('{"label": "positive"}', True, "positive"),
        ("negative", False, "negative"),
        ("very positive", False, "very positive"),
        ("positive, not negative", False, ""),
        ("positively", False, ""),
        ("I cannot say", False, ""),
        ("", False, ""),
    ],
)
def test_label(text: str, passed: bool, label: str) -> None:
    score = judge("label", text, "positive", **SENTIMENT)
    assert (score.passed, score.label) == (passed, label)


def test_a_label_is_looked_for_as_the_case_expects_it() -> None:
    assert judge("label", "very  POSITIVE", "Very positive", **SENTIMENT).passed
    assert judge("label", "It is B.", "b").passed
    assert judge("label", "Answer: 3", 3, labels=["1", "2", "3"]).passed


def test_an_answer_with_two_labels_says_which() -> None:
    score = judge("label", "Negative or positive", "positive", **SENTIMENT)
    assert score.explanation == "The answer says “negative” and “positive”; expected “positive”."


def test_an_expected_output_that_is_no_label_is_unscored() -> None:
    assert judge("label", "positive", "…").passed is None


@pytest.mark.parametrize(
    ("text", "options", "passed"),
    [
        ("Hello World", {"text": "world"}, True),
        ("Hello World", {"text": "world", "ignore_case": False}, False),
        ("Hello World", {"text": "."}, False),
        ("Hello World", {}, True),
        ("Goodbye", {}, False),
    ],
)
def test_contains(text: str, options: dict[str, object], passed: bool) -> None:
    assert judge("contains", text, "hello", **options).passed is passed


def test_contains_with_nothing_to_look_for_is_unscored() -> None:
    assert judge("contains", "anything").passed is None
    assert judge("contains", "anything", "").passed is None
