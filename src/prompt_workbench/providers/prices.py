"""What models cost and can do at their own providers, from litellm's table, read as data.

A selection of the table is part of this program; see ``resources/prices/README.md``. Only an
endpoint at a provider's own host has the provider's prices: a gateway or a server of one's own
may charge anything. What the table does not know has no price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import orjson

from prompt_workbench.domain.canonical import Json
from prompt_workbench.providers.listing import UNLISTED, Listing, listing_from_json
from prompt_workbench.system.paths import resources_dir

_HOSTS = {
    "api.openai.com": "openai",
    "api.anthropic.com": "anthropic",
    "generativelanguage.googleapis.com": "gemini",
    "api.mistral.ai": "mistral",
    "api.groq.com": "groq",
    "api.deepseek.com": "deepseek",
    "api.x.ai": "xai",
    "api.cerebras.ai": "cerebras",
    "api.together.xyz": "together_ai",
    "api.together.ai": "together_ai",
    "api.fireworks.ai": "fireworks_ai",
    "api.deepinfra.com": "deepinfra",
    "api.novita.ai": "novita",
    "api.hyperbolic.xyz": "hyperbolic",
    "api.studio.nebius.com": "nebius",
    "api.sambanova.ai": "sambanova",
    "api.moonshot.ai": "moonshot",
    "api.z.ai": "zai",
    "api.minimax.io": "minimax",
    "api.inceptionlabs.ai": "inception",
    "api.cohere.com": "cohere_chat",
    "aiplatform.googleapis.com": "vertex_ai-language-models",
}
"""For each provider's own host, its name in the table.

Perplexity is left out, since it also bills each search, and OpenRouter, which the table lacks.
"""


def listing(host: str, model: str) -> Listing:
    """Return what the table knows of a model at a host."""
    models = _table().models.get(_HOSTS.get(host, ""), {})
    entry = models.get(model) or models.get(_base_of(model))
    return listing_from_json(entry) if isinstance(entry, dict) else UNLISTED


def table_source() -> str:
    """Return the table's name and day, in words for a person."""
    return f"price list of {_table().taken}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    taken: str
    models: Mapping[str, Mapping[str, Json]]


@cache
def _table() -> _Table:
    value = orjson.loads((resources_dir() / "prices" / "models.json").read_bytes())
    return _Table(taken=value["taken"], models=value["models"])


def _base_of(model: str) -> str:
    """Return what a model that a person trained is listed as: ``ft:BASE:WHOSE::ID``."""
    parts = model.split(":")
    return ":".join(parts[:2]) if parts[0] == "ft" else model
