"""How a provider that is known beforehand is declared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.origins import origin_of
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.settings.registry import MODELS

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderField:
    """What a person has to say of their account beside the key; no secret."""

    name: str
    title: str
    example: str
    pattern: str = r"[A-Za-z0-9._-]+"
    """What a value has to look like."""
    default: str = ""
    is_required: bool = True

    def checked(self, value: str) -> str:
        """Return the value, or the default where there is none.

        Raises:
            InvalidInputError: It is missing, or cannot be one.
        """
        value = value.strip() or self.default
        if not value and not self.is_required:
            return ""
        if not re.fullmatch(self.pattern, value):
            problem = f"“{value}” cannot be it." if value else "It is missing."
            raise InvalidInputError(
                f"{self.title}: {problem}", hint=f"It looks like {self.example}."
            )
        return value


def models_field(example: str) -> ProviderField:
    """Return the field for the models of a provider that gives no list of them."""
    return ProviderField(
        name=MODELS, title="Models", example=example, pattern=r"[^\s,]+(\s*,\s*[^\s,]+)*"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownProvider:
    """Where a provider is, what it speaks, and how a person gets a key for it."""

    name: str
    """Its models are named ``NAME/model``."""
    title: str
    base_url: str
    """May name fields in braces, such as a region, that are part of a person's own address."""
    interface: Interface = Interface.OPENAI_CHAT
    key_page: str = ""
    """Where a person gets a key; empty where none is needed."""
    variables: tuple[str, ...] = ()
    """The environment variables that may hold its key; the first that is set counts."""
    fields: tuple[ProviderField, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    """What is passed to litellm for it, by names that litellm knows."""

    @property
    def needs_key(self) -> bool:
        """Whether it answers only with a key."""
        return bool(self.key_page)

    @property
    def is_local(self) -> bool:
        """Whether it is a program that a person runs on this computer, at no price."""
        return not self.key_page

    @property
    def names_models(self) -> bool:
        """Whether the person names its models, since it cannot be asked for them."""
        return any(field.name == MODELS for field in self.fields)

    @property
    def shown_address(self) -> str:
        """Its address, with the names of fields in capitals."""
        return _PLACEHOLDER.sub(lambda found: found[1].upper(), self.base_url)

    @property
    def can_be_called(self) -> bool:
        """Whether it can be called by its name without being added, as nothing has to be said."""
        return all(field.default or not field.is_required for field in self.fields)

    @property
    def has_one_address(self) -> bool:
        """Whether its address is the same for everybody."""
        return "{" not in self.base_url

    def is_at(self, base_url: str) -> bool:
        """Return whether an address is this provider's own, whoever's account it is."""
        if self.has_one_address:
            return origin_of(base_url) == origin_of(self.base_url)
        parts = _PLACEHOLDER.split(self.base_url)
        whole = r"[a-z0-9-]+".join(map(re.escape, parts[::2]))
        return re.fullmatch(whole, origin_of(base_url)) is not None

    def endpoint(self, name: str = "", values: Mapping[str, str] | None = None) -> Endpoint:
        """Return the endpoint to be added for it, under its own name or another one.

        Args:
            name: Another name.
            values: What the person says for its fields, by their names.

        Raises:
            InvalidInputError: A field is missing, unknown, or cannot be what is said.
        """
        given = self._checked(values or {})
        price = Decimal(0) if self.is_local else None
        return Endpoint(
            name=name or self.name,
            base_url=_PLACEHOLDER.sub(lambda found: given[found[1]], self.base_url),
            interface=self.interface,
            input_price=price,
            output_price=price,
            options=dict(self.options) | {name: value for name, value in given.items() if value},
        )

    def _checked(self, values: Mapping[str, str]) -> dict[str, str]:
        known = {field.name for field in self.fields}
        for name in values:
            if name not in known:
                raise InvalidInputError(
                    f"{self.title} has no field named {name}.",
                    hint=f"Its fields are: {', '.join(sorted(known)) or 'none'}.",
                )
        return {field.name: field.checked(values.get(field.name, "")) for field in self.fields}
