"""Servers are asked for their models, each in its own way, and the key goes to them alone."""

from __future__ import annotations

import pytest
from tests.support.chat import KEY

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.domain.errors import (
    InvalidInputError,
    ProviderError,
    ProviderErrorKind,
)
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.discovery import find_local_servers, listed_models
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import Reply, json_reply, refusal
from prompt_workbench.providers.known import KnownProvider
from prompt_workbench.settings.models import Endpoint
from prompt_workbench.system.egress_log import contacts


class FakeModels(FakeProvider):
    """A server whose list of models is scripted, and which notes how it is asked."""

    def __init__(self, listed: Reply) -> None:
        super().__init__()
        self.listed = listed
        self.asked: list[tuple[str, dict[str, str]]] = []

    def reply_to(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        self.asked.append((path, headers))
        return self.listed


def at(url: str, interface: Interface = Interface.OPENAI_CHAT) -> Endpoint:
    return Endpoint(name="there", base_url=url, interface=interface)


@pytest.mark.parametrize(
    ("interface", "path", "header", "listed"),
    [
        (Interface.OPENAI_CHAT, "/v1/models", "authorization", {"data": [{"id": "m"}]}),
        (Interface.OPENAI_RESPONSES, "/v1/models", "authorization", {"data": [{"id": "m"}]}),
        (
            Interface.ANTHROPIC_MESSAGES,
            "/v1/models?limit=1000",
            "x-api-key",
            {"data": [{"id": "m", "type": "model"}], "has_more": False},
        ),
        (
            Interface.GEMINI,
            "/v1/models?pageSize=1000",
            "x-goog-api-key",
            {"models": [{"name": "models/m"}]},
        ),
    ],
)
async def test_each_interface_is_asked_in_its_way(
    interface: Interface, path: str, header: str, listed: object
) -> None:
    async with FakeModels(json_reply(listed)) as server:
        assert set(await listed_models(at(server.base_url, interface), key=KEY)) == {"m"}
        assert set(await listed_models(at(server.base_url, interface), key=None)) == {"m"}
    (asked, with_key), (_, without) = server.asked
    assert asked == path, "the key is never in the address"
    assert with_key[header].endswith(KEY)
    assert not any(KEY in value for value in without.values())


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (refusal(401, f"bad key {KEY}"), ProviderErrorKind.AUTHENTICATION),
        (json_reply({"models": []}), ProviderErrorKind.PROTOCOL),
        (Reply(pieces=(b"<html>",)), ProviderErrorKind.PROTOCOL),
        (json_reply([]).cut(1), ProviderErrorKind.CONNECTION),
    ],
)
async def test_a_server_that_lists_nothing_says_why(reply: Reply, kind: ProviderErrorKind) -> None:
    async with FakeModels(reply) as server:
        with pytest.raises(ProviderError) as caught:
            await listed_models(at(server.base_url), key=KEY)
    assert caught.value.kind is kind
    assert KEY not in caught.value.message


async def test_a_redirect_never_gets_the_key() -> None:
    async with FakeModels(json_reply([])) as other:
        moved = refusal(307, "moved", headers={"Location": f"{other.base_url}/models"})
        async with FakeModels(moved) as server:
            with pytest.raises(ProviderError) as caught:
                await listed_models(at(server.base_url), key=KEY)
    assert caught.value.kind is ProviderErrorKind.PROTOCOL
    assert other.asked == []


async def test_a_key_never_travels_unencrypted() -> None:
    with pytest.raises(InvalidInputError, match="unencrypted"):
        await listed_models(at("http://models.example.com/v1"), key=KEY)


async def test_of_the_known_local_servers_those_are_found_that_answer() -> None:
    async with FakeModels(json_reply({"data": [{"id": "qwen"}]})) as server:
        running = KnownProvider(name="ollama", title="Ollama", base_url=server.base_url)
        web_site = KnownProvider(name="vllm", title="vLLM", base_url=f"{server.origin}/v2")
        absent = KnownProvider(name="lmstudio", title="LM Studio", base_url="http://127.0.0.1:9/v1")
        (found,) = await find_local_servers([running, absent])
        server.listed = Reply(pieces=(b"<html>Hello</html>",))
        assert await find_local_servers([web_site]) == (), "another program may have the port"
    assert (found.provider, list(found.models)) == (running, ["qwen"])
    assert running.endpoint().input_price == 0


async def test_a_server_that_is_asked_is_in_the_egress_log() -> None:
    async with FakeModels(json_reply({"data": [{"id": "m"}]})) as server:
        await listed_models(at(server.base_url), key=KEY)
    (found,) = contacts()
    assert (found.host, found.purpose, found.count) == ("127.0.0.1", Purpose.MODELS, 1)
    # A library sends for us, and does not say how much.
    assert (found.sent, found.received) == (None, None)
