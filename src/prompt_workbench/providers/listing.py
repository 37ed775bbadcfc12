"""What is said of a model, by the price table or by the server that has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from prompt_workbench.domain.canonical import Json, JsonObject, without_absent
from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.price_json import price_from_json, price_to_json
from prompt_workbench.domain.usage import Price


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is said of one model; None stands for what is not said."""

    price: Price | None = None
    batch_price: Price | None = None
    """What calls in a batch cost."""
    context_size: int | None = None
    """In tokens."""
    max_output_tokens: int | None = None
    capabilities: frozenset[Capability] | None = None
    retires_on: date | None = None
    """From when on its provider no longer has it."""
    remark: str = ""

    @property
    def note(self) -> str:
        """What a person should know before they use it."""
        notes = [self._retirement(), self.remark]
        if self.price is not None and self.price.steps:
            more_than = self.price.steps[0].more_than
            notes.append(f"Requests of more than {more_than:,} tokens cost more.")
        return " ".join(filter(None, notes))

    def completed(self, other: Listing) -> Listing:
        """Return this, with what it does not say taken from another."""
        return Listing(
            price=other.price if self.price is None else self.price,
            batch_price=self.batch_price or other.batch_price,
            context_size=self.context_size or other.context_size,
            max_output_tokens=self.max_output_tokens or other.max_output_tokens,
            capabilities=other.capabilities if self.capabilities is None else self.capabilities,
            retires_on=self.retires_on or other.retires_on,
            remark=self.remark or other.remark,
        )

    def _retirement(self) -> str:
        if self.retires_on is None:
            return ""
        is_over = self.retires_on <= datetime.now(UTC).date()
        return f"Its provider {'withdrew' if is_over else 'withdraws'} it on {self.retires_on}."


UNLISTED = Listing()


def listing_to_json(listing: Listing) -> JsonObject:
    """Return the JSON form: one object, with the figures of the price beside the rest."""
    can, day = listing.capabilities, listing.retires_on
    names: list[Json] | None = None if can is None else [*sorted(each.value for each in can)]
    return without_absent(
        {
            **({} if listing.price is None else price_to_json(listing.price)),
            "batch": None if listing.batch_price is None else price_to_json(listing.batch_price),
            "context": listing.context_size,
            "output_limit": listing.max_output_tokens,
            "can": names,
            "retires": None if day is None else day.isoformat(),
            "note": listing.remark or None,
        }
    )


def listing_from_json(entry: JsonObject) -> Listing:
    """Return the listing of its JSON form.

    Raises:
        ValueError: A figure, a day or an ability in it is none.
        TypeError: A part of it has the wrong type.
    """
    can, day, batch = entry.get("can"), entry.get("retires"), entry.get("batch")
    return Listing(
        price=price_from_json(entry) if "input" in entry else None,
        batch_price=price_from_json(batch) if isinstance(batch, dict) else None,
        context_size=_count(entry.get("context")),
        max_output_tokens=_count(entry.get("output_limit")),
        capabilities=None if not isinstance(can, list) else frozenset(map(_capability, can)),
        retires_on=date.fromisoformat(day) if isinstance(day, str) else None,
        remark=str(entry.get("note", "")),
    )


def _capability(name: Json) -> Capability:
    return Capability(str(name))


def _count(value: Json) -> int | None:
    return value if isinstance(value, int) else None
