"""A ledger in memory and models that answer as told, for tests of the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

from prompt_workbench.domain.comparisons import (
    ModelInfo,
    Run,
    RunKind,
    RunLimits,
    RunProgress,
    RunState,
    Variant,
)
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.errors import NotFoundError
from prompt_workbench.domain.generations import ANSWERED, CellKey, Generation, GenerationState
from prompt_workbench.domain.messages import Role, TextPart, text_message
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.pace import UNLIMITED, Pace
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.domain.requests import GenerationRequest, ModelRef, model_ref
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.domain.usage import Price, Usage, UsageSource, to_pico
from prompt_workbench.engine.policy import Policy
from prompt_workbench.engine.ports import FailedAttempt, SentCall
from prompt_workbench.engine.protocol import CellFinished, Event, RunEnded, RunProgressed
from prompt_workbench.engine.runner import Runner
from prompt_workbench.providers.base import Answer, OnText, PreparedRequest, Timeouts
from prompt_workbench.system.renderer import Renderer

QUICK = Policy(
    backoff_s=0.002, probe_delays_s=(0.02,), rest_delays_s=(0.02,), progress_s=0.001, heartbeat_s=1
)
"""A policy for tests that do not want to wait."""

Behaviour = Callable[[str, OnText], Awaitable[Answer]]
"""What a model does with the text of a prompt."""


async def until(condition: Callable[[], object], *, within_s: float = 60) -> None:
    """Wait for a condition.

    Raises:
        TimeoutError: It does not come true.
    """
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + within_s
    for _ in iter(lambda: bool(condition()), True):
        if loop.time() > ends_at:
            raise TimeoutError
        await asyncio.sleep(0.001)


def answer(text: str, *, finish_reason: str | None = "stop", usage: Usage | None = None) -> Answer:
    """Return an answer as an adapter would."""
    return Answer(
        text=text,
        parts=(TextPart(content=text),),
        finish_reason=finish_reason,
        usage=usage,
        usage_source=UsageSource.MISSING if usage is None else UsageSource.REPORTED,
        usage_raw=None,
        response_id="id",
        response_model="m",
        request_id=None,
        status=200,
        time_to_first_chunk_s=0.001,
        duration_s=0.002,
    )


async def echo(prompt: str, on_text: OnText) -> Answer:
    """Answer with the prompt."""
    on_text(prompt)
    return answer(prompt, usage=Usage(input_tokens=10, output_tokens=5))


class ScriptedProvider:
    """A provider in memory; it keeps every prompt it was sent, with the time."""

    origin = "https://example.test"

    def __init__(self, behaviour: Behaviour = echo) -> None:
        self.behaviour = behaviour
        self.sent: list[str] = []
        self.sent_at: list[float] = []
        self.running = 0
        self.most_running = 0

    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        return PreparedRequest(body=request.messages[-1].text.encode())

    async def send(
        self, request: PreparedRequest, on_text: OnText, *, timeouts: Timeouts
    ) -> Answer:
        self.sent.append(request.body_text)
        self.sent_at.append(asyncio.get_running_loop().time())
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            return await self.behaviour(request.body_text, on_text)
        finally:
            self.running -= 1


class ScriptedModels:
    """Models by name, each with a provider and a price."""

    def __init__(self) -> None:
        self.providers: dict[str, ScriptedProvider] = {}
        self.infos: dict[str, ModelInfo] = {}
        self.refusals: dict[str, Exception] = {}
        """By model: why it cannot be called."""
        self.may_start = asyncio.Event()
        self.may_start.set()

    def add(
        self,
        name: str,
        behaviour: Behaviour = echo,
        *,
        price: Price | None = None,
        slots: int | None = None,
        pace: Pace = UNLIMITED,
        origin: str = "https://example.test",
    ) -> ScriptedProvider:
        provider = ScriptedProvider(behaviour)
        self.providers[name] = provider
        self.infos[name] = ModelInfo(
            ref=model_ref(name), origin=origin, price=price, slots=slots, pace=pace
        )
        return provider

    def info(self, ref: ModelRef) -> ModelInfo:
        if str(ref) not in self.infos:
            raise NotFoundError(f"There is no model {ref}.")
        return self.infos[str(ref)]

    async def provider(self, ref: ModelRef) -> ScriptedProvider:
        await self.may_start.wait()
        if str(ref) in self.refusals:
            raise self.refusals[str(ref)]
        return self.providers[str(ref)]


@dataclass
class MemoryLedger:
    """A ledger that keeps everything in memory, in the order it was told."""

    runs: dict[str, Run] = field(default_factory=dict)
    run_cases: dict[str, Sequence[Case]] = field(default_factory=dict)
    states: list[tuple[RunState, str]] = field(default_factory=list)
    sent_calls: dict[str, SentCall] = field(default_factory=dict)
    attempts: list[FailedAttempt] = field(default_factory=list)
    generations: dict[str, Generation] = field(default_factory=dict)
    cache: dict[str, Generation] = field(default_factory=dict)
    held: bool = False
    settle_delay_s: float = 0
    fails: dict[str, Exception] = field(default_factory=dict)
    """By the name of a method: what it raises."""
    obstacle: str = ""
    lease_waits_for: asyncio.Event | None = None
    """Where there is one, renewing the lease takes until it is set."""
    renewals: int = 0
    """How often the lease was to be renewed."""

    async def run(self, run_id: str) -> Run:
        if run_id not in self.runs:
            raise NotFoundError("There is no such run.")
        return self.runs[run_id]

    async def cases(self, run_id: str, start: int, count: int) -> Sequence[Case]:
        return self.run_cases[run_id][start : start + count]

    async def answered(self, run_id: str) -> set[CellKey]:
        return {
            cell for cell, found in self.newest(run_id).items() if found.summary.state in ANSWERED
        }

    async def failed(self, run_id: str) -> set[CellKey]:
        failed = GenerationState.FAILED
        return {cell for cell, g in self.newest(run_id).items() if g.summary.state is failed}

    async def spent_pico_usd(self, run_id: str) -> tuple[int, int]:
        known = [found.summary.cost.usd for found in self.generations.values()]
        return sum(to_pico(usd) or 0 for usd in known), 0

    async def unknown_cost(self, run_id: str) -> int:
        return sum(found.summary.cost.usd is None for found in self.generations.values())

    async def acquire(self, run_id: str) -> bool:
        taken, self.held = not self.held, True
        return taken

    async def keep(self, run_id: str) -> None:
        self._fail("keep")
        self.renewals += 1
        if self.lease_waits_for is not None:
            await self.lease_waits_for.wait()

    async def release(self, run_id: str, state: RunState, reason: str = "") -> None:
        self.held = False
        await self.set_state(run_id, state, reason)

    async def set_state(self, run_id: str, state: RunState, reason: str = "") -> None:
        self.states.append((state, reason))
        self.runs[run_id] = replace(self.runs[run_id], state=state, state_reason=reason)

    async def sent(self, call: SentCall) -> None:
        self._fail("sent")
        await asyncio.sleep(0)
        self.sent_calls[call.id] = call

    async def retrying(self, failed: FailedAttempt) -> None:
        self.attempts.append(failed)

    async def settled(self, generation: Generation, *, cache_key: str | None) -> None:
        await asyncio.sleep(self.settle_delay_s)
        self._fail("settled")
        self.generations[generation.summary.id] = generation
        if cache_key is not None:
            self.cache[cache_key] = generation

    async def cached(self, cache_key: str) -> Generation | None:
        return self.cache.get(cache_key)

    def newest(self, run_id: str) -> dict[CellKey, Generation]:
        """Return the newest generation of each cell."""
        found = [g for g in self.generations.values() if g.summary.run_id == run_id]
        return {generation.summary.cell: generation for generation in found}

    def _fail(self, method: str) -> None:
        if method in self.fails:
            raise self.fails[method]


class Bench:
    """A runner with everything around it, and what it told."""

    def __init__(self, *, policy: Policy = QUICK) -> None:
        self.ledger = MemoryLedger()
        self.models = ScriptedModels()
        self.events: list[Event] = []
        self.renderer = Renderer()
        self.runner = Runner(
            self.ledger, self.models, self.renderer, self.events.append, policy=policy
        )

    async def __aenter__(self) -> Bench:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.runner.close()
        await self.renderer.close()

    def add_run(
        self,
        *models: str,
        cases: int = 3,
        templates: Sequence[str] = ("{{text}}",),
        max_tokens: int | None = None,
        evaluators: Sequence[EvaluatorSpec] = (),
        state: RunState = RunState.READY,
        values: Mapping[str, str] | None = None,
        **limits: object,
    ) -> str:
        """Store a run of every template on every model; case n has the text ``case n``."""
        settings = ModelSettings(max_tokens=max_tokens)
        pairs = [(model, template) for template in templates for model in models]
        variants = tuple(
            Variant(
                index=index,
                version_id=None,
                prompt_name="p",
                version_number=index + 1,
                content=PromptContent(
                    messages=(text_message(Role.USER, template),), settings=settings
                ),
                model=model_ref(model),
            )
            for index, (model, template) in enumerate(pairs)
        )
        run = Run(
            id=f"run{len(self.ledger.runs)}",
            number=len(self.ledger.runs) + 1,
            kind=RunKind.COMPARISON,
            name="run",
            state=state,
            dataset_version_id="d",
            variants=variants,
            evaluators=tuple(evaluators),
            limits=RunLimits(**limits),  # type: ignore[arg-type]
            case_count=cases,
            created_at=datetime.now(UTC),
        )
        self.ledger.runs[run.id] = run
        self.ledger.run_cases[run.id] = [
            Case(inputs=dict(values or {"text": f"case {n}"}), expected_output=f"case {n}")
            for n in range(cases)
        ]
        return run.id

    def set_cap(self, run_id: str, cap: Decimal) -> None:
        """Give the run another spend cap."""
        run = self.ledger.runs[run_id]
        limits = replace(run.limits, max_cost_usd=cap)
        self.ledger.runs[run_id] = replace(run, limits=limits)

    async def finished(self, run_id: str) -> RunEnded:
        """Start the run if it is idle, wait for its end and return what was told of it."""
        self.runner.start(run_id)
        await self.runner.wait()
        return self.ends()[-1]

    def ends(self) -> list[RunEnded]:
        """Return the ends of runs."""
        return [event for event in self.events if isinstance(event, RunEnded)]

    def finished_cells(self) -> list[CellKey]:
        """Return the cells that were told to be finished, in that order."""
        return [event.summary.cell for event in self.events if isinstance(event, CellFinished)]

    def states_of(self, run_id: str) -> list[GenerationState]:
        """Return the state of each cell, in the order of the cells."""
        newest = self.ledger.newest(run_id)
        return [newest[cell].summary.state for cell in sorted(newest)]

    @property
    def progress(self) -> list[RunProgress]:
        """What was told of the progress of runs."""
        return [event.progress for event in self.events if isinstance(event, RunProgressed)]

    def reasons(self) -> list[str]:
        """Return the reasons that progress gave."""
        return [progress.reason for progress in self.progress if progress.reason]


PRICE = Price(input=Decimal(1_000_000), output=Decimal(1_000_000))
"""A dollar a token."""
