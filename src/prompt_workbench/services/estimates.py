"""What a comparison will probably take: calls, money and time, before anything is sent."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING

from prompt_workbench.domain.attachments import lacking, refusal_words
from prompt_workbench.domain.comparisons import Estimate, ModelInfo, Variant
from prompt_workbench.domain.costs import CallHistory
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import TemplateError
from prompt_workbench.domain.requests import GenerationRequest, ModelRef
from prompt_workbench.domain.usage import Price, Usage, cost_usd
from prompt_workbench.engine.requests import request_for
from prompt_workbench.providers.token_counter import TokenCounter
from prompt_workbench.providers.tokens import TokenRange
from prompt_workbench.services.planning import Plan

if TYPE_CHECKING:
    from prompt_workbench.storage.project import Project
    from prompt_workbench.system.renderer import Renderer

_SAMPLE = 40
"""How many cases are rendered to learn how long the requests are."""
_MOST_LOOKUPS = 5_000
"""Up to so many calls, each one is looked up in the response cache."""
_SHORT_ANSWER, _LONG_ANSWER = 10, 1_000
"""Output tokens assumed where neither max_tokens nor an earlier call says more."""
_FEW_AT_ONCE, _MANY_AT_ONCE = 2, 16
"""Calls at once assumed where they adapt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What one call of a variant takes."""

    low_usd: Decimal | None
    high_usd: Decimal | None
    duration_s: float | None


class Estimator:
    """Renders some of the requests, and looks at what earlier calls of their kind took."""

    def __init__(self, project: Project, renderer: Renderer, tokens: TokenCounter) -> None:
        self._project = project
        self._tokens = tokens
        self._renderer = renderer

    async def estimate(self, plan: Plan, infos: Mapping[ModelRef, ModelInfo]) -> Estimate:
        """Return what a plan will probably take."""
        cached = await self._cached(plan, infos)
        calls = [await self._call(plan, variant, infos) for variant in plan.variants]
        share = (plan.calls - cached) / len(calls)
        low_s, high_s = _span_s(plan, infos, calls, share)
        return Estimate(
            calls=plan.calls,
            cached_calls=cached,
            cost_low_usd=_times(share, [call.low_usd for call in calls]),
            cost_high_usd=_times(share, [call.high_usd for call in calls]),
            can_batch=all(infos[variant.model].has_batches for variant in plan.variants),
            unknown_cost_models=tuple(
                str(model) for model, info in infos.items() if info.price is None
            ),
            unbounded_variants=tuple(
                variant.title
                for variant in plan.variants
                if variant.content.settings.max_tokens is None
            ),
            unreadable=_unreadable(plan, infos),
            duration_low_s=low_s,
            duration_high_s=high_s,
        )

    async def _call(
        self, plan: Plan, variant: Variant, infos: Mapping[ModelRef, ModelInfo]
    ) -> _Call:
        history = await self._project.read(
            lambda r: r.generations.history(variant.model, variant.content.hash)
        )
        cases = await self._cases(plan, _SAMPLE)
        requests = [request async for _, request in self._requests((variant,), cases)]
        counted = await self._tokens.count(requests, infos[variant.model])
        answer = answer_tokens(variant.content.settings.max_tokens, history)
        ranges = [
            cost_range(counted.requests, infos[each].price, answer) for each in variant.models
        ]
        low, _ = ranges[0]
        return _Call(
            low_usd=low,
            # A fallback model that answers may be the dearest.
            high_usd=max((high for _, high in ranges if high is not None), default=None),
            duration_s=None if history is None else history.mean_duration_s,
        )

    async def _cached(self, plan: Plan, infos: Mapping[ModelRef, ModelInfo]) -> int:
        if not plan.limits.use_cache or plan.calls > _MOST_LOOKUPS:
            return 0
        repetitions = range(plan.limits.repetitions if plan.limits.cache_repetitions else 1)
        cases = await self._cases(plan, plan.case_count)
        keys = [
            request.cache_key(info.origin, info.interface, repetition)
            async for variant, request in self._requests(plan.variants, cases)
            for info in (infos[variant.model],)
            for repetition in repetitions
        ]
        return await self._project.read(lambda r: r.generations.count_cached(keys))

    async def _cases(self, plan: Plan, count: int) -> Sequence[Case]:
        dataset = plan.dataset
        if dataset is None:
            return ()
        wanted = min(count, plan.case_count)
        placed = await self._project.read(lambda r: r.datasets.cases(dataset.id, 0, wanted))
        return [item.case for item in placed]

    async def _requests(
        self, variants: Sequence[Variant], cases: Sequence[Case]
    ) -> AsyncIterator[tuple[Variant, GenerationRequest]]:
        """Yield the requests of some cells; a cell that cannot be rendered sends none."""
        for case, variant in product(cases, variants):
            with suppress(TemplateError):
                yield variant, await request_for(variant, case, self._renderer)
            # Rendering does not wait for anything, and a window may share this loop.
            await asyncio.sleep(0)


def _unreadable(plan: Plan, infos: Mapping[ModelRef, ModelInfo]) -> tuple[str, ...]:
    found = (
        refusal_words(variant.model, lacking(infos[variant.model], variant.content.messages))
        for variant in plan.variants
    )
    return tuple(dict.fromkeys(filter(None, found)))


def answer_tokens(most: int | None, history: CallHistory | None) -> TokenRange:
    """Return how long an answer probably is, given max_tokens and what earlier calls took."""
    low, high = _SHORT_ANSWER, most or _LONG_ANSWER
    if history is not None:
        low = round(history.mean_output_tokens)
        high = most or round(history.p95_output_tokens)
    return TokenRange(low=min(low, high), typical=low, high=high)


def cost_range(
    inputs: Sequence[TokenRange], price: Price | None, answer: TokenRange
) -> tuple[Decimal | None, Decimal | None]:
    """Return the mean cost of a call in US dollars, from the likely one to the highest possible.

    Without a price, or without a request that can be sent, both are None.
    """
    if price is None or not inputs:
        return None, None
    # The bound of the input holds for any tokenizer; as an estimate twice the likely is enough.
    low = sum(_usd(price, tokens.typical, answer.low) for tokens in inputs)
    high = sum(
        max(
            _usd(price, given, answer.high),
            _usd(price, given, answer.high, thought=answer.high),
        )
        for given in (min(2 * tokens.typical, tokens.high) for tokens in inputs)
    )
    return low / Decimal(len(inputs)), high / Decimal(len(inputs))


def _usd(price: Price, given: int, made: int, *, thought: int = 0) -> Decimal:
    usage = Usage(input_tokens=given, output_tokens=made, reasoning_output_tokens=thought)
    return cost_usd(usage, price)


def _span_s(
    plan: Plan, infos: Mapping[ModelRef, ModelInfo], calls: Sequence[_Call], share: float
) -> tuple[float | None, float | None]:
    """Return how long the run probably takes; of a batch its provider decides."""
    total_s = None if plan.limits.as_batch else _sum(call.duration_s for call in calls)
    if total_s is None:
        return None, None
    paced_s = _paced_s(plan, infos, share)
    at_once = plan.limits.concurrency
    low_s, high_s = (total_s * share / (at_once or many) for many in (_MANY_AT_ONCE, _FEW_AT_ONCE))
    return max(low_s, paced_s), max(high_s, paced_s)


def _paced_s(plan: Plan, infos: Mapping[ModelRef, ModelInfo], share: float) -> float:
    """Return how long it takes until the last request may leave, as the person allows."""
    variants = Counter(variant.model.provider for variant in plan.variants)
    waits = (
        60 * ((variants[model.provider] * share - 1) // info.pace.requests_per_minute)
        for model, info in infos.items()
        if info.pace.requests_per_minute
    )
    return max(waits, default=0)


def _times(share: float, costs: Sequence[Decimal | None]) -> Decimal | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known, Decimal(0)) * Decimal(share) if known else None


def _sum(values: Iterable[float | None]) -> float | None:
    found = list(values)
    return sum(value for value in found if value is not None) if None not in found else None
