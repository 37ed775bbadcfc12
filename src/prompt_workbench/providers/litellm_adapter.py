"""A provider of the long tail: litellm writes its requests, and reads answers in its form.

Sending, time limits, errors and the reading of chat completions are those of every other
adapter; see `litellm_child` for what litellm may do and `litellm_translation` for what it reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial

import orjson

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.requests import GenerationRequest
from prompt_workbench.providers.base import Answer, OnText, PreparedRequest, Timeouts
from prompt_workbench.providers.errors import ANSWERED, answered
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.litellm_host import LitellmCall, LitellmHost
from prompt_workbench.providers.litellm_messages import Failed, Wire
from prompt_workbench.providers.litellm_routes import Route
from prompt_workbench.providers.litellm_translation import Translation
from prompt_workbench.providers.litellm_witness import Witness, WitnessedAnswer
from prompt_workbench.providers.origins import origin_of
from prompt_workbench.providers.wire.adapter import check_key, patient, received
from prompt_workbench.providers.wire.chat_request import prepared
from prompt_workbench.providers.wire.reception import ANSWER_LIMIT, Reception
from prompt_workbench.system.no_network import REFUSAL

_OURS = {
    "host",
    "content-length",
    "connection",
    "transfer-encoding",
    "accept-encoding",
    "user-agent",
}
"""Headers that are the transport's, or say more of this computer than a provider needs."""
_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "prompt-workbench"}
_CHECKED = (
    "temperature",
    "top_p",
    "top_k",
    "max_tokens",
    "seed",
    "stop",
    "frequency_penalty",
    "presence_penalty",
)
"""Settings whose values have to be found again in what is sent."""
_BEFORE = re.compile(r"^(?:(?:litellm\.)?\w+(?:Error|Exception)(?: - |: ))+")
"""The names of exceptions, which say nothing to a person."""
_UNSUPPORTED = re.compile(r"does not support param(?:eter)?s: \[([^\]]*)\]")


class LitellmAdapter:
    """A server that is called in the way that litellm knows."""

    def __init__(
        self, http: HttpClient, host: LitellmHost, route: Route, *, key: str | None
    ) -> None:
        """Bind the adapter to a server.

        Raises:
            InvalidInputError: The key cannot be sent there.
        """
        check_key(key, route.base_url)
        self._http = http
        self._host = host
        self._route = route
        self._key = key

    @property
    def origin(self) -> str:
        """Scheme, host and port of the server."""
        return origin_of(self._route.base_url)

    def prepare(self, request: GenerationRequest) -> PreparedRequest:
        """Return the request as litellm is given it, without the key.

        Raises:
            InvalidInputError: The interface cannot express the request.
        """
        made = prepared(request)
        body = orjson.loads(made.body)
        return replace(made, body=orjson.dumps(self._route.named(body)))

    async def send(
        self, request: PreparedRequest, on_text: OnText, *, timeouts: Timeouts
    ) -> Answer:
        """Send once, without retries, and return the answer.

        Raises:
            ProviderError: The call failed before any of the answer arrived.
        """
        arguments = orjson.loads(request.body)
        async with AsyncExitStack() as stack:
            call, wire = await self._begun(stack, arguments)
            _check(wire, arguments, origin=self.origin)
            exchange = self._http.post(
                wire.url,
                headers=_headers(wire.headers),
                body=wire.body,
                timeouts=timeouts if request.streamed else patient(timeouts),
            )
            witness = Witness()
            draft = WitnessedAnswer(witness)
            body = Translation(
                exchange,
                call,
                partial(self._restarted, stack, arguments),
                witness,
                line=self._route.line,
                key=self._key,
            )
            reception = Reception(draft, on_text, key=self._key, limit=ANSWER_LIMIT)
            failure = await received(exchange, reception, key=self._key, read=lambda _: body)
        draft.settle()
        return reception.answer(exchange, failure, request_size=len(wire.body))

    async def _begun(
        self, stack: AsyncExitStack, arguments: JsonObject
    ) -> tuple[LitellmCall, Wire]:
        """Return a call of litellm with the request that it would send."""
        call = await stack.enter_async_context(await self._host.call())
        reply = await call.begin(self._route.arguments(arguments, self._key))
        if isinstance(reply, Failed):
            raise _refused(reply, key=self._key)
        return call, reply

    async def _restarted(self, stack: AsyncExitStack, arguments: JsonObject) -> LitellmCall:
        rest = {name: item for name, item in arguments.items() if not name.startswith("stream")}
        return (await self._begun(stack, rest))[0]


def _check(wire: Wire, arguments: JsonObject, *, origin: str) -> None:
    """Refuse a request that goes elsewhere, or lacks what was asked for.

    Raises:
        ProviderError: It does; nothing was sent.
    """
    if origin_of(wire.url) != origin:
        raise _not_sent(
            f"litellm would send this to {origin_of(wire.url)}, not to {origin}.",
            hint="Check the address and the fields of the provider.",
        )
    try:
        sent = set(_leaves(orjson.loads(wire.body)))
    except orjson.JSONDecodeError:
        raise _not_sent(
            "litellm would send this in a form that cannot be looked into.",
            hint="Take a provider that is called with JSON.",
        ) from None
    for name in _CHECKED:
        value = arguments.get(name)
        wanted = value if isinstance(value, list) else [value]
        if value is not None and not sent.issuperset(map(_leaf, wanted)):
            raise _unsupported(name)
    if not sent.issuperset(_tool_names(arguments.get("tools"))):
        raise _unsupported("tools")


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in given.items()
        if name.lower() not in _OURS and not name.lower().startswith("x-stainless")
    }
    return kept | _HEADERS


def _leaves(value: Json) -> Iterator[str | float]:
    """Yield the texts and numbers of a request."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None and not isinstance(value, bool):
        yield _leaf(value)


def _tool_names(tools: Json) -> Iterator[str]:
    for tool in tools if isinstance(tools, list) else []:
        match tool:
            case {"function": {"name": str(name)}}:
                yield name


def _leaf(value: Json) -> str | float:
    return float(value) if isinstance(value, int | float) else str(value)


def _refused(reply: Failed, *, key: str | None) -> ProviderError:
    """Return the error of a request that litellm would not write."""
    if found := _UNSUPPORTED.search(reply.message):
        return _unsupported(found[1].replace("'", ""))
    if REFUSAL in reply.message:
        return _not_sent(
            "litellm would send more than the one request of this call, which it cannot do here.",
            hint="Take a provider that needs no more than a key and is called with one request.",
        )
    said = answered(_BEFORE.sub("", reply.message), key=key).removeprefix(ANSWERED)
    return _not_sent(
        f"litellm cannot write this request: {said}",
        hint="Check the fields and the key of the provider, and the settings of the prompt.",
    )


def _unsupported(names: str) -> ProviderError:
    return _not_sent(
        f"litellm cannot pass on {names} to this provider.",
        hint=f"Remove {names} from the prompt, or take another model.",
    )


def _not_sent(message: str, *, hint: str) -> ProviderError:
    return ProviderError(message, kind=ProviderErrorKind.BAD_REQUEST, sent=False, hint=hint)
