"""What holds for every evaluator."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.domain.scores import EvaluatorSpec, Score
from prompt_workbench.engine.evaluators.registry import (
    EvaluatorType,
    Evidence,
    Option,
    OptionKind,
    check,
    evaluate,
    evaluator_type,
    types,
)

NEEDED = {"regex": {"pattern": "a"}, "json_schema": {"schema": {"type": "object"}}}

every_type = pytest.mark.parametrize("kind", types(), ids=lambda kind: kind.type)


def spec(kind: EvaluatorType) -> EvaluatorSpec:
    return EvaluatorSpec(type=kind.type, options=NEEDED.get(kind.type, {}))


@every_type
def test_everything_a_form_needs_is_declared(kind: EvaluatorType) -> None:
    assert kind.title
    assert kind.description.endswith(".")
    for option in kind.options:
        assert option.title
        assert option.description.endswith(".")
        if not option.required and option.default is not None:
            assert option.checked(option.default) == option.default
    assert evaluator_type(kind.type) is kind
    check(spec(kind))


@every_type
def test_an_answer_that_was_cut_off_is_unscored(kind: EvaluatorType) -> None:
    score = evaluate(spec(kind), Evidence(text="a", expected_output="a", complete=False))
    assert (score.passed, score.value) == (None, None)
    assert score.explanation == "The answer was cut off, so it is not judged."


@every_type
def test_a_missing_expectation_is_unscored_where_one_is_needed(kind: EvaluatorType) -> None:
    score = evaluate(spec(kind), Evidence(text="a"))
    if kind.needs_expected or kind.type == "contains":
        assert score.passed is None
        assert "expected output" in score.explanation or "look for" in score.explanation
    else:
        assert score.passed is not None


@every_type
@pytest.mark.parametrize("expected", ["", " ", "…", 0, 1.5, True, False, [], {}, ["a"], "\ud800"])
@pytest.mark.parametrize("text", ["", " \n", "\0", "\ud800", "a" * 100_000, "﷽" * 1000, "\u202e"])
def test_odd_texts_are_judged_without_an_error(
    kind: EvaluatorType, text: str, expected: object
) -> None:
    score = evaluate(spec(kind), Evidence(text=text, expected_output=expected))
    assert score.explanation
    assert score.value == (None if score.passed is None else float(score.passed))


def test_a_score_has_the_name_that_was_given() -> None:
    evidence = Evidence(text="a", expected_output="a")
    assert evaluate(EvaluatorSpec(type="exact"), evidence).name == "exact"
    named = evaluate(EvaluatorSpec(type="exact", name="same"), evidence)
    assert named == Score(
        name="same", value=1, passed=True, explanation="The answer is the expected output."
    )


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("exact", {"case": True}, "no option case"),
        ("exact", {"ignore_case": "yes"}, "must be yes or no"),
        ("label", {"labels": "a,b"}, "must be a list of texts"),
        ("label", {"labels": ["a", 5]}, "must be a list of texts"),
        ("numeric", {"absolute": -1}, "must be a number of 0 or more"),
        ("numeric", {"relative": True}, "must be a number"),
        ("regex", {}, "needs pattern"),
        ("regex", {"pattern": ""}, "must be a text"),
        ("regex", {"pattern": "("}, "not a regular expression"),
        ("regex", {"pattern": "a" * 1025}, "longer than 1024"),
        ("json_schema", {"schema": "{}"}, "must be a JSON object"),
        ("json_schema", {"schema": {"type": "text"}}, "not a JSON schema"),
    ],
)
def test_wrong_options_are_refused_before_a_run(
    kind: str, options: dict[str, object], words: str
) -> None:
    with pytest.raises(InvalidInputError, match=words):
        check(EvaluatorSpec(type=kind, options=options))


def test_an_unknown_evaluator_is_named_with_those_there_are() -> None:
    with pytest.raises(NotFoundError, match="no evaluator named vibes") as caught:
        check(EvaluatorSpec(type="vibes"))
    assert "label, exact" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (OptionKind.TEXT, "a, b", "a, b"),
        (OptionKind.TEXTS, "positive, negative,", ["positive", "negative"]),
        (OptionKind.FLAG, "Yes", True),
        (OptionKind.FLAG, "off", False),
        (OptionKind.NUMBER, "0.01", 0.01),
        (OptionKind.OBJECT, '{"type": "object"}', {"type": "object"}),
    ],
)
def test_options_are_read_from_text(kind: OptionKind, text: str, value: object) -> None:
    option = Option(name="o", kind=kind, title="O", description="One.")
    assert option.from_text(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (OptionKind.FLAG, "maybe"),
        (OptionKind.NUMBER, "many"),
        (OptionKind.NUMBER, "NaN"),
        (OptionKind.NUMBER, "-1"),
        (OptionKind.OBJECT, "[1]"),
        (OptionKind.OBJECT, "[" * 100_000),
    ],
)
def test_text_that_is_no_value_is_refused(kind: OptionKind, text: str) -> None:
    option = Option(name="o", kind=kind, title="O", description="One.")
    with pytest.raises(InvalidInputError, match=r"O \(o\) must be"):
        option.from_text(text)
