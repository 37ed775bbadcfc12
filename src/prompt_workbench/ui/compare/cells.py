"""What a cell of the grid says: in which state it is, its text, its verdict and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from prompt_workbench.domain.comparisons import Variant
from prompt_workbench.domain.generations import ANSWERED, GenerationState, GenerationSummary
from prompt_workbench.ui.compare.live import HEAD, LiveAnswer
from prompt_workbench.ui.compare.windows import Stored
from prompt_workbench.ui.kit import formats


class Phase(StrEnum):
    """Where a cell stands, as a person sees it."""

    LOADING = "loading"
    UNSENT = "not sent"
    QUEUED = "queued"
    WAITING = "waiting"
    """Sent, and nothing has come back yet."""
    STREAMING = "streaming"
    DONE = "done"
    TRUNCATED = "cut off"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "outcome unknown"


class Tone(StrEnum):
    """How strongly something is said; each is a colour of the theme."""

    PLAIN = "text"
    MUTED = "text_muted"
    ACCENT = "accent"
    POSITIVE = "positive"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A state or verdict: a word, and where it helps an icon, so that no colour is alone."""

    words: str
    icon: str = ""
    tone: Tone = Tone.MUTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One repetition of a cell."""

    phase: Phase
    text: str = ""
    summary: GenerationSummary | None = None
    passed: bool | None = None
    judged: bool = False
    """Whether the run has an evaluator that decides."""
    stand_in: str = ""
    """The model that answered instead of the variant's own; empty where that did."""

    @property
    def badge(self) -> Badge:
        """Its verdict, or its state while it has none."""
        if self.phase is Phase.DONE and self.judged:
            return verdict(passed=self.passed)
        return _BADGES[self.phase]

    @property
    def facts(self) -> str:
        """Latency, tokens and cost; what does not apply is left out."""
        made = self.summary
        if made is None or made.state not in ANSWERED:
            return ""
        tokens = "" if made.usage is None else f"{formats.count(made.usage.output_tokens)} tok"
        cached = "cached" if made.from_cache else ""
        cost = formats.cost(made.cost)
        cost = "cost unknown" if made.cost.usd is None else cost
        took = "" if made.duration_s is None else formats.seconds(made.duration_s)
        instead = f"by {self.stand_in}" if self.stand_in else ""
        parts = (instead, took, tokens, cost, cached)
        return " · ".join(filter(None, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """A cell with all its repetitions, one of which is shown."""

    takes: tuple[Take, ...]
    shown: int = 0

    @property
    def take(self) -> Take:
        """The repetition that is shown."""
        return self.takes[min(self.shown, len(self.takes) - 1)]

    @property
    def repeated(self) -> str:
        """How the repetitions together did; empty when there is only one."""
        if len(self.takes) == 1:
            return ""
        if any(take.judged for take in self.takes):
            passed = sum(take.passed is True for take in self.takes)
            return f"{passed} of {len(self.takes)} pass"
        answered = sum(take.phase is Phase.DONE for take in self.takes)
        return f"{answered} of {len(self.takes)} answered"

    @property
    def words(self) -> str:
        """The whole cell as a text, for those who cannot see it."""
        take = self.take
        return ". ".join(filter(None, (take.badge.words, self.repeated, take.text, take.facts)))


_BADGES = {
    Phase.LOADING: Badge(words="…"),
    Phase.UNSENT: Badge(words="not sent"),
    Phase.QUEUED: Badge(words="queued"),
    Phase.WAITING: Badge(words="waiting for the answer", tone=Tone.ACCENT),
    Phase.STREAMING: Badge(words="streaming", tone=Tone.ACCENT),
    Phase.DONE: Badge(words=""),
    Phase.TRUNCATED: Badge(words="cut off", icon="warning", tone=Tone.WARNING),
    Phase.FAILED: Badge(words="failed", icon="warning", tone=Tone.DANGER),
    Phase.CANCELLED: Badge(words="cancelled", icon="stop"),
    Phase.UNKNOWN: Badge(words="outcome unknown", icon="warning", tone=Tone.WARNING),
}

_PHASES = {
    GenerationState.SENT: Phase.WAITING,
    GenerationState.DONE: Phase.DONE,
    GenerationState.TRUNCATED: Phase.TRUNCATED,
    GenerationState.FAILED: Phase.FAILED,
    GenerationState.CANCELLED: Phase.CANCELLED,
    GenerationState.UNKNOWN: Phase.UNKNOWN,
}

LOADING = CellView(takes=(Take(phase=Phase.LOADING),))


def verdict(*, passed: bool | None) -> Badge:
    """Return the badge of a verdict; unscored is not failed."""
    if passed is None:
        return Badge(words="not scored")
    if passed:
        return Badge(words="pass", icon="check", tone=Tone.POSITIVE)
    return Badge(words="fail", icon="close", tone=Tone.DANGER)


def live_take(answer: LiveAnswer) -> Take:
    """Return what an answer under way shows."""
    phase = Phase.STREAMING if answer.length else Phase.WAITING
    return Take(phase=phase, text=answer.head)


def stored_take(stored: Stored, variant: Variant, deciding: str | None) -> Take:
    """Return what a stored generation shows.

    Args:
        stored: The generation.
        variant: What it is of.
        deciding: The name of the score that is its verdict; None when there is none.
    """
    summary = stored.summary
    failed = summary.state is GenerationState.FAILED
    return Take(
        phase=_PHASES[summary.state],
        text=summary.error if failed else stored.text[:HEAD],
        summary=summary,
        passed=passed_of(summary, deciding),
        judged=deciding is not None,
        stand_in=stand_in_of(summary, variant),
    )


def stand_in_of(summary: GenerationSummary, variant: Variant) -> str:
    """Return the fallback model that a call asked; empty where it asked the variant's own."""
    asked = f"{summary.provider}/{summary.request_model}"
    return "" if asked == str(variant.model) else asked


def passed_of(summary: GenerationSummary, deciding: str | None) -> bool | None:
    """Return the deciding verdict of a generation, if it has one."""
    return next((score.passed for score in summary.scores if score.name == deciding), None)


def cell_view(takes: Sequence[Take], shown: int) -> CellView:
    """Return a cell of its repetitions."""
    return CellView(takes=tuple(takes), shown=shown)
