"""The one face of every model provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.errors import ProviderError
from prompt_workbench.domain.messages import Part
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.domain.usage import Usage, UsageSource

OnText: TypeAlias = Callable[[str], None]
"""Called with each piece of text as it arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Four separate limits of one attempt, in seconds."""

    connect_s: float = 10
    first_chunk_s: float = 60
    idle_s: float = 30
    total_s: float = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """A request in its provider's wire format, ready to be recorded and sent."""

    body: bytes
    path: str = ""
    """What follows the address of the server; some interfaces name the model there."""
    streamed: bool = True
    """Whether the answer is asked for as a stream."""

    @property
    def body_text(self) -> str:
        """The body as text, for the ledger."""
        return self.body.decode("utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. Without a finish reason on the wire it is not complete."""

    text: str
    parts: tuple[Part, ...]
    finish_reason: str | None
    usage: Usage | None
    usage_source: UsageSource
    usage_raw: Json
    response_id: str | None
    response_model: str | None
    request_id: str | None
    status: int
    time_to_first_chunk_s: float | None
    duration_s: float | None
    """None where nothing tells it, as in a batch."""
    repaired: bool = False
    """Whether bytes that are no valid text were replaced."""
    error: ProviderError | None = None
    """Why the stream ended early, after some of the answer had arrived."""


class FormRefusedError(ProviderError):
    """The server refused how a request is written; the same can be asked in another form."""

    def __init__(self, refusal: ProviderError, other: PreparedRequest, *, change: str) -> None:
        """Tell what to send instead.

        Args:
            refusal: What the server said.
            other: The request in its other form.
            change: What is different in it, as a sentence.
        """
        super().__init__(
            f"{refusal.message} {change}",
            kind=refusal.kind,
            status=refusal.status,
            hint=refusal.hint,
        )
        self.other = other


class Provider(Protocol):
    """Sends requests to one server."""

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server; the cache and keys are bound to it."""
        ...

    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        """Return the request in wire format.

        Raises:
            InvalidInputError: The provider cannot express the request.
        """
        ...

    async def send(
        self, request: PreparedRequest, on_text: OnText, *, timeouts: Timeouts
    ) -> Answer:
        """Send once, without retries, and return the answer.

        Raises:
            FormRefusedError: The server would take the same request in another form.
            ProviderError: The call failed before any of the answer arrived.
        """
        ...
