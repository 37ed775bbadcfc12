"""Token counts: whatever is sent, a count is never silently zero."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.usage import Usage, UsageSource
from prompt_workbench.providers.wire.usage import judged, openai_counts

REPORTED, DOUBTFUL, MISSING = UsageSource.REPORTED, UsageSource.DOUBTFUL, UsageSource.MISSING


def read(raw: Json, *, answer_size: int = 40) -> tuple[Usage | None, UsageSource]:
    return judged(openai_counts(raw), request_size=400, answer_size=answer_size)


def test_plain_counts() -> None:
    found = read({"prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 19})
    assert found == (Usage(input_tokens=12, output_tokens=7), REPORTED)


@pytest.mark.parametrize(
    "details",
    [
        {"prompt_tokens_details": {"cached_tokens": 8}},
        {"input_tokens_details": {"cached_tokens": 8}},
        {"prompt_cache_hit_tokens": 8, "prompt_cache_miss_tokens": 4},
    ],
)
def test_cached_tokens_are_part_of_the_input(details: dict[str, Json]) -> None:
    usage, source = read({"prompt_tokens": 12, "completion_tokens": 7, **details})
    assert usage == Usage(input_tokens=12, output_tokens=7, cache_read_input_tokens=8)
    assert source is REPORTED


def test_reasoning_is_part_of_the_output() -> None:
    details: Json = {"reasoning_tokens": 5000}
    usage, source = read(
        {"prompt_tokens": 12, "completion_tokens": 5007, "completion_tokens_details": details}
    )
    assert usage == Usage(input_tokens=12, output_tokens=5007, reasoning_output_tokens=5000)
    assert source is REPORTED


def test_reasoning_beside_the_output_is_added_to_it() -> None:
    details: Json = {"reasoning_tokens": 300}
    usage, _ = read(
        {
            "prompt_tokens": 12,
            "completion_tokens": 7,
            "total_tokens": 319,
            "completion_tokens_details": details,
        }
    )
    assert usage == Usage(input_tokens=12, output_tokens=307, reasoning_output_tokens=300)


def test_output_that_only_the_total_shows_is_billed_too() -> None:
    usage, source = read({"prompt_tokens": 12, "completion_tokens": 7, "total_tokens": 3000})
    assert (usage, source) == (Usage(input_tokens=12, output_tokens=2988), DOUBTFUL)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        {},
        [],
        "12",
        {"prompt_tokens": 12},
        {"completion_tokens": 7},
        {"prompt_tokens": None, "completion_tokens": None},
        {"prompt_tokens": -12, "completion_tokens": 7},
        {"prompt_tokens": 12, "completion_tokens": -7},
        {"prompt_tokens": "12", "completion_tokens": "7"},
        {"prompt_tokens": 12.5, "completion_tokens": 7},
        {"prompt_tokens": True, "completion_tokens": True},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 0, "completion_tokens": 7},
        {"prompt_tokens": 12, "completion_tokens": 0},
        {"prompt_tokens": 10**12, "completion_tokens": 7},
        {
            "prompt_tokens": 12,
            "completion_tokens": 7,
            "prompt_tokens_details": {"cached_tokens": 13},
        },
        {"prompt_tokens": float("nan"), "completion_tokens": 7},
        {"prompt_tokens": float("inf"), "completion_tokens": 7},
    ],
)
def test_counts_that_cannot_be_true_are_missing(raw: Json) -> None:
    assert read(raw) == (None, MISSING)


def test_an_empty_answer_may_have_no_output_tokens() -> None:
    usage, source = read({"prompt_tokens": 12, "completion_tokens": 0}, answer_size=0)
    assert (usage, source) == (Usage(input_tokens=12, output_tokens=0), REPORTED)


@pytest.mark.parametrize(
    "raw",
    [
        {"prompt_tokens": 2001, "completion_tokens": 7},
        {"prompt_tokens": 12, "completion_tokens": 1101},
    ],
)
def test_counts_far_above_the_texts_are_kept_but_marked(raw: dict[str, Json]) -> None:
    usage, source = read(raw)
    assert usage is not None
    assert [usage.input_tokens, usage.output_tokens] == [*raw.values()]
    assert source is DOUBTFUL


def test_whole_numbers_may_be_written_as_fractions() -> None:
    usage, _ = read({"prompt_tokens": 12.0, "completion_tokens": 7.0})
    assert usage == Usage(input_tokens=12, output_tokens=7)
