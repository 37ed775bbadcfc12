"""The forecast of a prompt in words: tokens, cost on each model, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence

from prompt_workbench.domain.attachments import refusal_words
from prompt_workbench.domain.messages import Role
from prompt_workbench.services.prompts import CallForecast, Forecast
from prompt_workbench.ui.kit import formats

_ESTIMATED = "estimated without the model's tokenizer"


def forecast_line(forecast: Forecast, missing: Sequence[str]) -> str:
    """Return one line, as in ``≈ 412 tokens · $0.0006–0.0021``.

    Args:
        forecast: What would be sent.
        missing: The inputs without a value that keep it from being sent.
    """
    tokens = _tokens(forecast.input_tokens, counted=forecast.is_counted)
    if missing:
        return f"{tokens} without {_values_of(missing)}"
    if forecast.errors:
        return "Cannot be sent: a template is wrong"
    names = len(forecast.calls) > 1
    return " · ".join((tokens, *(_cost(call, named=names) for call in forecast.calls)))


def forecast_details(forecast: Forecast) -> str:
    """Return all that is known, a line for each model, or for what is wrong."""
    if forecast.errors:
        return "\n".join(str(error) for error in forecast.errors)
    lines = []
    if not forecast.calls:
        lines.append(f"{_tokens(forecast.input_tokens)} of input, {_ESTIMATED}")
    for call in forecast.calls:
        tokens = _tokens(call.input_tokens, counted=bool(call.encoding))
        how = f"counted with {call.encoding}" if call.encoding else _ESTIMATED
        known = "no price is known" if call.low_usd is None else f"a call costs {_range(call)}"
        lines.append(f"{call.model}: {tokens} of input, {how}; {known}")
    return "\n".join((*lines, *forecast_warnings(forecast)))


def forecast_warnings(forecast: Forecast) -> list[str]:
    """Return what should be known before the prompt is sent."""
    return [
        *(
            f"Probably longer than the context of {call.model} ({call.context_size:,} tokens)"
            for call in forecast.calls
            if call.context_size is not None
        ),
        *(
            f"{refusal_words(call.model, call.lacking)}: "
            "it will refuse the prompt or not see what is in it"
            for call in forecast.calls
            if call.lacking
        ),
        *(
            f"Models take files only in messages of the user, not of the {rendered.message.role}"
            for rendered in forecast.messages
            if rendered.message.files and rendered.message.role is not Role.USER
        ),
    ]


def _tokens(number: int, *, counted: bool = False) -> str:
    return f"{'' if counted else '≈ '}{number:,} token{'s'[: number != 1]}"


def _values_of(missing: Sequence[str]) -> str:
    if len(missing) > 1:
        return f"{len(missing)} values"
    return f"the value of “{missing[0]}”"


def _cost(call: CallForecast, *, named: bool) -> str:
    price = "price unknown" if call.low_usd is None else _range(call)
    return f"{call.model.model} {price}" if named else price


def _range(call: CallForecast) -> str:
    if call.low_usd is None or call.high_usd is None:
        return formats.UNKNOWN
    return formats.money_range(call.low_usd, call.high_usd)
