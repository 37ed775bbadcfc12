"""A project whose runs go to a fake provider in batches, and that can be left and taken up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.support.engine import QUICK
from tests.support.projects import add_run, new_run

from prompt_workbench.domain.comparisons import Run, RunLimits
from prompt_workbench.domain.generations import GenerationSummary
from prompt_workbench.domain.requests import Interface
from prompt_workbench.engine.batch_ports import Batching
from prompt_workbench.engine.policy import Policy
from prompt_workbench.engine.protocol import Event, RunEnded, RunProgressed
from prompt_workbench.engine.runner import Runner
from prompt_workbench.providers.catalogue import Catalogue
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.local.supervisor import LocalServers
from prompt_workbench.settings import models
from prompt_workbench.settings.models import Endpoint, ModelRegistry
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.project import Project
from prompt_workbench.system.renderer import Renderer

SOON: Policy = replace(
    QUICK,
    batch_poll_s=0.01,
    batch_longest_poll_s=0.01,
    batch_sure_after_s=0,
    finish_within_s=0.5,
)


def register(
    url: str, interface: Interface = Interface.OPENAI_CHAT, *, price: Decimal | None = Decimal(2)
) -> None:
    """Make the server known as the endpoint ``fake``, which takes batches."""
    endpoint = Endpoint(
        name="fake",
        base_url=url,
        interface=interface,
        input_price=price,
        output_price=price,
        options={"batches": "50"},
    )
    models.save(ModelRegistry(endpoints=(endpoint,)))


class BatchOffice:
    """One start of the program on a project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.events: list[Event] = []
        self.ledger = ProjectLedger.open(project.location)
        self._catalogue = Catalogue(models.load(), LocalServers(), {})
        self._renderer = Renderer()
        self.runner = Runner(
            self.ledger,
            self._catalogue,
            self._renderer,
            self.events.append,
            policy=SOON,
            batching=Batching(ledger=self.ledger, models=self._catalogue),
        )

    async def add(self, *, cases: int = 4, limits: RunLimits | None = None, number: int = 1) -> Run:
        """Store a run that goes in a batch."""
        wanted = replace(limits or RunLimits(), as_batch=True)
        return await add_run(self.project, new_run(number, cases=cases, limits=wanted))

    async def work(self, run: Run) -> list[GenerationSummary]:
        """Work on a run until it ends, and return its cells."""
        self.runner.start(run.id)
        await self.runner.wait()
        return await self.cells(run)

    async def cells(self, run: Run) -> list[GenerationSummary]:
        """Return the cells of a run."""
        return await self.project.read(lambda r: r.generations.cells(run.id))

    def end(self) -> RunEnded:
        """Return how the last run ended."""
        return next(event for event in reversed(self.events) if isinstance(event, RunEnded))

    def reasons(self) -> list[str]:
        """Return what was told of where the run stands."""
        told = [event.progress.reason for event in self.events if isinstance(event, RunProgressed)]
        return list(dict.fromkeys(filter(None, told)))

    async def close(self) -> None:
        """End as the program does when it is closed."""
        await self.runner.close()
        await self._catalogue.close()
        await self._renderer.close()
        await self.ledger.close()


@asynccontextmanager
async def batch_office(project: Project) -> AsyncIterator[BatchOffice]:
    """Start the program on a project, and end it."""
    office = BatchOffice(project)
    try:
        yield office
    finally:
        await office.close()


async def new_project(folder: Path) -> Project:
    """Return a new project."""
    return await asyncio.to_thread(Project.create, folder / "project.pwb")


def asked_for(provider: FakeProvider) -> int:
    """Return how many calls the provider would have billed."""
    return len(provider.requests)
