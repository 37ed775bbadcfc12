"""A lane: the cells of one model of a run, made ready one after the other."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from msgspec import Struct, structs

from prompt_workbench.domain.comparisons import ModelInfo, Run, Variant
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import WorkbenchError
from prompt_workbench.domain.generations import Attempt, CellKey, Generation, GenerationState
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.domain.scores import Score
from prompt_workbench.engine.budget import worst_case_pico
from prompt_workbench.engine.call import Line
from prompt_workbench.engine.outcome import Ending, Subject, cached_generation, generation_of
from prompt_workbench.engine.ports import SentCall, TemplateRenderer
from prompt_workbench.engine.recourse import Recourse, recourse_of
from prompt_workbench.engine.requests import request_for
from prompt_workbench.engine.scoring import scored
from prompt_workbench.providers.base import PreparedRequest
from prompt_workbench.providers.tokens import estimate_input


class PlannedCall(Struct, frozen=True, kw_only=True):
    """A cell that is ready to be sent."""

    subject: Subject
    request: GenerationRequest
    prepared: PreparedRequest
    cache_key: str | None
    worst_pico: int | None
    """The most that one attempt can cost; None when that is not bounded or not capped."""
    recourse: Recourse
    fresh: bool
    """Whether it is sent even if the response cache has the answer."""

    def sent(self, reserved_pico: int | None) -> SentCall:
        """Return what the ledger records before the call leaves."""
        return SentCall(
            id=self.subject.id,
            run_id=self.subject.run_id,
            cell=self.subject.cell,
            request=self.request,
            request_body=self.subject.request_body,
            cache_key=self.cache_key,
            reserved_pico_usd=reserved_pico,
            started_at=datetime.now(UTC),
        )


class Lane:
    """Turns cells into calls of one model that are ready, and their endings into results."""

    def __init__(self, run: Run, info: ModelInfo, line: Line, renderer: TemplateRenderer) -> None:
        self.line = line
        self.ahead = asyncio.Semaphore(line.policy.prepared_calls)
        """How many more calls may be made ready before one of them gets a place."""
        self._run = run
        self._info = info
        self._renderer = renderer
        self._variants = {
            variant.index: replace(variant, model=info.ref)
            for variant in run.variants
            if info.ref in variant.models
        }
        self._recourses = {
            variant.index: recourse_of(variant, info.ref)
            for variant in run.variants
            if info.ref in variant.models
        }

    async def plan(
        self, cell: CellKey, case: Case, *, fresh: bool, earlier: tuple[Attempt, ...] = ()
    ) -> PlannedCall | Generation:
        """Return the call of a cell, or its result where nothing needs to be sent.

        Args:
            cell: The cell.
            case: Its case.
            fresh: Whether to send even if the response cache has the answer.
            earlier: What the models of the variant answered that were asked before.
        """
        variant = self._variants[cell.variant]
        try:
            request = await request_for(variant, case, self._renderer)
            prepared = self.line.provider.prepare(request)
        except WorkbenchError as error:
            return refusal(self._subject(cell, case), error, earlier)
        subject = self._subject(cell, case, request, prepared.body_text)
        key = self._cache_key(request, cell)
        stored = None if key is None or fresh else await self.line.ledger.cached(key)
        if stored is not None:
            scores = await self._scores(stored.body.text, subject)
            return cached_generation(subject, stored, scores)
        return PlannedCall(
            subject=subject,
            request=request,
            prepared=prepared,
            cache_key=key,
            worst_pico=self._worst_pico(variant, request),
            recourse=self._recourse(cell.variant, earlier),
            fresh=fresh,
        )

    async def result(self, subject: Subject, ending: Ending) -> Generation:
        """Return the generation of a call that ended, with its scores."""
        scores: tuple[Score, ...] = ()
        if ending.answer is not None:
            complete = ending.state is GenerationState.DONE
            scores = await self._scores(ending.text, subject, complete=complete)
        return generation_of(subject, ending, scores)

    def _subject(
        self,
        cell: CellKey,
        case: Case,
        request: GenerationRequest | None = None,
        request_body: str = "",
    ) -> Subject:
        return Subject(
            id=new_id(),
            run_id=self._run.id,
            cell=cell,
            model=self._info.ref,
            case=case,
            price=self._info.price,
            request=request,
            request_body=request_body,
        )

    def _recourse(self, variant: int, earlier: tuple[Attempt, ...]) -> Recourse:
        recourse = self._recourses[variant]
        return structs.replace(recourse, earlier=earlier) if earlier else recourse

    async def _scores(
        self, text: str, subject: Subject, *, complete: bool = True
    ) -> tuple[Score, ...]:
        schema = self._variants[subject.cell.variant].content.response_schema
        evaluators = self._run.evaluators
        return await scored(text, subject.case, evaluators, complete=complete, schema=schema)

    def _worst_pico(self, variant: Variant, request: GenerationRequest) -> int | None:
        if self._run.limits.max_cost_usd is None:
            return None
        return worst_case_pico(variant, self._info.price, estimate_input(request).high)

    def _cache_key(self, request: GenerationRequest, cell: CellKey) -> str | None:
        limits = self._run.limits
        if not limits.use_cache or (cell.repetition and not limits.cache_repetitions):
            return None
        origin, interface = self.line.provider.origin, self._info.interface
        return request.cache_key(origin, interface, cell.repetition)


def refusal(
    subject: Subject, error: WorkbenchError, earlier: tuple[Attempt, ...] = ()
) -> Generation:
    """Return the result of a call that cannot be made."""
    ending = Ending(
        state=GenerationState.FAILED, started_at=datetime.now(UTC), attempts=earlier, error=error
    )
    return generation_of(subject, ending, ())
