"""Write resources/prices/models.json anew from the litellm package that is installed.

    .venv/bin/python packaging/price_table.py

litellm's table is read as a file; none of its code runs. Kept are the text models of the
providers that have an address of their own, and of each model what the workbench shows or
reckons with. Prices become US dollars per million tokens, written as decimal texts.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import re
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "prices"
TABLE = "model_prices_and_context_window_backup.json"
MODES = {"chat", "completion", "responses"}
PREFIXES = {
    "openai": "",
    "anthropic": "",
    "gemini": "gemini/",
    "mistral": "mistral/",
    "groq": "groq/",
    "deepseek": "deepseek/",
    "xai": "xai/",
    "cerebras": "cerebras/",
    "together_ai": "together_ai/",
    "fireworks_ai": "fireworks_ai/",
    "deepinfra": "deepinfra/",
    "novita": "novita/",
    "hyperbolic": "hyperbolic/",
    "nebius": "nebius/",
    "sambanova": "sambanova/",
    "moonshot": "moonshot/",
    "zai": "zai/",
    "minimax": "minimax/",
    "inception": "inception/",
    "cohere_chat": "",
    "vertex_ai-language-models": "vertex_ai/",
}
"""For each provider, how the table begins the names of its models."""

PRICES = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_creation": "cache_creation_input_token_cost",
    "reasoning": "output_cost_per_reasoning_token",
}
CAPABILITIES = {
    "vision": "supports_vision",
    "files": "supports_pdf_input",
    "tools": "supports_function_calling",
    "json_schema": "supports_response_schema",
    "reasoning": "supports_reasoning",
    "caching": "supports_prompt_caching",
}
ALSO_BILLED = ("input_cost_per_request", "citation_cost_per_token")
"""What makes a price per token only a part of what a call costs."""
BATCH = "_batches"
STEP = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")


def main() -> None:
    """Write the table."""
    models = {
        provider: dict(sorted(_models(provider, prefix).items()))
        for provider, prefix in PREFIXES.items()
    }
    version = importlib.metadata.version("litellm")
    table = {
        "source": f"litellm {version}, {TABLE}, MIT licence",
        "taken": f"{datetime.now(UTC):%Y-%m-%d}",
        "models": models,
    }
    FOLDER.mkdir(exist_ok=True)
    lines = json.dumps(table, indent=1, ensure_ascii=False)
    # One line for each model, so that a change of a price is seen in a comparison of versions.
    text = re.sub(r"\n {4,}(?=\S)|\n {3}(?=[}\]])", "", lines)
    (FOLDER / "models.json").write_text(f"{text}\n", encoding="utf-8")
    sys.stdout.write(f"{sum(map(len, models.values()))} models, {len(text):,} characters\n")


def _models(provider: str, prefix: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, entry in _table().items():
        if entry.get("litellm_provider") == provider and entry.get("mode") in MODES:
            own = name.startswith(prefix)
            short = name.removeprefix(prefix)
            # A name with the provider's prefix is the surer one where both are in the table.
            if own or short not in found:
                found[short] = _model(entry)
    return found


def _model(entry: dict[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = _price(entry)
    if known:
        steps = sorted(int(size[1]) for key in entry if (size := STEP.fullmatch(key)))
        if steps:
            known["steps"] = [
                {"more_than": size * 1000, **_price(entry, f"_above_{size}k_tokens", short="")}
                for size in steps
            ]
        known["batch"] = _batch_price(entry, steps)
        if entry.get("off_peak_pricing"):
            known["note"] = "Cheaper at some times of the day; this is the price at the others."
    known["context"] = entry.get("max_input_tokens")
    known["output_limit"] = entry.get("max_output_tokens")
    known["retires"] = entry.get("deprecation_date")
    if any(flag in entry for flag in CAPABILITIES.values()):
        known["can"] = [name for name, flag in CAPABILITIES.items() if entry.get(flag)]
    return {key: value for key, value in known.items() if value is not None}


def _batch_price(entry: dict[str, Any], steps: list[int]) -> dict[str, Any] | None:
    """Return the price in a batch; none where the table lacks that of long requests."""
    suffixes = {size: f"_above_{size}k_tokens{BATCH}" for size in steps}
    if any(PRICES["input"] + suffix not in entry for suffix in suffixes.values()):
        return None
    price = _price(entry, BATCH)
    if price and steps:
        price["steps"] = [
            {"more_than": size * 1000, **_price(entry, suffix, short=BATCH)}
            for size, suffix in suffixes.items()
        ]
    return price or None


def _price(entry: dict[str, Any], suffix: str = "", short: str | None = None) -> dict[str, Any]:
    """Return a price; of a step, what it does not name stays as in short requests."""
    texts: dict[str, Any] = {}
    for name, field in PRICES.items():
        value = _per_million(entry.get(field + suffix))
        if value is None and short is not None:
            value = _per_million(entry.get(field + short))
        if value is not None:
            texts[name] = value
    # The table writes zero both for free models and for what nobody looked up.
    looked_up = any(Decimal(texts.get(name, 0)) for name in ("input", "output"))
    whole = {"input", "output"} <= set(texts)
    return texts if looked_up and whole and not any(map(entry.get, ALSO_BILLED)) else {}


def _per_million(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        return None
    # The shortest text of the float is the figure that stands in the table.
    return f"{(Decimal(str(value)) * 1_000_000).normalize():f}"


def _table() -> dict[str, dict[str, Any]]:
    spec = importlib.util.find_spec("litellm")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("litellm is not installed here.")
    path = Path(spec.submodule_search_locations[0]) / TABLE
    table: dict[str, dict[str, Any]] = json.loads(path.read_bytes())
    return table


if __name__ == "__main__":
    main()
