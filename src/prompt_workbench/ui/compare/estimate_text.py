"""What a comparison will probably take, as one line, and what should be known before it runs."""

from __future__ import annotations

from prompt_workbench.domain.comparisons import Estimate, RunLimits
from prompt_workbench.ui.kit import formats


def estimate_line(estimate: Estimate, limits: RunLimits) -> str:
    """Return calls, cost, duration and cap, as in ``96 calls · $0.01–0.03 · about 40 s``."""
    calls = f"{formats.count(estimate.calls)} call{'s'[: estimate.calls != 1]}"
    if estimate.cached_calls:
        calls += f" ({formats.count(estimate.cached_calls)} from the cache)"
    duration = "answers within 24 h" if limits.as_batch else _duration(estimate)
    parts = [calls, _cost(estimate), duration]
    if limits.max_cost_usd is not None:
        parts.append(f"stop at {formats.price(limits.max_cost_usd)}")
    return " · ".join(parts)


def estimate_warning(estimate: Estimate, limits: RunLimits) -> str:
    """Return what models cannot read, and what keeps the spend cap from being kept."""
    unreadable = [f"{words}." for words in estimate.unreadable]
    return " ".join(filter(None, (*unreadable, _cap_warning(estimate, limits))))


def _cap_warning(estimate: Estimate, limits: RunLimits) -> str:
    if limits.max_cost_usd is None:
        return ""
    reasons = []
    if estimate.unknown_cost_models:
        reasons.append(f"no price is known for {', '.join(estimate.unknown_cost_models)}")
    if estimate.unbounded_variants:
        reasons.append(f"max_tokens is not set in {', '.join(estimate.unbounded_variants)}")
    if not reasons:
        return ""
    why = " and ".join(reasons)
    if limits.allow_unknown_cost:
        return f"Outside the spend cap: {why}."
    return f"The spend cap cannot be kept: {why}."


def _cost(estimate: Estimate) -> str:
    low, high = estimate.cost_low_usd, estimate.cost_high_usd
    if low is None or high is None:
        return "cost unknown"
    known = formats.money_range(low, high)
    return f"{known} and more (prices unknown)" if estimate.unknown_cost_models else known


def _duration(estimate: Estimate) -> str:
    low, high = estimate.duration_low_s, estimate.duration_high_s
    if low is None or high is None:
        return "duration not known yet"
    return formats.reckoned(low, high)
