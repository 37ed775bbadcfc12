"""The engine with the real adapter, the real ledger and a provider over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support.engine import QUICK, until
from tests.support.projects import add_run, new_run, register

from prompt_workbench.domain.comparisons import Run, RunLimits, RunState
from prompt_workbench.domain.errors import ProviderErrorKind
from prompt_workbench.domain.generations import GenerationState, GenerationSummary
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.domain.usage import CostSource, UsageSource
from prompt_workbench.engine.protocol import CellText, Event, RunEnded, RunProgressed
from prompt_workbench.engine.runner import Runner
from prompt_workbench.providers.catalogue import Catalogue
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import FakeRequest, Reply, refusal, stream
from prompt_workbench.providers.fake_speech import echo
from prompt_workbench.providers.local.supervisor import LocalServers
from prompt_workbench.settings import models
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.project import Project
from prompt_workbench.system.renderer import Renderer


class Office:
    """A project with a runner on it, and a provider."""

    def __init__(self, project: Project, provider: FakeProvider) -> None:
        register(provider.base_url)
        self.project = project
        self.provider = provider
        self.events: list[Event] = []
        self._ledger = ProjectLedger.open(project.location)
        self._catalogue = Catalogue(models.load(), LocalServers(), {})
        self._renderer = Renderer()
        self.runner = Runner(
            self._ledger, self._catalogue, self._renderer, self.events.append, policy=QUICK
        )

    async def run(self, run: Run) -> list[GenerationSummary]:
        """Work on a run until it ends, and return its cells."""
        self.runner.start((await add_run(self.project, run)).id)
        await self.runner.wait()
        return await self.cells(run)

    async def cells(self, run: Run) -> list[GenerationSummary]:
        return await self.project.read(lambda r: r.generations.cells(run.id))

    def end(self) -> RunEnded:
        return next(event for event in reversed(self.events) if isinstance(event, RunEnded))

    async def close(self) -> None:
        await self.runner.close()
        await self._catalogue.close()
        await self._renderer.close()
        await self._ledger.close()


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as provider:
        yield provider


@pytest.fixture
async def office(tmp_path: Path, provider: FakeProvider) -> AsyncIterator[Office]:
    project = await asyncio.to_thread(Project.create, tmp_path / "project.pwb")
    office = Office(project, provider)
    yield office
    await office.close()
    await project.close()


async def test_answers_are_stored_with_scores_and_cost(office: Office) -> None:
    run = new_run(cases=20, evaluators=[EvaluatorSpec(type="exact")])
    cells = await office.run(run)
    assert {cell.state for cell in cells} == {GenerationState.DONE}
    assert all(cell.scores[0].passed for cell in cells)
    assert {cell.cost.source for cell in cells} == {CostSource.KNOWN}
    assert office.end().state is RunState.DONE
    summary = (await office.project.read(lambda r: r.generations.summaries(run.id, "exact")))[0]
    assert (summary.calls, summary.passed) == (20, 20)


async def test_nothing_is_sent_before_the_time_that_the_server_named(office: Office) -> None:
    def limited(request: FakeRequest) -> Reply:
        if request.number == 3:
            return refusal(429, "Slow down.", headers={"retry-after-ms": "300"})
        return echo(request).after(0.02)

    office.provider.script = limited
    cells = await office.run(new_run(cases=30))
    assert {cell.state for cell in cells} == {GenerationState.DONE}
    arrivals = [request.arrived_at for request in office.provider.requests]
    # What had left before the refusal was known may still arrive.
    late = [at - arrivals[3] for at in arrivals if at - arrivals[3] > 0.05]
    assert min(late) >= 0.3
    assert sum(cell.attempts for cell in cells) == len(arrivals) == 31


async def test_every_request_is_an_attempt_even_to_a_server_that_cannot_count(
    office: Office,
) -> None:
    def picky(request: FakeRequest) -> Reply:
        if "stream_options" in request.json:
            return refusal(400, "Unrecognized request argument: stream_options")
        return echo(request)

    office.provider.script = picky
    cells = await office.run(new_run(cases=6))
    assert {cell.state for cell in cells} == {GenerationState.DONE}
    assert sum(cell.attempts for cell in cells) == len(office.provider.requests)
    first = await office.project.read(lambda r: r.generations.get(cells[0].id))
    refused, answered = first.body.attempts
    assert (refused.status, answered.status) == (400, 200)
    assert "sent without stream_options" in refused.error


async def test_a_server_that_comes_back_is_found_again(office: Office) -> None:
    port = int(office.provider.origin.rpartition(":")[2])
    run = await add_run(office.project, new_run(cases=12, limits=RunLimits(use_cache=False)))
    await office.provider.__aexit__(None, None, None)
    office.runner.start(run.id)
    await until(lambda: any("does not answer" in reason for reason in reasons(office)))
    async with FakeProvider(port=port) as again:
        await office.runner.wait()
        assert len(again.requests) == 12
    assert {cell.state for cell in await office.cells(run)} == {GenerationState.DONE}


async def test_a_stream_that_is_cut_is_kept_as_truncated(office: Office) -> None:
    office.provider.script = stream(["one ", "two ", "three"], finish_reason=None)
    run = new_run(cases=1, evaluators=[EvaluatorSpec(type="exact")])
    (cell,) = await office.run(run)
    assert cell.state is GenerationState.TRUNCATED
    assert cell.preview == "one two three"
    assert cell.finish_reason is None
    assert cell.usage_source is UsageSource.ESTIMATED
    assert cell.cost.source is CostSource.ESTIMATED
    assert cell.scores[0].passed is None
    assert len(office.provider.requests) == 1


async def test_stopping_closes_the_connections_and_keeps_what_arrived(office: Office) -> None:
    office.provider.script = stream(["one ", *["more "] * 400], gap_s=0.05)
    run = await add_run(office.project, new_run(cases=9, limits=RunLimits(concurrency=3)))
    office.runner.start(run.id)
    await until(lambda: sum(isinstance(event, CellText) for event in office.events) > 12)
    began = time.monotonic()
    office.runner.stop(run.id)
    await office.runner.wait()
    await office.provider.all_closed()
    assert time.monotonic() - began < 10
    cells = await office.cells(run)
    kept = [cell for cell in cells if cell.preview.startswith("one ")]
    assert kept
    assert {cell.state for cell in cells} == {GenerationState.CANCELLED}
    assert {cell.cost.source for cell in kept} == {CostSource.ESTIMATED}


async def test_a_refused_key_fails_every_cell_with_the_reason(office: Office) -> None:
    office.provider.script = refusal(401, "Incorrect API key.")
    cells = await office.run(new_run(cases=3))
    assert {cell.state for cell in cells} == {GenerationState.FAILED}
    assert {cell.error_kind for cell in cells} == {ProviderErrorKind.AUTHENTICATION}
    assert {cell.cost.usd for cell in cells} == {0}


def reasons(office: Office) -> list[str]:
    """Return the reasons that progress gave."""
    return [event.progress.reason for event in office.events if isinstance(event, RunProgressed)]
