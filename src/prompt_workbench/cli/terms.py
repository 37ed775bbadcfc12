"""``pwb models set-price`` and ``remove-price``: what a person pays for a model."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from prompt_workbench.cli.arguments import amount_from_text
from prompt_workbench.cli.output import print_json, print_text
from prompt_workbench.cli.records import model_record
from prompt_workbench.cli.session import JsonOption, session
from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.money import price
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.domain.usage import Price


def set_price(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="Such as openai/gpt-5.")],
    input_price: Annotated[
        str | None, typer.Option("--input", metavar="USD", help="Per million input tokens.")
    ] = None,
    output_price: Annotated[
        str | None, typer.Option("--output", metavar="USD", help="Per million output tokens.")
    ] = None,
    cache_read: Annotated[
        str | None, typer.Option(metavar="USD", help="Per million tokens read from a cache.")
    ] = None,
    cache_write: Annotated[
        str | None, typer.Option(metavar="USD", help="Per million tokens written to a cache.")
    ] = None,
    reasoning: Annotated[
        str | None, typer.Option(metavar="USD", help="Per million tokens of reasoning.")
    ] = None,
    discount: Annotated[
        str | None, typer.Option(metavar="PERCENT", help="Taken off the price.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="From when on, as YYYY-MM-DD; else today.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what you pay for a model; calls keep the price that they were paid at."""
    prices = _price(
        input=input_price,
        output=output_price,
        cache_read=cache_read,
        cache_creation=cache_write,
        reasoning=reasoning,
    )
    models, ref = session(context).person.models, model_ref(model)
    percent = _percent(discount)
    day = _day(since)
    asyncio.run(models.set_price(ref, prices, discount_percent=percent, since=day))
    info = asyncio.run(models.info(ref))
    if as_json:
        print_json(model_record(info))
    else:
        print_text(f"{ref} costs {price_words(info)} per million tokens, {info.price_source}")


def remove_price(
    context: typer.Context,
    model: Annotated[str, typer.Argument(help="Such as openai/gpt-5.")],
    as_json: JsonOption = False,
) -> None:
    """Forget the prices and discounts that you gave for a model."""
    models, ref = session(context).person.models, model_ref(model)
    asyncio.run(models.remove_price(ref))
    info = asyncio.run(models.info(ref))
    if as_json:
        print_json(model_record(info))
    else:
        print_text(f"{ref} costs {price_words(info)} per million tokens")


def price_words(info: ModelInfo) -> str:
    """Return the prices of input and output, exactly, in dollars per million tokens."""
    if info.local:
        return "free, runs here"
    if info.price is None:
        return "unknown"
    return f"{price(info.price.input)} / {price(info.price.output)}"


def _price(**texts: str | None) -> Price | None:
    """Return the price of the figures of `Price` that are given; None where none is."""
    figures = {name: amount_from_text(text, what="a price") for name, text in texts.items()}
    if all(figure is None for figure in figures.values()):
        return None
    given, made = figures.pop("input"), figures.pop("output")
    if given is None or made is None:
        raise InvalidInputError(
            "A price needs a figure for input and one for output.",
            hint="Give both --input and --output; 0 stands for free.",
        )
    return Price(
        input=given,
        output=made,
        cache_read=figures.get("cache_read"),
        cache_creation=figures.get("cache_creation"),
        reasoning=figures.get("reasoning"),
    )


def _percent(text: str | None) -> Decimal:
    """Return a number of percent; 0 unless given."""
    try:
        return Decimal(0 if text is None else text.strip().removesuffix("%").strip())
    except InvalidOperation:
        raise InvalidInputError(
            f"“{text}” is no discount.", hint="Write a number of percent, such as 20."
        ) from None


def _day(text: str | None) -> date:
    """Return a day; today unless given."""
    if text is None:
        return datetime.now(UTC).astimezone().date()
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInputError(f"“{text}” is no day.", hint="Write it as 2026-01-31.") from None
