"""How litellm is told where a provider is, and which key and account to use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.settings.registry import MODELS

PROVIDER = "provider"
"""The option of an endpoint that says which of litellm's providers it is."""

_PATHS = {"cohere": "/v2/chat", "anthropic": "/v1/messages"}
"""What litellm does not add to the address by itself."""
_ADDRESSES = {"bedrock": "aws_bedrock_runtime_endpoint"}
"""What the address is called where it is not ``api_base``."""
_NAMES = {"region": "aws_region_name", "access_key_id": "aws_access_key_id"}
_BARE = {"cohere", "cohere_chat"}
"""Whose readers want an event's data alone on a line, and stumble over what surrounds it."""
_NOT_FOR_LITELLM = {PROVIDER, MODELS, "resource"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """An endpoint as litellm sees it."""

    provider: str
    """One of litellm's providers."""
    base_url: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def line(self) -> bytes:
        """How litellm's reader expects an event, with ``%b`` for its data."""
        return b"%b\n" if self.provider in _BARE else b"data: %b\n\n"

    def named(self, body: JsonObject) -> JsonObject:
        """Return a request with its model named as litellm names it."""
        return {**body, "model": f"{self.provider}/{body['model']}"}

    def arguments(self, body: JsonObject, key: str | None) -> JsonObject:
        """Return the arguments of the call, with the address and the key."""
        found: JsonObject = dict(body)
        found[_ADDRESSES.get(self.provider, "api_base")] = (
            f"{self.base_url}{_PATHS.get(self.provider, '')}"
        )
        for name, value in self.options.items():
            found[_NAMES.get(name, name)] = value
        if key:
            secret = "access_key_id" in self.options
            found["aws_secret_access_key" if secret else "api_key"] = key
        return found


def route_of(endpoint: Endpoint) -> Route:
    """Return how litellm is told of an endpoint."""
    return Route(
        provider=endpoint.options[PROVIDER],
        base_url=endpoint.base_url.rstrip("/"),
        options={
            name: value for name, value in endpoint.options.items() if name not in _NOT_FOR_LITELLM
        },
    )
