"""What is kept of a call, in words: the texts of the call inspector."""

from __future__ import annotations

import json

from prompt_workbench.domain.generations import Attempt, Generation, GenerationState
from prompt_workbench.domain.messages import Message, ReasoningPart, TextPart, ToolCallPart
from prompt_workbench.domain.scores import Score
from prompt_workbench.domain.usage import CostLine, UsageSource
from prompt_workbench.ui.kit.facts import Fact
from prompt_workbench.ui.kit.formats import cost, count, money, seconds

STATE_WORDS = {
    GenerationState.SENT: "running",
    GenerationState.DONE: "complete",
    GenerationState.TRUNCATED: "truncated: the stream ended without a finish reason",
    GenerationState.FAILED: "failed",
    GenerationState.CANCELLED: "cancelled",
    GenerationState.UNKNOWN: "unknown: it was sent and may have been billed",
}

_USAGE_WORDS = {
    UsageSource.REPORTED: "reported by the provider",
    UsageSource.ESTIMATED: "estimated, because the provider reported none",
    UsageSource.MISSING: "missing: the provider reported none",
}


def verdict(score: Score) -> str:
    """Return what an evaluator says, unscored as a word of its own."""
    if score.passed is not None:
        return "passed" if score.passed else "failed"
    return "unscored" if score.value is None else f"{score.value:g}"


def score_facts(scores: tuple[Score, ...]) -> list[Fact]:
    """Return each score with its explanation."""
    return [
        (score.name, " – ".join(filter(None, (verdict(score), score.label, score.explanation))))
        for score in scores
    ]


def answer_text(generation: Generation) -> str:
    """Return the answer with its reasoning and tool calls, each under its name."""
    extra = [_part_text(part) for part in generation.body.parts if not isinstance(part, TextPart)]
    return "\n\n".join(filter(None, (*extra, generation.body.text)))


def messages_text(messages: tuple[Message, ...]) -> str:
    """Return the messages under the names of their roles."""
    return "\n\n".join(
        f"{message.role.value.upper()}\n" + "\n".join(_part_text(part) for part in message.parts)
        for message in messages
    )


def pretty_json(text: str) -> str:
    """Return JSON text with line breaks; text that is no JSON as it is."""
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def usage_facts(generation: Generation) -> list[Fact]:
    """Return tokens and cost, line by line."""
    summary = generation.summary
    usage = summary.usage
    facts: list[Fact] = [("Usage", _USAGE_WORDS[summary.usage_source])]
    if usage is not None:
        facts += [
            ("Input tokens", count(usage.input_tokens)),
            ("read from cache", _if_any(usage.cache_read_input_tokens)),
            ("written to cache", _if_any(usage.cache_creation_input_tokens)),
            ("Output tokens", count(usage.output_tokens)),
            ("of it reasoning", _if_any(usage.reasoning_output_tokens)),
        ]
    facts += [(line.name.capitalize(), _line_words(line)) for line in generation.body.cost.lines]
    facts.append(("Cost", f"{cost(summary.cost)} ({summary.cost.source.value})"))
    return facts


def call_facts(generation: Generation) -> list[Fact]:
    """Return when, where and how the call went."""
    summary, body = generation.summary, generation.body
    speed = summary.tokens_per_s
    facts: list[Fact] = [
        ("State", STATE_WORDS[summary.state]),
        ("Finish reason", summary.finish_reason or "none on the wire"),
        ("Model", f"{summary.provider}/{summary.request_model}"),
        ("Answered by", summary.response_model or ""),
        ("Sent", f"{summary.started_at.astimezone():%Y-%m-%d %H:%M:%S}"),
        ("Duration", seconds(summary.duration_s)),
        ("First chunk after", seconds(summary.time_to_first_chunk_s)),
        ("Speed", f"{speed:.1f} tokens/s" if speed is not None else ""),
        ("From cache", "yes, nothing was sent" if summary.from_cache else ""),
        ("Repaired", "bytes that are no text were replaced" if summary.repaired else ""),
        ("Response id", body.response_id or ""),
        ("Request id", body.request_id or ""),
    ]
    facts += [(f"Attempt {attempt.number}", _attempt_words(attempt)) for attempt in body.attempts]
    return facts


def _if_any(tokens: int) -> str:
    return count(tokens) if tokens else ""


def _line_words(line: CostLine) -> str:
    each = f"${line.price_per_million_usd.normalize():f}"
    return f"{line.tokens:,} tokens × {each} per million = {money(line.cost_usd)}"


def _attempt_words(attempt: Attempt) -> str:
    status = "" if attempt.status is None else f"status {attempt.status}"
    return ", ".join(filter(None, (status, seconds(attempt.duration_s), attempt.error)))


def _part_text(part: object) -> str:
    match part:
        case TextPart(content=content):
            return content
        case ReasoningPart(content=content):
            return f"[reasoning]\n{content}"
        case ToolCallPart(name=name, arguments=arguments):
            return f"[tool call] {name}({arguments})"
    return f"[tool answer]\n{getattr(part, 'response', '')}"
