"""Retry and fallback policies: what they accept, how they are written, what they hash to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.comparisons import Variant
from prompt_workbench.domain.diffs import diff_contents
from prompt_workbench.domain.errors import InvalidInputError, ProviderErrorKind
from prompt_workbench.domain.policies import (
    PASSING,
    Fallback,
    RetryPolicy,
    fallback_from_text,
    fallbacks_from_json,
    retry_from_json,
)
from prompt_workbench.domain.prompts import PromptContent, content_from_json, text_prompt
from prompt_workbench.domain.requests import ModelRef, model_ref

Kind = ProviderErrorKind
PLAIN = text_prompt("Hello")


def content(*fallbacks: str, retry: RetryPolicy | None = None) -> PromptContent:
    return replace(PLAIN, retry=retry, fallbacks=tuple(map(fallback_from_text, fallbacks)))


def variant(model: str, *fallbacks: str) -> Variant:
    return Variant(
        index=0,
        version_id=None,
        prompt_name="p",
        version_number=None,
        content=content(*fallbacks),
        model=model_ref(model),
    )


def test_content_without_policies_keeps_the_hash_it_always_had() -> None:
    old = "1:06fb40bed6431c4943bd7ad709ee6b796aeacfc6763b45e625d4a5ffade47910"
    assert PLAIN.hash == old


def test_policies_travel_with_the_content() -> None:
    written = content("a/m on timeout", "b/llama3:8b", retry=RetryPolicy(attempts=2, wait_s=0))
    assert content_from_json(written.to_json()) == written
    assert written.hash != PLAIN.hash


def test_the_order_in_which_errors_are_named_changes_nothing() -> None:
    assert content("a/m on timeout, overloaded").hash == content("a/m on overloaded|timeout").hash


def test_the_order_of_the_models_counts() -> None:
    assert content("a/m", "b/m").hash != content("b/m", "a/m").hash


def test_a_fallback_without_errors_named_is_for_those_that_pass() -> None:
    assert fallback_from_text(" a/m ") == Fallback(
        model=ModelRef(provider="a", model="m"), on=PASSING
    )


def test_policies_read_as_they_are_written() -> None:
    assert fallback_from_text(str(fallback_from_text("a/m on timeout"))) == fallback_from_text(
        "a/m on timeout"
    )
    assert str(RetryPolicy(attempts=2, on=(Kind.TIMEOUT,))) == (
        "attempts=2, wait_s=0.5, longest_wait_s=30, on=timeout"
    )


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("often", "object"),
        ({"attempts": 0}, "between 1 and 10"),
        ({"attempts": 2.5}, "whole number"),
        ({"attempts": True}, "whole number"),
        ({"wait_s": "long"}, "seconds"),
        ({"wait_s": -1}, "between 0"),
        ({"wait_s": float("nan")}, "between 0"),
        ({"wait_s": 60, "longest_wait_s": 5}, "longer"),
        ({"on": ["authentication"]}, "does not help"),
        ({"on": ["bad luck"]}, "no kind of error"),
        ({"on": [["timeout"]]}, "no kind of error"),
        ({"on": "timeout"}, "list"),
        ({"tries": 3}, "no tries"),
    ],
)
def test_a_wrong_retry_policy_is_refused_with_the_reason(value: Json, complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint):
        retry_from_json(value)


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({"model": "a/m"}, "list"),
        ([{"on": ["timeout"]}], "looks like"),
        ([{"model": "a/m", "when": []}], "looks like"),
        ([{"model": "gpt"}], "not a model name"),
        ([{"model": "a/m", "on": []}], "needs an error"),
        ([{"model": "a/m"}, {"model": "a/m"}], "twice"),
        ([{"model": f"a/{number}"} for number in range(6)], "5 fallback models"),
    ],
)
def test_wrong_fallbacks_are_refused_with_the_reason(value: Json, complaint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint):
        fallbacks_from_json(value)


def test_a_model_is_no_fallback_of_itself() -> None:
    assert [str(model) for model in variant("b/m", "a/m", "b/m", "c/m").models] == [
        "b/m", "a/m", "c/m",
    ]  # fmt: skip


def test_each_model_is_asked_once() -> None:
    asked = variant("own/m", "a/m", "b/m", "c/m")
    assert [item.model.provider for item in asked.fallbacks_after(model_ref("a/m"))] == ["b", "c"]
    assert asked.fallbacks_after(model_ref("c/m")) == ()


def test_a_difference_tells_what_became_of_each_policy() -> None:
    before = content("a/m on timeout")
    after = content("b/m", "a/m on timeout", retry=RetryPolicy(attempts=2))
    changes = {
        change.path: (change.before, change.after) for change in diff_contents(before, after).fields
    }
    assert changes["fallbacks.a/m"] == ("1. on timeout", "2. on timeout")
    assert changes["fallbacks.b/m"][0] is None
    assert str(changes["retry"][1]).startswith("attempts=2")
