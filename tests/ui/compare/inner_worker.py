"""The call worker's work, done in this process on models that answer as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from tests.support.engine import QUICK, Behaviour, ScriptedModels, ScriptedProvider

from prompt_workbench.domain.usage import Price
from prompt_workbench.engine.protocol import (
    Command,
    ContinueRun,
    Event,
    PauseRun,
    RetryCells,
    StartRun,
    StopRun,
)
from prompt_workbench.engine.runner import Runner
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.system.renderer import Renderer


class InnerWorker:
    """The real engine on the real ledger of the project; only the models are scripted."""

    def __init__(self) -> None:
        self.models = ScriptedModels()
        self._listeners: list[Callable[[Event], None]] = []
        self._ledger: ProjectLedger | None = None
        self._renderer: Renderer | None = None
        self._runner: Runner | None = None

    def answer(
        self, name: str, behaviour: Behaviour, *, price: Price | None = None
    ) -> ScriptedProvider:
        """Have a model answer in some way."""
        return self.models.add(name, behaviour, price=price)

    async def start(
        self, project: str, keys: Mapping[str, str], *, local_threads: int | None = None
    ) -> None:
        if self._runner is None:
            self._ledger = await asyncio.to_thread(ProjectLedger.open, project)
            self._renderer = Renderer()
            self._runner = Runner(self._ledger, self.models, self._renderer, self.say, policy=QUICK)

    async def send(self, command: Command) -> None:
        assert self._runner is not None
        match command:
            case StartRun(run_id=run_id):
                self._runner.start(run_id)
            case PauseRun(run_id=run_id):
                self._runner.pause(run_id)
            case ContinueRun(run_id=run_id):
                self._runner.resume(run_id)
            case StopRun(run_id=run_id):
                self._runner.stop(run_id)
            case RetryCells(run_id=run_id, cells=cells):
                self._runner.retry(run_id, cells)

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def say(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)

    async def close(self) -> None:
        runner, ledger, renderer = self._runner, self._ledger, self._renderer
        self._runner = None
        if runner is not None and ledger is not None and renderer is not None:
            await runner.close()
            await renderer.close()
            await ledger.close()
