"""A model of the embedded server, called as a provider."""

from __future__ import annotations

from prompt_workbench.domain.errors import HostError, ProviderError, ProviderErrorKind
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.base import Answer, OnText, PreparedRequest, Timeouts
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.local.supervisor import LocalEndpoint, LocalServers
from prompt_workbench.providers.wire.chat_request import prepared
from prompt_workbench.providers.wire.openai_chat import OpenAIChat

EMBEDDED = "embedded"
"""What origins of local models begin with; the address of a server changes at every start."""


class LocalChat:
    """Finds the model's server anew for each call, since it may have been started again."""

    def __init__(self, http: HttpClient, servers: LocalServers, model: str, origin: str) -> None:
        self._http = http
        self._origin = origin
        self._servers = servers
        self._model = model
        self._adapter: tuple[LocalEndpoint, OpenAIChat] | None = None

    @property
    def origin(self) -> str:
        """What stands for the server of the model's file."""
        return self._origin

    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        """Return the request in wire format."""
        return prepared(request)

    async def send(
        self, request: PreparedRequest, on_text: OnText, *, timeouts: Timeouts
    ) -> Answer:
        """Send once, without retries, and return the answer.

        Raises:
            ProviderError: The model cannot be run, or failed before any of the answer arrived.
        """
        try:
            async with self._servers.use(self._model) as endpoint:
                return await self._at(endpoint).send(request, on_text, timeouts=timeouts)
        except HostError as error:
            raise ProviderError(
                error.message, kind=ProviderErrorKind.CONNECTION, sent=False, hint=error.hint
            ) from None
        except ProviderError as error:
            if error.kind is not ProviderErrorKind.CONNECTION:
                raise
            raise ProviderError(
                f"The local model {self._model} stopped while it answered.",
                kind=error.kind,
                sent=error.sent,
                hint="Retry the cell. If it stops again, close programs that need much memory.",
            ) from None

    def _at(self, endpoint: LocalEndpoint) -> OpenAIChat:
        if self._adapter is None or self._adapter[0] != endpoint:
            chat = OpenAIChat(self._http, endpoint.url, key=endpoint.api_key)
            self._adapter = (endpoint, chat)
        return self._adapter[1]
