"""A stored call in words, as its inspector shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec import structs
from tests.storage import examples
from tests.ui.compare.runs import a_run

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.domain.generations import Attempt, Generation
from prompt_workbench.domain.messages import TextPart, ToolCallPart
from prompt_workbench.domain.usage import Cost, CostSource, Usage, UsageSource
from prompt_workbench.ui.kit.call_words import (
    answer_text,
    attempt_words,
    cost_facts,
    passed_over_words,
)
from prompt_workbench.ui.kit.error_words import ERROR_WORDS, done_words

COUNTS: Json = {"prompt_tokens": 5000, "completion_tokens": 3}


def facts(source: UsageSource, raw: Json) -> dict[str, str]:
    call = examples.sent(a_run(), 0)
    usage = Usage(input_tokens=5000, output_tokens=3)
    cost = Cost(usd=Decimal("0.0025"), source=CostSource.ESTIMATED)
    answer = examples.answer(call, usage=usage, usage_source=source, cost=cost)
    body = structs.replace(answer.body, usage_raw=raw)
    return dict(cost_facts(Generation(summary=answer.summary, body=body)))


@pytest.mark.parametrize(
    ("source", "raw", "words"),
    [
        (UsageSource.REPORTED, COUNTS, "reported by the provider"),
        (UsageSource.DOUBTFUL, COUNTS, "reported by the provider, but in doubt"),
        (UsageSource.ESTIMATED, None, "estimated here; the provider reported none"),
        (UsageSource.ESTIMATED, {"prompt_tokens": -1}, "reported none that can be true"),
        (UsageSource.MISSING, None, "missing; the provider reported none"),
    ],
)
def test_where_the_tokens_of_a_call_are_known_from(
    source: UsageSource, raw: Json, words: str
) -> None:
    found = facts(source, raw)
    assert words in found["Usage"]
    assert found["Input tokens"] == "5,000"


MOMENT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
BUSY = Attempt(
    number=1,
    started_at=MOMENT,
    status=529,
    error_kind=ProviderErrorKind.OVERLOADED,
    error="Overloaded.",
    wait_s=0.5,
    model="a/m",
)


def test_an_attempt_says_which_model_it_was_and_how_long_the_next_one_was_put_off() -> None:
    assert attempt_words(BUSY).endswith("a/m · status 529 · Overloaded. · sent again after 500 ms")


def test_what_became_of_the_models_that_were_asked_before() -> None:
    late = structs.replace(BUSY, model="b/m", error_kind=ProviderErrorKind.TIMEOUT)
    own = Attempt(number=3, started_at=MOMENT, status=200)
    words = passed_over_words((BUSY, BUSY, late, own))
    assert words == "a/m was overloaded and b/m did not answer in time"
    assert passed_over_words((own,)) == ""


@pytest.mark.parametrize("kind", list(ProviderErrorKind))
def test_every_kind_of_error_has_its_words(kind: ProviderErrorKind) -> None:
    assert ERROR_WORDS[kind]
    assert done_words("a/m", kind) != done_words("a/m", None)


def test_an_answer_shows_the_tools_that_it_calls() -> None:
    call = ToolCallPart(id="1", name="find", arguments='{"id": 7}')
    body = examples.answer(examples.sent(a_run(), 0)).body
    both = structs.replace(body, text="Wait.", parts=(TextPart(content="Wait."), call))
    assert answer_text(both) == 'Wait.\n\n[calls find]\n{"id": 7}'
    only = structs.replace(body, text="", parts=(call,))
    assert answer_text(only) == '[calls find]\n{"id": 7}'
