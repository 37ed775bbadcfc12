"""A forecast in words: an estimate is marked, an unknown price is said."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.errors import TemplateError
from prompt_workbench.domain.messages import BlobPart, Message, Role, text_message
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.services.prompts import CallForecast, Forecast, RenderedMessage
from prompt_workbench.ui.prompts.forecast_words import (
    forecast_details,
    forecast_line,
    forecast_warnings,
)


def call(
    name: str, low: str | None, high: str | None = None, context: int | None = None
) -> CallForecast:
    return CallForecast(
        model=ModelRef(provider="fake", model=name),
        low_usd=None if low is None else Decimal(low),
        high_usd=None if low is None else Decimal(high or low),
        context_size=context,
        input_tokens=1412,
    )


def forecast(*calls: CallForecast, errors: tuple[TemplateError, ...] = ()) -> Forecast:
    message = RenderedMessage(message=text_message(Role.USER, "Hi"), errors=errors)
    return Forecast(messages=(message,), input_tokens=1412, calls=calls)


def test_one_model_needs_no_name() -> None:
    assert forecast_line(forecast(call("a", "0.0006", "0.0021")), ()) == (
        "≈ 1,412 tokens · $0.00060–0.0021"
    )


def test_several_models_are_named_and_an_unknown_price_is_said() -> None:
    line = forecast_line(forecast(call("a", "0"), call("b", None)), ())
    assert line == "≈ 1,412 tokens · a $0 · b price unknown"


def test_missing_values_are_not_in_the_estimate() -> None:
    assert forecast_line(forecast(), ("ticket",)) == "≈ 1,412 tokens without the value of “ticket”"
    assert forecast_line(forecast(), ("a", "b")) == "≈ 1,412 tokens without 2 values"


def test_what_is_wrong_with_a_template_is_in_the_details() -> None:
    wrong = forecast(errors=(TemplateError("This section is never closed."),))
    assert forecast_line(wrong, ()) == "Cannot be sent: a template is wrong"
    assert forecast_details(wrong) == "This section is never closed."


def test_a_context_that_is_too_small_is_a_warning() -> None:
    long = forecast(call("a", "0", context=1024))
    assert forecast_warnings(long) == ["Probably longer than the context of fake/a (1,024 tokens)"]
    assert forecast_details(long).startswith(
        "fake/a: ≈ 1,412 tokens of input, estimated without the model's tokenizer; a call costs $0"
    )


def test_what_was_counted_is_not_marked_as_an_estimate() -> None:
    counted = replace(call("a", "0"), input_tokens=1398, encoding="o200k_base")
    found = replace(forecast(counted), input_tokens=1398, is_counted=True)
    assert forecast_line(found, ()) == "1,398 tokens · $0"
    assert "fake/a: 1,398 tokens of input, counted with o200k_base" in forecast_details(found)


def test_a_model_that_cannot_see_the_files_is_named_before_it_is_paid() -> None:
    blind = replace(call("a", "0"), lacking=(Capability.VISION, Capability.FILES))
    assert forecast_warnings(forecast(blind, call("b", "0"))) == [
        "fake/a takes no images and no PDF: it will refuse the prompt or not see what is in it"
    ]


def test_a_file_in_a_message_that_takes_none_is_told() -> None:
    file = BlobPart(mime_type="image/png", content="AAAA")
    misplaced = RenderedMessage(message=Message(role=Role.SYSTEM, parts=(file,)))
    found = replace(forecast(call("a", "0")), messages=(misplaced,))
    assert forecast_warnings(found) == [
        "Models take files only in messages of the user, not of the system"
    ]
