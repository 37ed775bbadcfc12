"""What models cost at their own providers, from litellm's table, read as data.

Only an endpoint at a provider's own host has the provider's prices: a gateway or a server
of one's own may charge anything. What the table does not know has no price.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

import orjson

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.usage import Price

_TABLE = "model_prices_and_context_window_backup.json"
_PER_MILLION = 1_000_000
_TEXT_MODES = {"chat", "completion", "responses"}
_TIER = re.compile(r"(?:input|output)_cost_per_token_above_(\d+)k_tokens")

_HOSTS = {
    "api.openai.com": ("openai", ""),
    "api.anthropic.com": ("anthropic", ""),
    "generativelanguage.googleapis.com": ("gemini", "gemini/"),
    "api.mistral.ai": ("mistral", "mistral/"),
    "api.groq.com": ("groq", "groq/"),
    "api.deepseek.com": ("deepseek", "deepseek/"),
    "api.x.ai": ("xai", "xai/"),
    "api.cerebras.ai": ("cerebras", "cerebras/"),
    "api.together.xyz": ("together_ai", "together_ai/"),
    "api.together.ai": ("together_ai", "together_ai/"),
    "api.fireworks.ai": ("fireworks_ai", "fireworks_ai/"),
    "api.deepinfra.com": ("deepinfra", "deepinfra/"),
    "api.novita.ai": ("novita", "novita/"),
    "api.hyperbolic.xyz": ("hyperbolic", "hyperbolic/"),
    "api.studio.nebius.com": ("nebius", "nebius/"),
    "api.sambanova.ai": ("sambanova", "sambanova/"),
    "api.moonshot.ai": ("moonshot", "moonshot/"),
    "api.z.ai": ("zai", "zai/"),
    "api.minimax.io": ("minimax", "minimax/"),
    "api.inceptionlabs.ai": ("inception", "inception/"),
}
"""For each provider's own host, its name and the prefix of its models in the table.

Perplexity is left out, since it also bills each search, and OpenRouter, which the table lacks.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the table says of a model."""

    price: Price | None
    context_size: int | None
    note: str = ""


UNLISTED = Listing(price=None, context_size=None)


def listing(host: str, model: str) -> Listing:
    """Return what is known of a model at a host."""
    provider, prefix = _HOSTS.get(host, ("", ""))
    if not provider:
        return UNLISTED
    for name in (prefix + model, model):
        entry = _table().get(name)
        if isinstance(entry, dict) and entry.get("litellm_provider") == provider:
            return _listing(entry)
    return UNLISTED


@cache
def _table() -> Mapping[str, Json]:
    """Return litellm's table, without running any of its code; empty when it is missing."""
    spec = importlib.util.find_spec("litellm")
    for folder in (spec and spec.submodule_search_locations) or ():
        try:
            value = orjson.loads((Path(folder) / _TABLE).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            continue
        if isinstance(value, dict):
            return value
    return {}


def _listing(entry: JsonObject) -> Listing:
    size = entry.get("max_input_tokens")
    return Listing(
        price=_price(entry) if entry.get("mode") in _TEXT_MODES else None,
        context_size=size if isinstance(size, int) else None,
        note=_tier_note(entry),
    )


def _price(entry: JsonObject) -> Price | None:
    given = _per_million(entry, "input_cost_per_token")
    made = _per_million(entry, "output_cost_per_token")
    # The table writes zero both for free models and for what nobody looked up.
    if given is None or made is None or not (given or made):
        return None
    if any(entry.get(name) for name in ("input_cost_per_request", "citation_cost_per_token")):
        return None
    reasoning = _per_million(entry, "output_cost_per_reasoning_token")
    return Price(
        input=given,
        # Where thinking costs more than text, the sum of both is known only from above.
        output=max(made, reasoning or made),
        cache_read=_per_million(entry, "cache_read_input_token_cost"),
        cache_creation=_per_million(entry, "cache_creation_input_token_cost"),
    )


def _per_million(entry: JsonObject, name: str) -> Decimal | None:
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    # The shortest text of the float is the figure that stands in the table.
    price = Decimal(str(value)) * _PER_MILLION
    return Decimal(f"{price.normalize():f}")


def _tier_note(entry: JsonObject) -> str:
    sizes = [int(found[1]) for name in entry if (found := _TIER.fullmatch(name))]
    if not sizes:
        return ""
    return f"Requests of more than {min(sizes)},000 tokens cost more than this price."
