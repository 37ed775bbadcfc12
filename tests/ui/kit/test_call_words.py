"""A stored call in words, as its inspector shows it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec import structs
from tests.storage import examples
from tests.ui.compare.runs import a_run

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.generations import Generation
from prompt_workbench.domain.usage import Cost, CostSource, Usage, UsageSource
from prompt_workbench.ui.kit.call_words import cost_facts

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
