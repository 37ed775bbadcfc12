"""What a person can do with comparisons: estimate, start, watch, pause, resume, stop, retry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.changes import Kind, changed
from prompt_workbench.domain.comparisons import (
    RESUMABLE,
    ComparisonSpec,
    Estimate,
    ModelInfo,
    Run,
    RunKind,
    RunLimits,
    RunProgress,
    RunState,
    Variant,
)
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import InvalidInputError, ProjectReadOnlyError, UserError
from prompt_workbench.domain.generations import CellKey
from prompt_workbench.domain.prompts import PromptContent, PromptVersion
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.engine.budget import check_cap
from prompt_workbench.engine.protocol import (
    ContinueRun,
    Event,
    PauseRun,
    RetryCells,
    StartRun,
    StopRun,
)
from prompt_workbench.providers.token_counter import TokenCounter
from prompt_workbench.services.active_runs import ActiveRuns, Worker
from prompt_workbench.services.base import Announce, Done, Service
from prompt_workbench.services.estimates import Estimator
from prompt_workbench.services.evaluators import checked_evaluators
from prompt_workbench.services.planning import (
    Plan,
    new_run,
    plan_comparison,
    quick_columns,
    refuse_unavailable,
    refuse_unbatchable,
    refuse_unrenderable,
)

if TYPE_CHECKING:
    from prompt_workbench.services.person import Person
    from prompt_workbench.storage.project import Project
    from prompt_workbench.storage.repositories import Repositories
    from prompt_workbench.system.renderer import Renderer


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptedRun:
    """A run that a program which is gone left behind."""

    run: Run
    maybe_billed: int
    """How many calls were sent without their outcome being known."""


class Comparisons(Service):
    """Estimate, start, watch and steer runs."""

    def __init__(
        self,
        project: Project,
        announce: Announce,
        *,
        person: Person,
        renderer: Renderer,
        tokens: TokenCounter,
        worker: Worker,
    ) -> None:
        super().__init__(project, announce)
        self._models = person.models
        self._estimator = Estimator(project, renderer, tokens)
        self._active = ActiveRuns(project, announce, person=person, worker=worker)

    # Before it runs

    async def estimate(self, spec: ComparisonSpec) -> Estimate:
        """Return how many calls a comparison is, and what they will probably take.

        Raises:
            NotFoundError: A prompt, version, dataset or model does not exist.
            InvalidInputError: A template or an evaluator cannot work.
        """
        plan = await self._planned(spec)
        refuse_unrenderable(plan)
        infos = await self._infos(plan.variants, plan.limits)
        refuse_unbatchable(plan, infos)
        return await self._estimator.estimate(plan, infos)

    async def create(self, spec: ComparisonSpec) -> Done[Run]:
        """Store a comparison as a run that is ready to start.

        Raises:
            NotFoundError: A prompt, version, dataset or model does not exist.
            InvalidInputError: A template or an evaluator cannot work.
            BudgetError: The spend cap cannot be kept.
        """
        plan = await self._planned(spec)
        positions = None if spec.case_limit is None else range(plan.case_count)
        return await self._create(plan, positions=positions)

    async def create_quick(
        self,
        prompt_name: str,
        version: PromptVersion | None,
        content: PromptContent,
        models: Sequence[str],
        values: Mapping[str, Json],
        repetitions: int = 1,
    ) -> Done[Run]:
        """Store one text with one set of values as a run that is ready to start.

        Args:
            prompt_name: What the columns are called.
            version: The version that the content is; None for a draft.
            content: What is sent.
            models: Written ``provider/model``; each is a column.
            values: The inputs.
            repetitions: How often each model is asked.

        Raises:
            InvalidInputError: A template cannot be rendered with these values.
        """
        if not models:
            raise InvalidInputError("Choose a model first.")
        plan = Plan(
            name=prompt_name,
            kind=RunKind.QUICK,
            variants=quick_columns(prompt_name, version, content, models),
            dataset_name="",
            dataset=None,
            inputs=tuple(values),
            case_count=1,
            evaluators=(),
            limits=RunLimits(repetitions=repetitions, use_cache=False),
        )
        return await self._create(plan, cases=[Case(inputs=values)])

    # Steering

    async def start(
        self,
        run_id: str,
        *,
        max_cost_usd: Decimal | None = None,
        patience_s: float | None = None,
    ) -> Done[Run]:
        """Start a run, or go on with one that was stopped; only missing cells are sent.

        Args:
            run_id: The run.
            max_cost_usd: A new spend cap for the whole run; None keeps the one it has.
            patience_s: How long to wait for servers that fail before the run ends as
                interrupted; None waits until the person stops it.

        Raises:
            UserError: It is running already, or has nothing left to do.
            BudgetError: The spend cap cannot be kept.
            ProjectReadOnlyError: No answer could be stored.
        """
        self._refuse_read_only()
        run = await self._project.read(lambda r: r.runs.get(run_id))
        if run_id in self._active or run.state not in RESUMABLE:
            raise _not_startable(run)
        run = await self._capped(run, max_cost_usd)
        await self._active.begin(StartRun(run_id=run_id, patience_s=patience_s))
        return self._done(run, Kind.RUN, ids=frozenset({run_id}))

    async def pause(self, run_id: str) -> None:
        """Start no further call of a run; what is under way finishes."""
        await self._active.steer(PauseRun(run_id=run_id))

    async def resume(self, run_id: str) -> None:
        """Go on with a run that is paused, or that was stopped or interrupted."""
        if run_id in self._active:
            await self._active.steer(ContinueRun(run_id=run_id))
        else:
            await self.start(run_id)

    async def stop(self, run_id: str) -> None:
        """End a run; what is under way is cancelled and its partial text kept."""
        await self._active.steer(StopRun(run_id=run_id))

    async def cancel(self, run_id: str) -> None:
        """Have what a run left in batches cancelled; what was answered by then is collected.

        Raises:
            UserError: It is running, or complete.
            ProjectReadOnlyError: No answer could be stored.
        """
        await self.start(run_id)
        await self.stop(run_id)

    async def retry(
        self,
        run_id: str,
        cells: Sequence[CellKey] = (),
        *,
        max_cost_usd: Decimal | None = None,
        patience_s: float | None = None,
    ) -> None:
        """Send some cells again; without cells, all that failed. The rest is as in `start`.

        Raises:
            BudgetError: The new spend cap cannot be kept.
            ProjectReadOnlyError: No answer could be stored.
        """
        self._refuse_read_only()
        if max_cost_usd is not None:
            run = await self._project.read(lambda r: r.runs.get(run_id))
            await self._capped(run, max_cost_usd)
        command = RetryCells(run_id=run_id, cells=tuple(cells), patience_s=patience_s)
        await self._active.begin(command)

    async def finished(self, run_id: str) -> Run:
        """Wait until a run that was started is no longer active, and return it."""
        await self._active.ended(run_id)
        return await self._project.read(lambda r: r.runs.get(run_id))

    # Watching

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Have a listener told, on the loop's thread, what runs do; return how to stop that."""
        return self._active.subscribe(listener)

    def active(self) -> tuple[RunProgress, ...]:
        """Return how far the active runs are."""
        return self._active.progress

    def works_on(self, run_id: str) -> bool:
        """Return whether a run is active here, also before it told how far it is."""
        return run_id in self._active

    async def interrupted(self) -> tuple[InterruptedRun, ...]:
        """Return the runs that a program which is gone left unfinished, and free them."""

        def work(repositories: Repositories) -> tuple[InterruptedRun, ...]:
            return tuple(
                InterruptedRun(
                    maybe_billed=repositories.runs.recover(run.id),
                    run=repositories.runs.get(run.id),
                )
                for run in repositories.runs.unfinished()
            )

        # Looking comes first: as a rule there is none, and no other program is kept waiting.
        if self._project.read_only or not await self._project.read(lambda r: r.runs.unfinished()):
            return ()
        found = await self._project.write(work)
        if found:
            self._announce(changed(Kind.RUN, Kind.GENERATION))
        return found

    async def leave(self) -> None:
        """End the worker as `close` does; its runs are interrupted and can be resumed."""
        await self._active.leave()

    async def close(self) -> None:
        """Let what is under way finish and be stored, and end the worker."""
        await self._active.close()

    async def _planned(self, spec: ComparisonSpec) -> Plan:
        checked = replace(spec, evaluators=checked_evaluators(spec.evaluators))
        return await self._project.read(lambda r: plan_comparison(r, checked))

    def _refuse_read_only(self) -> None:
        if self._project.read_only:
            raise ProjectReadOnlyError("A run cannot go on in a project that is read-only.")

    async def _create(
        self,
        plan: Plan,
        *,
        positions: Sequence[int] | None = None,
        cases: Sequence[Case] | None = None,
    ) -> Done[Run]:
        infos = await self._infos(plan.variants, plan.limits)
        refuse_unrenderable(plan)
        refuse_unavailable(infos)
        refuse_unbatchable(plan, infos)
        check_cap(new_run(plan, 0), infos)

        def work(repositories: Repositories) -> Run:
            run = new_run(plan, repositories.runs.next_number())
            repositories.runs.add(run, positions, cases)
            return run

        run = await self._project.write(work)
        return self._done(run, Kind.RUN, ids=frozenset({run.id}))

    async def _capped(self, run: Run, max_cost_usd: Decimal | None) -> Run:
        """Return a run with a new spend cap, if one is given, after storing it."""
        limits = run.limits
        if max_cost_usd is not None:
            limits = replace(limits, max_cost_usd=max_cost_usd)
        capped = replace(run, limits=limits)
        infos = await self._infos(run.variants, limits)
        check_cap(capped, infos)
        if max_cost_usd is not None:
            await self._project.write(lambda r: r.runs.set_limits(run.id, limits))
        return capped

    async def _infos(
        self, variants: Sequence[Variant], limits: RunLimits
    ) -> Mapping[ModelRef, ModelInfo]:
        models = dict.fromkeys(model for variant in variants for model in variant.models)
        return {model: (await self._models.info(model)).priced_for(limits) for model in models}


def _not_startable(run: Run) -> UserError:
    if run.state is RunState.DONE:
        return UserError(
            f"Run {run.number} is complete.",
            hint=f"To send its failed calls again: pwb runs resume {run.number} --retry-failed",
        )
    return UserError(
        f"Run {run.number} is being worked on already.", hint="Watch it where it was started."
    )
