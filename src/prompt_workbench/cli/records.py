"""The JSON objects that commands print; their field names are stable.

Money is text with a decimal point (exact, unlike a JSON number) or null where it is unknown.
Times are ISO 8601 in UTC, durations are seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.comparisons import (
    Estimate,
    ModelInfo,
    Quantiles,
    Run,
    VariantSummary,
)
from prompt_workbench.domain.costs import CallTotals, CostPoint
from prompt_workbench.domain.datasets import Dataset, DatasetVersion, PlacedCase
from prompt_workbench.domain.diffs import VersionDiff
from prompt_workbench.domain.price_json import price_to_json
from prompt_workbench.domain.prompts import Label, Prompt, PromptVersion, VersionSummary
from prompt_workbench.domain.usage import Cost
from prompt_workbench.services.keys import KeyState
from prompt_workbench.services.models import Endpoint


def prompt_record(prompt: Prompt, latest: VersionSummary | None, *, has_draft: bool) -> JsonObject:
    """Return a prompt as ``prompts list`` prints it."""
    return {
        "id": prompt.id,
        "name": prompt.name,
        "folder": prompt.folder,
        "tags": list(prompt.tags),
        "latest_version": None if latest is None else latest.number,
        "labels": [] if latest is None else list(latest.labels),
        "has_draft": has_draft,
        "created_at": _time(prompt.created_at),
    }


def version_record(version: PromptVersion | VersionSummary, prompt: Prompt) -> JsonObject:
    """Return a prompt version without its content."""
    return {
        "id": version.id,
        "prompt": prompt.name,
        "version": version.number,
        "branch": version.branch,
        "parents": list(version.parents),
        "message": version.message,
        "author": version.author,
        "content_hash": version.content_hash,
        "created_at": _time(version.created_at),
    }


def label_record(label: Label, prompt: Prompt, number: int) -> JsonObject:
    """Return where a label stands."""
    return {
        "prompt": prompt.name,
        "label": label.name,
        "version": number,
        "moved_at": _time(label.moved_at),
    }


def diff_record(diff: VersionDiff) -> JsonObject:
    """Return the differences of two versions."""
    return {
        "changed": diff.changed,
        "messages": [
            {
                "left_role": message.left_role,
                "right_role": message.right_role,
                "changed": message.changed,
                "segments": [
                    {"change": segment.change.value, "text": segment.text}
                    for segment in message.segments
                ],
            }
            for message in diff.messages
        ],
        "fields": [
            {"path": change.path, "before": change.before, "after": change.after}
            for change in diff.fields
        ],
    }


def dataset_record(dataset: Dataset, version: DatasetVersion | None) -> JsonObject:
    """Return a dataset with one of its versions."""
    return {
        "id": dataset.id,
        "name": dataset.name,
        "version": None if version is None else version.number,
        "cases": None if version is None else version.case_count,
        "columns": [] if version is None else list(version.columns),
        "message": "" if version is None else version.message,
        "content_hash": None if version is None else version.content_hash,
        "created_at": _time(dataset.created_at if version is None else version.created_at),
    }


def case_record(placed: PlacedCase) -> JsonObject:
    """Return a case with its position."""
    return {
        "position": placed.position,
        "inputs": dict(placed.case.inputs),
        "expected_output": placed.case.expected_output,
        "metadata": dict(placed.case.metadata),
    }


def model_record(info: ModelInfo) -> JsonObject:
    """Return what is known of a model."""
    return {
        "model": str(info.ref),
        "origin": info.origin,
        "local": info.local,
        "available": info.available,
        "price": None if info.price is None else price_to_json(info.price),
        "price_source": info.price_source,
        "context_size": info.context_size,
        "max_output_tokens": info.max_output_tokens,
        "capabilities": _capabilities(info),
        "note": info.note,
    }


def endpoint_record(endpoint: Endpoint) -> JsonObject:
    """Return an added server; its prices are in US dollars per million tokens."""
    return {
        "name": endpoint.name,
        "base_url": endpoint.base_url,
        "interface": endpoint.interface.value,
        "input_price": money(endpoint.input_price),
        "output_price": money(endpoint.output_price),
        "options": dict(endpoint.options),
        "connection": dict(endpoint.connection.values()),
    }


def key_record(key: KeyState) -> JsonObject:
    """Return where a key is; never the key."""
    return {"place": key.place.value, "variable": key.variable, "ending": key.ending}


def cost_record(cost: Cost) -> JsonObject:
    """Return a cost and how sure it is."""
    return {"usd": money(cost.usd), "source": cost.source.value}


def _capabilities(info: ModelInfo) -> Json:
    if info.capabilities is None:
        return None
    return [*sorted(each.value for each in info.capabilities)]


def run_record(run: Run) -> JsonObject:
    """Return a run without its results."""
    limits = run.limits
    return {
        "id": run.id,
        "number": run.number,
        "kind": run.kind.value,
        "name": run.name,
        "state": run.state.value,
        "reason": run.state_reason,
        "cases": run.case_count,
        "repetitions": limits.repetitions,
        "max_cost_usd": money(limits.max_cost_usd),
        "concurrency": limits.concurrency,
        "evaluators": [evaluator.to_json() for evaluator in run.evaluators],
        "created_at": _time(run.created_at),
        "finished_at": None if run.finished_at is None else _time(run.finished_at),
    }


def result_record(run: Run, summaries: Sequence[VariantSummary]) -> JsonObject:
    """Return a run with its results: what ``compare`` and ``demo`` print."""
    return {
        "run": run_record(run),
        "dataset": run.dataset_name,
        "variants": [variant_record(run, summary) for summary in summaries],
    }


def variant_record(run: Run, summary: VariantSummary) -> JsonObject:
    """Return the totals of one variant of a run."""
    variant = run.variants[summary.variant]
    return {
        "title": summary.title,
        "prompt": variant.prompt_name,
        "version": variant.version_number,
        "model": str(variant.model),
        "settings": variant.content.settings.to_json(),
        "calls": summary.calls,
        "answered": summary.answered,
        "errors": summary.errors,
        "truncated": summary.truncated,
        "cancelled": summary.cancelled,
        "unknown": summary.unknown,
        "from_cache": summary.from_cache,
        "input_tokens": summary.input_tokens,
        "output_tokens": summary.output_tokens,
        "missing_usage": summary.missing_usage,
        "cost_usd": money(summary.cost_usd),
        "unknown_cost": summary.unknown_cost,
        "pass_rate": summary.pass_rate,
        "passed": summary.passed,
        "failed": summary.failed,
        "unscored": summary.unscored,
        "duration_s": quantiles_record(summary.duration_s),
        "time_to_first_chunk_s": quantiles_record(summary.time_to_first_chunk_s),
        "tokens_per_s": quantiles_record(summary.tokens_per_s),
        "scores": {
            name: {"passed": passed, "failed": failed, "unscored": unscored}
            for name, (passed, failed, unscored) in summary.scores.items()
        },
    }


def estimate_record(estimate: Estimate) -> JsonObject:
    """Return what a comparison will probably take."""
    return {
        "calls": estimate.calls,
        "cached_calls": estimate.cached_calls,
        "cost_usd": {"low": money(estimate.cost_low_usd), "high": money(estimate.cost_high_usd)},
        "unknown_cost_models": list(estimate.unknown_cost_models),
        "unbounded_variants": list(estimate.unbounded_variants),
        "can_batch": estimate.can_batch,
        "unreadable": list(estimate.unreadable),
        "duration_s": {"low": estimate.duration_low_s, "high": estimate.duration_high_s},
    }


def totals_record(totals: CallTotals) -> JsonObject:
    """Return sums over calls."""
    return {
        "calls": totals.calls,
        "answered": totals.answered,
        "truncated": totals.truncated,
        "failed": totals.failed,
        "cancelled": totals.cancelled,
        "unknown": totals.unknown,
        "from_cache": totals.from_cache,
        "input_tokens": totals.input_tokens,
        "output_tokens": totals.output_tokens,
        "missing_usage": totals.missing_usage,
        "cost_usd": money(totals.cost_usd),
        "estimated_cost": totals.estimated_cost,
        "unknown_cost": totals.unknown_cost,
    }


def cost_point_record(point: CostPoint) -> JsonObject:
    """Return the totals of a day and group."""
    return {"day": point.day.isoformat(), "group": point.group} | totals_record(point.totals)


def quantiles_record(quantiles: Quantiles) -> JsonObject:
    """Return a median and a 95th percentile."""
    return {"p50": quantiles.p50, "p95": quantiles.p95}


def money(usd: Decimal | None) -> Json:
    """Return an exact amount as text, or null."""
    return None if usd is None else format(usd.normalize(), "f")


def _time(moment: datetime) -> str:
    return moment.isoformat()
