"""Everything that is kept of a call, in words: what was sent, what came back, what it cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeAlias

from prompt_workbench.domain.conversations import calls_of
from prompt_workbench.domain.diffs import file_text
from prompt_workbench.domain.generations import Attempt, Generation, GenerationBody
from prompt_workbench.domain.messages import (
    BlobPart,
    Message,
    Part,
    ReasoningPart,
    TextPart,
    ToolCallPart,
)
from prompt_workbench.domain.scores import Score
from prompt_workbench.domain.usage import CostSource, UsageSource
from prompt_workbench.ui.kit import formats
from prompt_workbench.ui.kit.error_words import done_words

Facts: TypeAlias = tuple[tuple[str, str], ...]
"""Names with what they are."""

_NOT_SENT = "not on the wire"


def messages_text(messages: Iterable[Message]) -> str:
    """Return messages under their roles."""
    return "\n\n".join(
        f"{message.role.value.upper()}\n{parts_text(message.parts)}" for message in messages
    )


def parts_text(parts: Iterable[Part]) -> str:
    """Return the parts of a message below each other."""
    return "\n".join(_part_text(part) for part in parts)


def answer_text(body: GenerationBody) -> str:
    """Return an answer with the tools that it calls; without a text, all its parts."""
    if not body.text:
        return parts_text(body.parts)
    calls = parts_text(calls_of(body.parts))
    return f"{body.text}\n\n{calls}" if calls else body.text


def body_text(body: str) -> str:
    """Return a request body indented; the very text where it is no JSON."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body


def cost_rows(generation: Generation) -> tuple[tuple[str, ...], ...]:
    """Return the price line by line: what, tokens, dollars per million, dollars."""
    return tuple(
        (
            line.name,
            formats.count(line.tokens),
            formats.price(line.price_per_million_usd),
            formats.money(line.cost_usd),
        )
        for line in generation.body.cost.lines
    )


def cost_facts(generation: Generation) -> Facts:
    """Return the tokens, where they are known from, and the cost."""
    usage, cost = generation.summary.usage, generation.body.cost
    facts = [("Usage", _source_words(generation))]
    if usage is not None:
        counts = (
            ("Input tokens", usage.input_tokens),
            ("… cache read", usage.cache_read_input_tokens),
            ("… cache write", usage.cache_creation_input_tokens),
            ("Output tokens", usage.output_tokens),
            ("… reasoning", usage.reasoning_output_tokens),
        )
        facts += [
            (name, formats.count(number))
            for name, number in counts
            if number or not name.startswith("…")
        ]
    facts.append(("Cost", f"{formats.cost(cost)} ({_COSTS[cost.source]})"))
    return tuple(facts)


def call_facts(generation: Generation) -> Facts:
    """Return how the call went: times, models, and identifiers as they were on the wire."""
    summary, body = generation.summary, generation.body
    rate = summary.tokens_per_s
    found = (
        ("State", summary.state.value),
        ("Error", summary.error),
        ("Finish reason", summary.finish_reason or _NOT_SENT),
        ("Asked for", f"{summary.provider}/{summary.request_model}"),
        ("Answered by", summary.response_model or _NOT_SENT),
        ("Asked before", passed_over_words(body.attempts)),
        ("Started", f"{summary.started_at.astimezone():%Y-%m-%d %H:%M:%S}"),
        ("Duration", formats.seconds(summary.duration_s)),
        ("First token after", formats.seconds(summary.time_to_first_chunk_s)),
        ("Speed", "" if rate is None else f"{rate:.1f} tokens per second"),
        ("From the cache", "yes" if summary.from_cache else ""),
        ("Repaired", "bytes that are no valid text were replaced" if summary.repaired else ""),
        ("Response id", body.response_id or ""),
        ("Request id", body.request_id or ""),
        ("Call", summary.id),
    )
    return tuple((name, words) for name, words in found if words)


def attempt_words(attempt: Attempt) -> str:
    """Return how one attempt went."""
    waited = attempt.wait_s
    parts = (
        f"{attempt.started_at.astimezone():%H:%M:%S}",
        attempt.model,
        "" if attempt.duration_s is None else formats.seconds(attempt.duration_s),
        "" if attempt.status is None else f"status {attempt.status}",
        attempt.error,
        "" if waited is None else f"sent again after {formats.seconds(waited)}",
    )
    return " · ".join(filter(None, parts))


def passed_over_words(attempts: Iterable[Attempt]) -> str:
    """Return what became of the models that were asked before; empty where there were none."""
    asked = {attempt.model: attempt.error_kind for attempt in attempts if attempt.model}
    return " and ".join(done_words(model, kind) for model, kind in asked.items())


def score_words(score: Score) -> str:
    """Return verdict and reason of a score; unscored is a word of its own."""
    verdict = "unscored" if score.passed is None else "pass" if score.passed else "fail"
    return " · ".join(filter(None, (verdict, score.label, score.explanation)))


def usage_text(generation: Generation) -> str:
    """Return the provider's own usage object; empty when it sent none."""
    raw = generation.body.usage_raw
    return "" if raw is None else json.dumps(raw, indent=2, ensure_ascii=False)


_SOURCES = {
    UsageSource.REPORTED: "reported by the provider",
    UsageSource.DOUBTFUL: "reported by the provider, but in doubt: it does not fit the texts, "
    "or was told before the end of the answer",
    UsageSource.ESTIMATED: "estimated here",
    UsageSource.MISSING: "missing",
}

_COSTS = {
    CostSource.KNOWN: "from reported tokens and a known price",
    CostSource.ESTIMATED: "from tokens that are not certain",
    CostSource.UNKNOWN: "no price or no tokens are known",
}


def _source_words(generation: Generation) -> str:
    """Return where the token counts are from, and why from there."""
    source = generation.summary.usage_source
    if source in (UsageSource.REPORTED, UsageSource.DOUBTFUL):
        return _SOURCES[source]
    told = "none" if generation.body.usage_raw is None else "none that can be true"
    return f"{_SOURCES[source]}; the provider reported {told}"


def _part_text(part: Part) -> str:
    match part:
        case TextPart(content=content):
            return content
        case ReasoningPart(content=content):
            return f"[reasoning]\n{content}"
        case ToolCallPart(name=name, arguments=arguments):
            return f"[calls {name}]\n{arguments}"
        case BlobPart():
            return file_text(part)
        case _:
            return f"[tool answered]\n{part.response}"
