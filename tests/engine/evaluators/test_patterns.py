"""Regular expressions: what they find, and that none of them hangs."""

from __future__ import annotations

import time

import pytest

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.evaluators.patterns import compiled
from prompt_workbench.engine.evaluators.registry import Evidence, check, evaluate

A = "a" * 50_000 + "!"
SLOW = [
    (r"(a+)+$", A),
    (r"([a-zA-Z]+)*$", A),
    (r"(a|aa)+$", A),
    (r"(a|a?)+$", A),
    (r"(.*a){20}$", A),
    (r"(.*)*x", A),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", A),
    (r"(x+x+)+y", "x" * 50_000),
    (r"(\w+\s?)*$", "word " * 10_000 + "!"),
    (r"^(\w+\s?)*\$$", "word " * 10_000),
    (r"\s+$", " " * 50_000 + "x"),
    (r"(?:\s*a\s*)*b", " a " * 10_000),
    (r"^(a?){40}a{40}$", A),
    (r"(\d+)+-(\d+)+-(\d+)+x", "1" * 50_000),
    (r"<(\w+)(\s+\w+=\"[^\"]*\")*\s*/?>z", '<a b="c" ' * 5_000),
    (r"[ab]*a[ab]{500}c", "ab" * 100_000),
    (r"(((a?b?){10}){10}){9}c", "ab" * 100_000),
    (r"(?=a)(a+)+$", A),
    (r"(?=a)(a|aa)+$", A),
    (r"(?=a)([a-z]+)*$", A),
    (r"(a+)\1+$", A),
    (r"(a*)*\1b", A),
    (r"^(?!b)(\w+\s?)*$", "word " * 10_000 + "!"),
    (r"(?<=a)(a+)+$", A),
    (r"^(?=.*a)(?=.*b)(.*)*$", A),
    (r"(?:(a)|b)*\1(a|aa)+$", A),
    (r"(?R)?a(?R)?b", A),
    (r"(?=x)?(?:a{e<=9}){e<=9}b", A),
    (r"(?=a)(.*?,){11}P", "1," * 10_000),
    (r"^(?=(a+))\1*$(?<!a)", A),
]
TOO_LARGE = [
    r"(?=a)(((a{1000}){1000}){1000})",
    r"(?=a)((a{100}){100}){100}",
    r"(?=a)a{99999999}",
    r"(((a{1000}){1000}){1000})",
]


def judge(pattern: str, text: str, **options: object) -> Score:
    spec = EvaluatorSpec(type="regex", options={"pattern": pattern, **options})
    return evaluate(spec, Evidence(text=text))


@pytest.mark.parametrize(
    ("pattern", "text", "options", "passed"),
    [
        (r"\d+", "Total: 42", {}, True),
        (r"\d+", "Total: 42", {"whole": True}, False),
        (r"total", "Total: 42", {}, False),
        (r"total", "Total: 42", {"ignore_case": True}, True),
        (r"(?i)total", "Total: 42", {}, True),
        (r"^b$", "a\nb\nc", {}, False),
        (r"(?m)^b$", "a\nb\nc", {}, True),
        (r"\p{L}+", "ü", {"whole": True}, True),
        (r"price(?= is)", "the price is 5", {}, True),
        (r"price(?! is)", "the price is 5", {}, False),
        (r"(\w)\1", "good", {}, True),
        (r"(?=G)good", "GOOD", {"ignore_case": True, "whole": True}, True),
    ],
)
def test_patterns(pattern: str, text: str, options: dict[str, bool], passed: bool) -> None:
    assert judge(pattern, text, **options).passed is passed


def test_what_matched_is_shown() -> None:
    score = judge(r"\d+", "Total: 42")
    assert (score.label, score.explanation) == ("42", "The pattern matches “42”.")


@pytest.mark.parametrize(("pattern", "text"), SLOW)
def test_no_pattern_hangs(pattern: str, text: str) -> None:
    started = time.process_time()
    score = judge(pattern, text)
    assert time.process_time() - started < 5
    if score.passed is None:
        assert score.explanation == "The pattern took too long on this answer."


@pytest.mark.parametrize("pattern", TOO_LARGE)
def test_a_pattern_that_would_fill_the_memory_is_refused(pattern: str) -> None:
    started = time.process_time()
    with pytest.raises(InvalidInputError, match="repeats too much"):
        check(EvaluatorSpec(type="regex", options={"pattern": pattern}))
    assert time.process_time() - started < 5


def test_a_long_text_is_searched_by_a_large_pattern() -> None:
    assert compiled(r"(?:\p{L}+ ){3,20}end")("one two three end " + "x" * 100_000) is not None
