"""The product on its real path: a new project, the services, the worker process, the ledger."""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.performance.clients import prompt
from tests.performance.harness import Cost, Meter

from prompt_workbench.domain.comparisons import ComparisonSpec, Run, RunLimits, RunState
from prompt_workbench.domain.datasets import Case
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.prompts import PromptContent
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.services.person import Person
from prompt_workbench.services.workbench import Workbench
from prompt_workbench.services.worker_link import WorkerLink
from prompt_workbench.settings import models
from prompt_workbench.settings.models import Endpoint, ModelRegistry
from prompt_workbench.settings.store import SettingsStore, memory
from prompt_workbench.storage.project import Project
from prompt_workbench.system.renderer import Renderer
from prompt_workbench.system.secrets import KeyVault

ENDPOINT = "mock"
MODEL = f"{ENDPOINT}/mock"
PROMPT = "item"
CONTAINS = EvaluatorSpec(type="contains")
"""Whether the answer has the expected word."""
_numbers = itertools.count(1)


class Bench:
    """A new project with a prompt and a worker that has made one call."""

    def __init__(self, workbench: Workbench, link: WorkerLink, commits: Path) -> None:
        self.workbench = workbench
        self.link = link
        self._commits = commits
        self.first_call_s = 0.0
        """How long the first call took, with the start of the worker."""

    async def created(
        self,
        cases: int,
        *,
        concurrency: int | None = 64,
        evaluators: tuple[EvaluatorSpec, ...] = (),
    ) -> Run:
        """Return a comparison over so many new cases, ready to start."""
        name = f"items-{next(_numbers)}"
        rows = [Case(inputs={"n": n}, expected_output="dog") for n in range(cases)]
        await self.workbench.datasets.create(name, rows)
        spec = ComparisonSpec(
            prompts=(PROMPT,),
            models=(MODEL,),
            dataset=name,
            evaluators=evaluators,
            limits=RunLimits(concurrency=concurrency, use_cache=False),
        )
        return (await self.workbench.comparisons.create(spec)).value

    async def run(self, run: Run) -> Cost:
        """Run the comparison and return what it needed in this process and the worker's."""
        pid = self.link.pid
        meter = Meter(*(() if pid is None else (pid,)))
        await self.workbench.comparisons.start(run.id)
        ended = await self.workbench.comparisons.finished(run.id)
        cost = meter.cost(run.cell_count)
        if ended.state is not RunState.DONE:
            raise RuntimeError(f"The run ended as {ended.state}: {ended.state_reason}")
        return cost

    def commits(self) -> int:
        """Return how many transactions the worker committed; after the project is closed."""
        return int(self._commits.read_text())


@asynccontextmanager
async def bench(folder: Path, url: str, *, stream: bool = True) -> AsyncIterator[Bench]:
    """Make a project in the folder whose endpoint is the server, and a worker for it."""
    register(url)
    number = next(_numbers)
    commits = folder / f"commits-{number}"
    link = WorkerLink([sys.executable, "-m", "tests.performance.counted_worker", str(commits)])
    project = await asyncio.to_thread(Project.create, folder / f"round-{number}.pwb")
    person = Person(store=SettingsStore(), memory=memory(), vault=KeyVault())
    workbench = Workbench(project, worker=link, renderer=Renderer(), person=person)
    try:
        await workbench.prompts.create(PROMPT, content(stream=stream))
        made = Bench(workbench, link, commits)
        run, began = await made.created(1), time.perf_counter()
        await made.run(run)
        made.first_call_s = time.perf_counter() - began
        yield made
    finally:
        await workbench.close()


def content(*, stream: bool = True) -> PromptContent:
    """Return the prompt of all benchmarks, whose answers come streamed or in one piece."""
    text = prompt(0).replace("item-0", "item-{{n}}")
    settings = ModelSettings(max_tokens=64, stream=None if stream else False)
    return PromptContent(messages=(text_message(Role.USER, text),), settings=settings)


def register(url: str) -> None:
    """Make the server known as an endpoint with a price, in the settings of this home."""
    price = Decimal(1)
    endpoint = Endpoint(name=ENDPOINT, base_url=url, input_price=price, output_price=price)
    models.save(ModelRegistry(endpoints=(endpoint,)))


def run_product(
    folder: Path,
    url: str,
    calls: int,
    *,
    stream: bool = True,
    concurrency: int | None = 64,
    evaluators: tuple[EvaluatorSpec, ...] = (),
) -> Cost:
    """Run one comparison in a new project and return what it needed, without the set-up."""

    async def work() -> tuple[Cost, Bench]:
        async with bench(folder, url, stream=stream) as made:
            run = await made.created(calls, concurrency=concurrency, evaluators=evaluators)
            return await made.run(run), made

    cost, made = asyncio.run(work())
    commits_per_call = made.commits() / (calls + 1)
    extra = {"first_call_s": made.first_call_s, "commits_per_call": commits_per_call}
    return replace(cost, extra={**cost.extra, **extra})
