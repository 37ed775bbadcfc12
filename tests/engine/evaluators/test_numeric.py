"""Numbers in answers."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.evaluators.numeric import last_number
from prompt_workbench.engine.evaluators.registry import Evidence, evaluate


def judge(text: str, expected: object, **options: object) -> Score:
    spec = EvaluatorSpec(type="numeric", options=options)
    return evaluate(spec, Evidence(text=text, expected_output=expected))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("18", "18"),
        ("So 9 + 9 = 18.", "18"),
        ("#### 18", "18"),
        ("$1,234.50!", "1234.50"),
        ("1'000'000", "1000000"),
        ("1\u00a0000", "1000"),
        ("-5", "-5"),
        ("−5 °C", "-5"),
        ("+5", "5"),
        ("5-3", "3"),
        ("pages 10-15", "15"),
        (".5", "0.5"),
        ("1.5e3", "1500"),
        ("6.02E-2", "0.0602"),
        ("50%", "50"),
        ("3 apples for Anna (GPT4)", "3"),
        ("H2O", None),
        ("1,2,3", "3"),
        ("1,23", "23"),
        ("12,345,67", "67"),
        ("none", None),
        ("", None),
        ("1e99999", "1"),
    ],
)
def test_the_last_number_counts(text: str, number: str | None) -> None:
    assert last_number(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("text", "number"), [("1.234,5", "1234.5"), ("0,5", "0.5"), ("1.000.000", "1000000")]
)
def test_numbers_may_have_a_decimal_comma(text: str, number: str) -> None:
    assert last_number(text, decimal_comma=True) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "expected", "options", "passed"),
    [
        ("18", "18", {}, True),
        ("18.00", 18, {}, True),
        ("1,000", "#### 1000", {}, True),
        ("17.9", 18, {}, False),
        ("17.9", 18, {"absolute": 0.1}, True),
        ("17.89", 18, {"absolute": 0.1}, False),
        ("101", 100, {"relative": 0.01}, True),
        ("102", 100, {"relative": 0.01}, False),
        ("-101", -100, {"relative": 0.01}, True),
        ("0.3", 0.3, {}, True),
        ("1,5", 1.5, {"decimal_comma": True}, True),
        ("no idea", 18, {}, False),
    ],
)
def test_tolerance(text: str, expected: object, options: dict[str, object], passed: bool) -> None:
    assert judge(text, expected, **options).passed is passed


@pytest.mark.parametrize("expected", ["many", "", True, {"a": None}])
def test_an_expected_output_without_a_number_is_unscored(expected: object) -> None:
    assert judge("18", expected).passed is None


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5_000_000,
        "1," * 2_000_000,
        "1,111" * 800_000,
        "1,1111" * 800_000,
        "1e999",
        "." * 10**6,
    ],
)
def test_hostile_numbers_take_little_time(text: str) -> None:
    started = time.process_time()
    assert judge(text, 18).passed is False
    assert time.process_time() - started < 5
