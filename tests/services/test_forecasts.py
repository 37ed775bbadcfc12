"""What is known of a prompt before it is sent: its messages, tokens and cost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import PromptContent, PromptInput
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.usage import Price, PriceStep
from prompt_workbench.services.workbench import Workbench
from prompt_workbench_runtime.render import Language


def content(*texts: str, language: Language = Language.MUSTACHE, **more: object) -> PromptContent:
    messages = tuple(text_message(Role.USER, text) for text in texts)
    return PromptContent(messages=messages, language=language, **more)  # type: ignore[arg-type]


def model(name: str, price: Price | None = None, context_size: int | None = None) -> ModelInfo:
    return ModelInfo(
        ref=ModelRef(provider="fake", model=name),
        origin="http://127.0.0.1",
        price=price,
        context_size=context_size,
    )


PRICED = model("priced", Price(input=Decimal(1), output=Decimal(10)))
FREE = model("free", Price(input=Decimal(0), output=Decimal(0)))
UNPRICED = model("unpriced")


@pytest.mark.parametrize("language", Language)
async def test_messages_are_shown_as_they_would_be_sent(
    bench: Workbench, language: Language
) -> None:
    text = "Answer {mail}" if language is Language.FSTRING else "Answer {{mail}}"
    forecast = await bench.prompts.forecast(content(text, language=language), {"mail": "hi & bye"})
    assert [each.message.text for each in forecast.messages] == ["Answer hi & bye"]
    assert forecast.errors == ()


async def test_a_default_fills_in_what_is_not_given(bench: Workbench) -> None:
    prompt = content("Hello {{name}}", inputs=(PromptInput(name="name", default="you"),))
    forecast = await bench.prompts.forecast(prompt, {})
    assert forecast.messages[0].message.text == "Hello you"


@pytest.mark.parametrize("language", [Language.MUSTACHE, Language.JINJA])
async def test_one_bad_text_does_not_hide_the_others(bench: Workbench, language: Language) -> None:
    prompt = content("Be kind to {{name}}.", "Line one\nand {{ticket}}", language=language)
    forecast = await bench.prompts.forecast(prompt, {"name": "Ada"}, [PRICED])
    good, bad = forecast.messages
    assert good.message.text == "Be kind to Ada."
    assert bad.message.text == "Line one\nand {{ticket}}"
    (error,) = bad.errors
    assert error.line == 2
    assert "ticket" in error.message
    assert forecast.calls == ()


async def test_a_call_costs_between_a_short_and_the_longest_answer(bench: Workbench) -> None:
    prompt = content("x" * 396, settings=ModelSettings(max_tokens=100))
    forecast = await bench.prompts.forecast(prompt, {}, [PRICED])
    # 396 letters are about 99 tokens, and a message's frame about 4.
    assert forecast.input_tokens == 103
    (call,) = forecast.calls
    million = Decimal(1_000_000)
    assert (call.low_usd, call.high_usd) == ((103 + 10 * 10) / million, (206 + 1000) / million)


async def test_an_unknown_price_is_unknown_and_a_free_model_costs_nothing(
    bench: Workbench,
) -> None:
    forecast = await bench.prompts.forecast(content("Hi"), {}, [UNPRICED, FREE])
    costs = [(call.low_usd, call.high_usd) for call in forecast.calls]
    assert costs == [(None, None), (Decimal(0), Decimal(0))]


async def test_a_request_longer_than_the_context_is_noticed(bench: Workbench) -> None:
    small = model("small", context_size=120)
    prompt = content("x" * 396, settings=ModelSettings(max_tokens=16))
    (short,) = (await bench.prompts.forecast(prompt, {}, [small])).calls
    assert short.context_size is None
    longer = content("x" * 396, settings=ModelSettings(max_tokens=18))
    (call,) = (await bench.prompts.forecast(longer, {}, [small])).calls
    assert call.context_size == 120


async def test_long_requests_and_reasoning_are_estimated_at_their_own_prices(
    bench: Workbench,
) -> None:
    dear = PriceStep(more_than=150, price=Price(input=Decimal(5), output=Decimal(50)))
    price = Price(input=Decimal(1), output=Decimal(10), reasoning=Decimal(30), steps=(dear,))
    prompt = content("x" * 396, settings=ModelSettings(max_tokens=100))
    (call,) = (await bench.prompts.forecast(prompt, {}, [model("thinker", price)])).calls
    million = Decimal(1_000_000)
    # 103 tokens are a short request; twice as many, the upper end, are a long one.
    assert (call.low_usd, call.high_usd) == ((103 + 100) / million, (206 * 5 + 5000) / million)
    short = Price(input=Decimal(1), output=Decimal(10), reasoning=Decimal(30))
    (call,) = (await bench.prompts.forecast(prompt, {}, [model("thinker", short)])).calls
    assert call.high_usd == (206 + 100 * 30) / million


GPT = ModelInfo(
    ref=ModelRef(provider="openai", model="gpt-4o"),
    origin="https://api.openai.com",
    price=Price(input=Decimal(1), output=Decimal(0)),
)


async def test_the_input_of_a_model_of_openai_is_counted_and_so_is_its_cost(
    bench: Workbench,
) -> None:
    prompt = content("tiktoken is great!", settings=ModelSettings(max_tokens=1))
    forecast = await bench.prompts.forecast(prompt, {}, [GPT])
    (call,) = forecast.calls
    assert (call.input_tokens, call.encoding) == (13, "o200k_base")
    assert (forecast.input_tokens, forecast.is_counted) == (13, True)
    assert call.low_usd == call.high_usd == Decimal("0.000013")


async def test_beside_a_model_that_can_only_be_estimated_the_number_is_an_estimate(
    bench: Workbench,
) -> None:
    forecast = await bench.prompts.forecast(content("tiktoken is great!"), {}, [GPT, PRICED])
    assert [call.encoding for call in forecast.calls] == ["o200k_base", ""]
    assert not forecast.is_counted
