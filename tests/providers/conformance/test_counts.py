"""Token counts: as they were reported, or unknown; never a zero that nobody sent."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest
from tests.providers.conformance.cases import case
from tests.providers.conformance.desk import Desk

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.requests import Interface
from prompt_workbench.domain.usage import Usage, UsageSource
from prompt_workbench.providers.fake_forms import Speech
from prompt_workbench.providers.fake_replies import End

SPEECH = Speech(texts=("Yes.",))


async def both(desk: Desk, speech: Speech) -> list[tuple[Usage | None, UsageSource]]:
    answers = [await desk.ask(make(speech)) for make in (desk.form.stream, desk.form.whole)]
    return [(found.usage, found.usage_source) for found in answers]


@case("Cached tokens are part of the input")
async def test_tokens_read_from_the_cache(desk: Desk) -> None:
    usage = Usage(input_tokens=100, output_tokens=5, cache_read_input_tokens=80)
    found = await both(desk, replace(SPEECH, usage=usage))
    assert found == [(usage, UsageSource.REPORTED)] * 2


UNCOUNTED = {Interface.GEMINI: "Gemini's answers do not say what was written to its cache."}


@case("Tokens written to the cache", lacks=UNCOUNTED)
async def test_tokens_written_to_the_cache(desk: Desk) -> None:
    usage = Usage(
        input_tokens=100,
        output_tokens=5,
        cache_read_input_tokens=20,
        cache_creation_input_tokens=60,
    )
    found = await both(desk, replace(SPEECH, usage=usage))
    assert found == [(usage, UsageSource.REPORTED)] * 2


@case("Reasoning tokens are part of the output")
async def test_tokens_of_reasoning(desk: Desk) -> None:
    usage = Usage(input_tokens=100, output_tokens=3005, reasoning_output_tokens=3000)
    found = await both(desk, replace(SPEECH, usage=usage))
    assert found == [(usage, UsageSource.REPORTED)] * 2


@case("Missing usage is unknown, not zero")
async def test_usage_that_is_missing(desk: Desk) -> None:
    assert await both(desk, replace(SPEECH, usage=None)) == [(None, UsageSource.MISSING)] * 2


NONSENSE: dict[str, Json] = {
    "no object": 5,
    "empty": {},
    "other names": {"tokens": 5},
    "text": "12",
    "list": [12, 7],
}


@case("Usage that says nothing is unknown")
@pytest.mark.parametrize("raw", NONSENSE.values(), ids=NONSENSE.keys())
async def test_usage_that_says_nothing(desk: Desk, raw: Json) -> None:
    for make in (desk.form.stream, desk.form.whole):
        found = await desk.ask(make(replace(SPEECH, raw_usage=raw)))
        assert (found.usage, found.usage_source) == (None, UsageSource.MISSING)
        assert (found.text, found.error) == ("Yes.", None)


@case("Usage nested a thousand times")
async def test_usage_that_is_nested_without_sense(desk: Desk) -> None:
    deep = b'{"a":' * 1000 + b"1" + b"}" * 1000
    reply = desk.form.stream(replace(SPEECH, raw_usage="DEEP"))
    found = await desk.ask(replace(reply, pieces=(reply.body.replace(b'"DEEP"', deep),)))
    assert (found.text, found.usage) == ("Yes.", None)
    assert len(orjson.dumps(found.usage_raw)) < 1000


WRONG = {
    "negative": Usage(input_tokens=-1, output_tokens=5),
    "no input": Usage(input_tokens=0, output_tokens=5),
    "no output for a text": Usage(input_tokens=5, output_tokens=0),
    "impossible": Usage(input_tokens=10**12, output_tokens=5),
    "more cached than sent": Usage(input_tokens=5, output_tokens=5, cache_read_input_tokens=6),
    "negative cache": Usage(input_tokens=5, output_tokens=5, cache_read_input_tokens=-2),
    "more thought than made": Usage(input_tokens=5, output_tokens=5, reasoning_output_tokens=9),
}


@case("Negative and impossible counts are unknown")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
async def test_counts_that_cannot_be_true(desk: Desk, wrong: Usage) -> None:
    for usage, source in await both(desk, replace(SPEECH, usage=wrong)):
        assert source is not UsageSource.REPORTED
        assert usage is None or usage.output_tokens <= 5 <= usage.input_tokens


@case("Absurd counts are marked")
async def test_counts_far_above_the_texts_are_kept_and_marked(desk: Desk) -> None:
    absurd = Usage(input_tokens=900_000, output_tokens=5)
    assert await both(desk, replace(SPEECH, usage=absurd)) == [(absurd, UsageSource.DOUBTFUL)] * 2


@case("Counts before a stream breaks off are not the bill")
async def test_counts_of_half_an_answer(desk: Desk) -> None:
    speech = Speech(texts=("Half ", "an "), reason=None)
    reply = replace(desk.form.stream(speech, gap_s=0.01), end=End.CUT)
    found = await desk.ask(reply)
    assert (found.text, found.finish_reason) == ("Half an ", None)
    assert found.usage_source is not UsageSource.REPORTED
