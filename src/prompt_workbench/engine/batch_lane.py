"""Makes calls ready for a batch, which are not streamed."""

from __future__ import annotations

from dataclasses import replace

from prompt_workbench.domain.comparisons import ModelInfo, Run
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.engine.call import Line
from prompt_workbench.engine.lane import Lane
from prompt_workbench.engine.surroundings import Surroundings
from prompt_workbench.providers.base import Answer, OnText, PreparedRequest, Provider, Timeouts


class Unstreamed:
    """A provider whose requests ask for the whole answer at once."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server."""
        return self._provider.origin

    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        """Return the request in wire format.

        Raises:
            InvalidInputError: The provider cannot express the request.
        """
        whole = replace(request, settings=replace(request.settings, stream=False))
        return self._provider.prepare(whole)

    async def send(
        self, request: PreparedRequest, on_text: OnText, *, timeouts: Timeouts
    ) -> Answer:
        """Send once, as the provider does.

        Raises:
            ProviderError: The call failed before any of the answer arrived.
        """
        return await self._provider.send(request, on_text, timeouts=timeouts)


async def batch_lane(run: Run, info: ModelInfo, around: Surroundings) -> Lane:
    """Return the lane of a model whose calls go into batches."""
    line = Line(
        ledger=around.ledger,
        provider=Unstreamed(await around.models.provider(info.ref)),
        gate=around.gates.gate(str(info.ref), info.origin, None),
        policy=around.policy,
        timeouts=around.timeouts,
        emit=around.emit,
    )
    return Lane(run, info, line, around.renderer)
