"""Reads the lists of models that servers give, each in its interface's form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.requests import Interface
from prompt_workbench.domain.usage import Price
from prompt_workbench.providers.listing import Listing
from prompt_workbench.providers.listings import Listings
from prompt_workbench.providers.text import plain

_PER_MILLION = 1_000_000
_MOST = 5_000
"""So many models are kept of a list; the longest real ones have some hundreds."""
_LONGEST_NAME = 200
_NO_CHAT = re.compile(
    r"(?:^|[-/])(?:text-embedding|embedding|embed|whisper|tts|dall-e|moderation|omni-moderation"
    r"|sora|gpt-image|gpt-realtime|gpt-audio|transcribe)\b"
)
"""Names of models that take or give something else than a conversation."""
_NO_CHAT_TYPES = {"audio", "embedding", "image", "moderation", "rerank", "transcribe", "video"}
_CONTEXT_FIELDS = (
    "context_length",
    "context_window",
    "max_context_length",
    "max_model_len",
    "max_input_tokens",
)
"""What OpenAI-compatible servers call the size of the context; OpenAI itself is silent."""


def models_in(value: Json, interface: Interface) -> Listings | None:
    """Return the models of a list, in alphabetical order; None where it is no list of models."""
    # Together gives the bare list, the others put it into an object.
    entries = value
    if isinstance(value, dict):
        entries = value.get("models" if interface is Interface.GEMINI else "data")
    if not isinstance(entries, list):
        return None
    read = _gemini if interface is Interface.GEMINI else _openai
    found = dict(_named(read(entry) for entry in entries if isinstance(entry, dict)))
    return dict(sorted(found.items())[:_MOST])


def _named(pairs: Iterable[tuple[Json, Listing] | None]) -> Iterable[tuple[str, Listing]]:
    for pair in pairs:
        if pair is None or not isinstance(pair[0], str) or len(pair[0]) > _LONGEST_NAME:
            continue
        if name := plain(pair[0]):
            yield name, pair[1]


def _gemini(entry: JsonObject) -> tuple[Json, Listing] | None:
    ways = entry.get("supportedGenerationMethods")
    if not isinstance(name := entry.get("name"), str):
        return None
    if isinstance(ways, list) and "generateContent" not in ways:
        return None
    return name.removeprefix("models/"), Listing(
        context_size=_count(entry.get("inputTokenLimit")),
        max_output_tokens=_count(entry.get("outputTokenLimit")),
    )


def _openai(entry: JsonObject) -> tuple[Json, Listing] | None:
    name = entry.get("id")
    if entry.get("type") in _NO_CHAT_TYPES or _NO_CHAT.search(str(name)):
        return None
    sizes = [_count(entry.get(field)) for field in _CONTEXT_FIELDS]
    meta = entry.get("meta")
    if isinstance(meta, dict):  # of llama.cpp
        sizes += [_count(meta.get("n_ctx")), _count(meta.get("n_ctx_train"))]
    return name, Listing(
        price=_price(entry.get("pricing")),
        context_size=next(filter(None, sizes), None),
        capabilities=_capabilities(entry),
    )


def _price(pricing: Json) -> Price | None:
    """Return a price as OpenRouter writes it: dollars per token, as texts.

    Without one, where a part of it is not by the token, or -1, which stands for "it depends".
    """
    if not isinstance(pricing, dict):
        return None
    figures = {name: _per_million(pricing.get(name)) for name in _FIGURES}
    given, made = figures["prompt"], figures["completion"]
    if given is None or made is None or _per_million(pricing.get("request")):
        return None
    return Price(
        input=given,
        output=made,
        cache_read=figures["input_cache_read"],
        cache_creation=figures["input_cache_write"],
        reasoning=figures["internal_reasoning"] or None,
    )


_FIGURES = ("prompt", "completion", "input_cache_read", "input_cache_write", "internal_reasoning")


def _per_million(text: Json) -> Decimal | None:
    if not isinstance(text, str):
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    if not amount.is_finite() or amount < 0:
        return None
    return Decimal(f"{(amount * _PER_MILLION).normalize():f}")


def _capabilities(entry: JsonObject) -> frozenset[Capability] | None:
    """Return what OpenRouter says that a model can do; None where nothing is said."""
    architecture, settings = entry.get("architecture"), entry.get("supported_parameters")
    if not isinstance(architecture, dict) or not isinstance(settings, list):
        return None
    inputs = architecture.get("input_modalities")
    taken = inputs if isinstance(inputs, list) else []
    found = {
        Capability.VISION: "image" in taken,
        Capability.FILES: "file" in taken,
        Capability.TOOLS: "tools" in settings,
        Capability.JSON_SCHEMA: "structured_outputs" in settings,
        Capability.REASONING: "reasoning" in settings,
    }
    return frozenset(each for each, can in found.items() if can)


def _count(value: Json) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if is_count and isinstance(value, int) else None
