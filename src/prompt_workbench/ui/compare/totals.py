"""The totals of a variant in words."""

from __future__ import annotations

from dataclasses import dataclass

from prompt_workbench.domain.comparisons import Quantiles, Variant, VariantSummary
from prompt_workbench.ui.compare.cells import Tone
from prompt_workbench.ui.compare.grid_model import Head
from prompt_workbench.ui.kit import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadLine:
    """One line of the head of a column."""

    text: str
    kind: str = "fact"
    """``title``, ``rate`` or ``fact``."""
    tone: Tone = Tone.MUTED
    aside: str = ""
    """Said in passing, on the same line."""
    is_name: bool = False
    """Whether its end tells it apart from others."""


def head_lines(head: Head) -> tuple[HeadLine, ...]:
    """Return what the head of a column says."""
    lines = [
        HeadLine(text=version_title(head.variant), kind="title", tone=Tone.PLAIN, is_name=True),
        HeadLine(text=model_title(head.variant), is_name=True),
    ]
    summary = head.summary
    if summary is None:
        return (*lines, HeadLine(text="…", kind="rate"))
    lines += [
        rate_line(summary, judged=head.judged, planned=head.planned),
        HeadLine(text=spent(summary)),
        HeadLine(text=f"latency {spread(summary.duration_s)}"),
        HeadLine(text=f"first token {spread(summary.time_to_first_chunk_s)}"),
    ]
    if words := troubles(summary):
        lines.append(HeadLine(text=words, tone=Tone.WARNING))
    return tuple(lines)


def head_text(head: Head) -> str:
    """Return what the head of a column says, whole."""
    return "\n".join(" · ".join(filter(None, (line.text, line.aside))) for line in head_lines(head))


def version_title(variant: Variant) -> str:
    """Return the prompt and version of a variant."""
    version = "draft" if variant.version_number is None else f"v{variant.version_number}"
    return f"{variant.prompt_name} {version}"


def model_title(variant: Variant) -> str:
    """Return the model of a variant, and what the variant changes in the settings."""
    return " · ".join(filter(None, (str(variant.model), str(variant.overrides))))


def rate_line(summary: VariantSummary, *, judged: bool, planned: int) -> HeadLine:
    """Return the pass rate, or without an evaluator how many answers there are."""
    if not judged:
        text = f"{formats.count(summary.answered)} of {formats.count(planned)} answered"
        return HeadLine(text=text, kind="title", tone=Tone.PLAIN)
    counted = summary.passed + summary.failed
    if not counted:
        return HeadLine(text="no verdict yet", kind="title")
    rate = formats.percent(summary.pass_rate)
    aside = f"{formats.count(summary.passed)} of {formats.count(counted)} pass"
    return HeadLine(text=rate, kind="rate", tone=Tone.PLAIN, aside=aside)


def spent(summary: VariantSummary) -> str:
    """Return cost and tokens; an unknown cost is said, never counted as zero."""
    tokens = (
        f"{formats.count(summary.input_tokens)} in + {formats.count(summary.output_tokens)} out"
    )
    return f"{cost_text(summary)} · {tokens} tok"


def cost_text(summary: VariantSummary) -> str:
    """Return the cost of a variant, with how many calls have none that is known."""
    if summary.cost_usd is None:
        return "cost unknown" if summary.unknown_cost else "no cost yet"
    known = formats.money(summary.cost_usd)
    return f"{known} + {summary.unknown_cost} unknown" if summary.unknown_cost else known


def spread(quantiles: Quantiles) -> str:
    """Return median and 95th percentile of a duration."""
    if quantiles.p50 is None:
        return "–"
    return f"{formats.seconds(quantiles.p50)} (p95 {formats.seconds(quantiles.p95)})"


def troubles(summary: VariantSummary) -> str:
    """Return what went wrong or is missing, each kind by itself."""
    counts = (
        (summary.errors, "failed"),
        (summary.truncated, "cut off"),
        (summary.unscored, "unscored"),
        (summary.cancelled, "cancelled"),
        (summary.unknown, "of unknown outcome"),
        (summary.missing_usage, "without usage"),
    )
    found = [f"{formats.count(number)} {words}" for number, words in counts if number]
    return " · ".join(found)
