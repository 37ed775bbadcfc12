"""A forecast in words: an estimate is marked, an unknown price is said."""

from __future__ import annotations

from decimal import Decimal

from prompt_workbench.domain.errors import TemplateError
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.services.prompts import CallForecast, Forecast, RenderedMessage
from prompt_workbench.ui.prompts.forecast_words import (
    context_warnings,
    forecast_details,
    forecast_line,
)


def call(
    name: str, low: str | None, high: str | None = None, context: int | None = None
) -> CallForecast:
    return CallForecast(
        model=ModelRef(provider="fake", model=name),
        low_usd=None if low is None else Decimal(low),
        high_usd=None if low is None else Decimal(high or low),
        context_size=context,
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
    assert context_warnings(long) == ["Probably longer than the context of fake/a (1,024 tokens)"]
    assert "fake/a: a call costs $0" in forecast_details(long)
