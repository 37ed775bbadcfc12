"""What is said of keys, prices and trials."""

from __future__ import annotations

from decimal import Decimal

import pytest

from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.requests import GenerationRequest, model_ref
from prompt_workbench.domain.usage import UNKNOWN_COST, Price, PriceStep
from prompt_workbench.services.keys import KeyPlace, KeyState
from prompt_workbench.services.models import Endpoint
from prompt_workbench.services.providers import Provider, TryPlan, TryResult
from prompt_workbench.ui.preferences.words import (
    key_words,
    model_cells,
    model_words,
    plan_words,
    result_words,
    short_key_words,
)

REF = model_ref("a/m")
LONG = PriceStep(more_than=200_000, price=Price(input=Decimal(2), output=Decimal(4)))
PRICED = ModelInfo(
    ref=REF,
    origin="https://a.example.org",
    price=Price(input=Decimal("0.0375"), output=Decimal(10), steps=(LONG,)),
    price_source="price list of 2026-11-26",
    context_size=128_000,
    max_output_tokens=4_096,
    capabilities=frozenset({Capability.TOOLS, Capability.VISION}),
)
UNPRICED = ModelInfo(ref=REF, origin="https://a.example.org", price=None)


def provider(key: KeyState, *, needs_key: bool = True) -> Provider:
    endpoint = Endpoint(name="a", base_url="https://a.example.org/v1")
    page = "https://a.example.org/keys"
    return Provider(endpoint=endpoint, title="A", key=key, key_page=page, needs_key=needs_key)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (KeyState(place=KeyPlace.KEYRING, ending="wxyz"), "keyring of this computer, ending in wx"),
        (KeyState(place=KeyPlace.SESSION), "Kept until this program ends."),
        (KeyState(place=KeyPlace.ENVIRONMENT, variable="A_KEY"), "environment variable A_KEY."),
        (KeyState(place=KeyPlace.UNKNOWN), "is not known, because the keyring does not tell"),
        (KeyState(place=KeyPlace.NONE), "none yet. Get one at https://a.example.org/keys"),
    ],
)
def test_a_person_is_told_where_a_key_is(key: KeyState, words: str) -> None:
    assert words in key_words(provider(key))


def test_a_missing_key_is_a_flaw_only_where_one_is_needed() -> None:
    none = KeyState(place=KeyPlace.NONE)
    assert short_key_words(provider(KeyState(place=KeyPlace.UNKNOWN))) == ""
    assert short_key_words(provider(none)) == "no key"
    assert short_key_words(provider(none, needs_key=False)) == ""
    assert "usually needs none" in key_words(provider(none, needs_key=False))


def test_a_model_is_told_in_one_row_and_explained_below() -> None:
    assert model_cells(PRICED) == ["m", "128,000", "$0.0375", "$10.00", "images, tools"]
    assert model_words(PRICED).splitlines() == [
        "Per million tokens: input $0.0375, output $10.00",
        "In requests of more than 200,000 tokens: input $2.00, output $4.00",
        "Source of the price: price list of 2026-11-26",
        "It answers with at most 4,096 tokens.",
    ]


def test_what_is_not_known_is_not_invented() -> None:
    assert model_cells(UNPRICED) == ["m", "", "unknown", "unknown", ""]
    assert "not known" in model_words(UNPRICED)


def plan(most: str | None) -> str:
    usd = None if most is None else Decimal(most)
    request = GenerationRequest(model=REF, messages=())
    return plan_words(TryPlan(model=PRICED, request=request, most_usd=usd))


def test_the_price_of_a_trial_is_told_beforehand() -> None:
    assert "at most $0.00012, and counts in no project" in plan("0.00012")
    assert "costs nothing" in plan("0")
    assert "not known" in plan(None)


def test_a_trial_tells_what_came_back() -> None:
    result = TryResult(model=REF, text="Ok\nthen", duration_s=0.5, cost=UNKNOWN_COST)
    assert (
        result_words(result)
        == "It works. a/m answered “Ok then” in 500 ms, what it cost is unknown."
    )
    silent = TryResult(model=REF, text="", duration_s=0.5, cost=UNKNOWN_COST)
    assert "a model that thinks" in result_words(silent)
