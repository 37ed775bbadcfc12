"""What is left to do where a model does not answer: the version's own rules, followed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct, structs

from prompt_workbench.domain.comparisons import Variant
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.generations import Attempt, GenerationState
from prompt_workbench.domain.policies import Fallback, RetryPolicy
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.engine.outcome import Ending

_FILTERED = frozenset(
    {
        "content_filter", "refusal", "safety", "prohibited_content", "blocklist", "spii",
        "recitation", "image_safety", "guardrail_intervened", "content_filtered",
    }
)  # fmt: skip
"""How providers name, in small letters, that a filter of theirs held an answer back."""


class Recourse(Struct, frozen=True, kw_only=True):
    """What a call may still do when it fails, and what was done before it."""

    retry: RetryPolicy | None = None
    fallbacks: tuple[Fallback, ...] = ()
    """The models that are left, in the order in which they are asked."""
    elsewhere: frozenset[ProviderErrorKind] = frozenset()
    """The errors after which one of them is asked."""
    earlier: tuple[Attempt, ...] = ()
    """What the models answered that were asked before."""

    def next_model(self, kind: ProviderErrorKind | None) -> ModelRef | None:
        """Return the model to ask after an error of a kind; None where there is none."""
        return next((item.model for item in self.fallbacks if kind in item.on), None)


def recourse_of(variant: Variant, model: ModelRef) -> Recourse:
    """Return what a call of a variant to one of its models may do."""
    left = variant.fallbacks_after(model)
    return Recourse(
        retry=variant.content.retry,
        fallbacks=left,
        elsewhere=frozenset(kind for item in left for kind in item.on),
    )


def failure_of(ending: Ending) -> ProviderErrorKind | None:
    """Return the error that a call ended with; a filtered answer without text is one, too."""
    if ending.state is GenerationState.FAILED and isinstance(ending.error, ProviderError):
        return ending.error.kind
    answer = ending.answer
    if answer is not None and not answer.text and answer.finish_reason is not None:
        filtered = answer.finish_reason.lower() in _FILTERED
        return ProviderErrorKind.CONTENT_FILTER if filtered else None
    return None


def handed_on(attempts: Sequence[Attempt], model: ModelRef) -> tuple[Attempt, ...]:
    """Return what a model answered, as the next one's call keeps it.

    What it may have cost stands with its own call, and must not count twice.
    """
    return tuple(
        structs.replace(
            attempt,
            model=attempt.model or str(model),
            perhaps_billed=False,
            # Only an answer that a filter held back is handed on without an error of its own.
            error_kind=attempt.error_kind or ProviderErrorKind.CONTENT_FILTER,
            error=attempt.error or "A filter of the provider held the answer back.",
        )
        for attempt in attempts
    )


def not_sent(recourse: Recourse, error: ProviderError) -> tuple[Attempt, ...]:
    """Return the attempts of a call that was not even sent, with why at the end."""
    attempt = Attempt(
        number=len(recourse.earlier) + 1,
        started_at=datetime.now(UTC),
        error_kind=error.kind,
        error=error.message,
    )
    return (*recourse.earlier, attempt)
