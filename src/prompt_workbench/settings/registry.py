"""What a person added to the models that come with the program; never a key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

from prompt_workbench.domain.batches import BATCH_INTERFACES
from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.domain.requests import Interface, ModelRef
from prompt_workbench.domain.usage import Price
from prompt_workbench.settings.connection import DIRECT, Connection

LOCAL_PROVIDER = "local"
"""The provider name of the embedded model server; no endpoint may have it."""

BATCHES = "batches"
"""The option by which a server takes batches: what they cost, in percent of its price."""
_PERCENT = 100

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_NAME_HINT = (
    "Use small letters, digits, dots, dashes and underscores; start with a letter or digit."
)
_SECRET = re.compile("secret|token|password|credential|api_key|authorization")
"""What the names of options have in them that are none for a file."""
MODELS = "models"
"""The option in which a person names the models of a server that gives no list of them."""
_PRICE_HINT = "Give US dollars per million tokens, such as 0.15, or leave it out."


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A model server; its models are named ``NAME/model``."""

    name: str
    base_url: str
    interface: Interface = Interface.OPENAI_CHAT
    input_price: Decimal | None = None
    """US dollars per million input tokens; None when unknown."""
    output_price: Decimal | None = None
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the person says of their account there, by name; never a secret."""
    connection: Connection = DIRECT

    def __post_init__(self) -> None:
        _check_name(self.name, what="an endpoint")
        if self.name == LOCAL_PROVIDER:
            raise InvalidInputError(
                f"The name {LOCAL_PROVIDER} belongs to the embedded model server.",
                hint="Choose another name for the endpoint.",
            )
        _check_url(self.base_url)
        _check_options(self.name, self.options, self.interface)
        _check_prices(self.input_price, self.output_price)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """A GGUF file that the embedded server runs as ``local/NAME``."""

    name: str
    path: Path

    def __post_init__(self) -> None:
        _check_name(self.name, what="a local model")
        if not self.path.is_absolute():
            raise InvalidInputError(
                f"The path of the local model {self.name} must be absolute: {self.path}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a person pays for one model from a day on: a price, a discount, or both."""

    model: ModelRef
    since: date
    price: Price | None = None
    """None takes the price that the model has anyway."""
    discount_percent: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        if self.price is not None:
            price = self.price
            _check_prices(
                price.input,
                price.output,
                price.cache_read,
                price.cache_creation,
                price.reasoning,
            )
        if not (self.discount_percent.is_finite() and 0 <= self.discount_percent <= 100):
            raise InvalidInputError(
                f"A discount of {self.discount_percent} % is not possible.",
                hint="Give a number of percent from 0 to 100.",
            )
        if self.price is None and not self.discount_percent:
            raise InvalidInputError(
                f"Neither a price nor a discount is given for {self.model}.", hint=_PRICE_HINT
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRegistry:
    """All that the person added; a change returns a new registry."""

    endpoints: tuple[Endpoint, ...] = ()
    local: tuple[LocalModel, ...] = ()
    terms: tuple[Terms, ...] = ()

    def endpoint(self, name: str) -> Endpoint | None:
        """Return the endpoint of that name."""
        return next((item for item in self.endpoints if item.name == name), None)

    def local_model(self, name: str) -> LocalModel | None:
        """Return the added model of that name."""
        return next((item for item in self.local if item.name == name), None)

    def terms_of(self, model: ModelRef, day: date) -> Terms | None:
        """Return what the person pays for a model on a day, where they said so."""
        begun = [item for item in self.terms if item.model == model and item.since <= day]
        return max(begun, key=lambda item: item.since, default=None)

    def with_endpoint(self, endpoint: Endpoint) -> ModelRegistry:
        """Return the registry with the endpoint; one of the same name is replaced in place."""
        if self.endpoint(endpoint.name) is None:
            return replace(self, endpoints=(*self.endpoints, endpoint))
        kept = (endpoint if item.name == endpoint.name else item for item in self.endpoints)
        return replace(self, endpoints=tuple(kept))

    def without_endpoint(self, name: str) -> ModelRegistry:
        """Return the registry without the endpoint.

        Raises:
            NotFoundError: No endpoint has that name.
        """
        if self.endpoint(name) is None:
            raise _not_found("endpoint", name, [item.name for item in self.endpoints])
        return replace(self, endpoints=tuple(e for e in self.endpoints if e.name != name))

    def with_local(self, model: LocalModel) -> ModelRegistry:
        """Return the registry with the model; one of the same name is replaced."""
        others = (item for item in self.local if item.name != model.name)
        return replace(self, local=(*others, model))

    def without_local(self, name: str) -> ModelRegistry:
        """Return the registry without the model; its file stays where it is.

        Raises:
            NotFoundError: No added model has that name.
        """
        if self.local_model(name) is None:
            raise _not_found("local model", name, [item.name for item in self.local])
        return replace(self, local=tuple(item for item in self.local if item.name != name))

    def with_terms(self, terms: Terms) -> ModelRegistry:
        """Return the registry with the terms; those of the same model and day are replaced."""
        place = (terms.model, terms.since)
        others = (item for item in self.terms if (item.model, item.since) != place)
        return replace(self, terms=(*others, terms))

    def without_terms(self, model: ModelRef) -> ModelRegistry:
        """Return the registry without any terms of the model.

        Raises:
            NotFoundError: There are none.
        """
        if all(item.model != model for item in self.terms):
            raise NotFoundError(f"No price of your own is set for {model}.")
        return replace(self, terms=tuple(item for item in self.terms if item.model != model))


def _check_name(name: str, *, what: str) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidInputError(f"{name!r} cannot be the name of {what}.", hint=_NAME_HINT)


def _check_prices(*prices: Decimal | None) -> None:
    for price in prices:
        if price is not None and not (price.is_finite() and price >= 0):
            raise InvalidInputError(f"A price of {price} is not possible.", hint=_PRICE_HINT)


def _check_options(name: str, options: Mapping[str, str], interface: Interface) -> None:
    if interface is Interface.LITELLM and not options.get("provider"):
        raise InvalidInputError(
            f"The endpoint {name} does not say which provider of litellm it is.",
            hint="Give it the option provider, such as provider=cohere.",
        )
    for option, value in options.items():
        if option == BATCHES and interface in BATCH_INTERFACES:
            _check_percent(value)
        elif interface is not Interface.LITELLM and option != MODELS:
            raise InvalidInputError(f"The endpoint {name} has no option {option}.")
        if _SECRET.search(option):
            raise InvalidInputError(
                f"{option} may be a secret, and options are kept in a file.",
                hint=f"Give it as the key, with: pwb providers set-key {name}",
            )


def _check_percent(value: str) -> None:
    if not (value.isdecimal() and value.isascii() and int(value) <= _PERCENT):
        raise InvalidInputError(
            f"{value} is no share of a price.",
            hint=f"{BATCHES}=50 says that a call in a batch costs 50 % of the price.",
        )


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        complete = parts.scheme in {"http", "https"} and bool(parts.hostname)
        extra = bool(parts.query or parts.fragment) or parts.port == 0
    except ValueError:
        complete, extra, parts = False, False, urlsplit("")
    if "@" in parts.netloc:
        raise InvalidInputError(
            "The address of an endpoint must not contain a user name or a password.",
            hint="Leave them out of the address and store a key for the endpoint.",
        )
    if not complete or extra or any(character.isspace() for character in url):
        raise InvalidInputError(
            f"{url!r} is not the address of an endpoint.",
            hint="It looks like http://localhost:11434/v1.",
        )


def _not_found(what: str, name: str, known: list[str]) -> NotFoundError:
    hint = f"Known are: {', '.join(known)}." if known else "None has been added."
    return NotFoundError(f"There is no {what} named {name}.", hint=hint)
