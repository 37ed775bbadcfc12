"""The JSON form of a price: US dollars per million tokens as decimal texts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from prompt_workbench.domain.canonical import Json, JsonObject, without_absent
from prompt_workbench.domain.usage import Price, PriceStep

_FIGURES = ("input", "output", "cache_read", "cache_creation", "reasoning")


def price_to_json(price: Price) -> JsonObject:
    """Return the JSON form of a price; absent figures are left out."""
    return without_absent(
        {
            **{name: amount_text(getattr(price, name)) for name in _FIGURES},
            "steps": [
                {"more_than": step.more_than, **price_to_json(step.price)} for step in price.steps
            ]
            or None,
        }
    )


def price_from_json(value: Mapping[str, Json]) -> Price:
    """Return the price of its JSON form; fields that belong to something else are passed over.

    Raises:
        ValueError: It lacks a figure, or one is no number.
        TypeError: A part of it has the wrong type.
    """
    given, made = amount(value.get("input")), amount(value.get("output"))
    if given is None or made is None:
        raise ValueError("a price needs a figure for input and one for output")
    steps = value.get("steps", [])
    if not isinstance(steps, list):
        raise TypeError("the steps of a price are no list")
    return Price(
        input=given,
        output=made,
        cache_read=amount(value.get("cache_read")),
        cache_creation=amount(value.get("cache_creation")),
        reasoning=amount(value.get("reasoning")),
        steps=tuple(map(_step, steps)),
    )


def amount(value: object) -> Decimal | None:
    """Return an amount that a JSON text or number stands for; None stays None.

    Raises:
        ValueError: The text is no number.
        TypeError: It is neither text nor number.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TypeError("an amount is no text")
    try:
        return Decimal(value)
    except InvalidOperation:
        raise ValueError("an amount is no number") from None


def amount_text(value: Decimal | None) -> str | None:
    """Return an amount without an exponent; None stays None."""
    return None if value is None else format(value, "f")


def _step(value: Json) -> PriceStep:
    if not isinstance(value, dict) or not isinstance(more_than := value.get("more_than"), int):
        raise TypeError("a step of a price does not say where it begins")
    return PriceStep(more_than=more_than, price=price_from_json(value))
