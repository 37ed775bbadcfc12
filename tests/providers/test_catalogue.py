"""Which models there are, what is known of them, and who answers for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from tests.support.chat import KEY, PATIENT, request
from tests.support.proxy import http_proxy

from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.errors import (
    HostError,
    InvalidInputError,
    NotFoundError,
    ProviderError,
)
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.domain.usage import FREE, Price
from prompt_workbench.providers.catalogue import Catalogue
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import stream
from prompt_workbench.providers.listing import Listing
from prompt_workbench.providers.listings import remember
from prompt_workbench.providers.local.supervisor import LocalEndpoint
from prompt_workbench.providers.offline import IsOffline
from prompt_workbench.settings.connection import Connection
from prompt_workbench.settings.models import Endpoint, LocalModel, ModelRegistry


class Servers:
    """Local model servers that are fake providers."""

    slots = 2

    def __init__(self, server: FakeProvider | None = None) -> None:
        self.server = server
        self.in_use = 0

    async def endpoint(self, model_name: str) -> LocalEndpoint:
        if self.server is None:
            raise HostError("The engine is not installed.", hint="Add an endpoint.")
        return LocalEndpoint(url=self.server.base_url, api_key="k", context_size=4096, slots=2)

    @asynccontextmanager
    async def use(self, model_name: str) -> AsyncIterator[LocalEndpoint]:
        self.in_use += 1
        try:
            yield await self.endpoint(model_name)
        finally:
            self.in_use -= 1

    async def close(self) -> None:
        self.server = None


@asynccontextmanager
async def catalogue(
    *endpoints: Endpoint,
    local: tuple[LocalModel, ...] = (),
    keys: dict[str, str] | None = None,
    servers: Servers | None = None,
    is_offline: IsOffline = lambda: False,
) -> AsyncIterator[Catalogue]:
    registry = ModelRegistry(endpoints=endpoints, local=local)
    made = Catalogue(registry, servers or Servers(), keys or {}, is_offline=is_offline)
    yield made
    await made.close()


def at(url: str, **prices: Decimal) -> Endpoint:
    return Endpoint(name="there", base_url=url, **prices)


async def test_a_price_of_the_endpoint_wins() -> None:
    own = {"input_price": Decimal(1), "output_price": Decimal(2)}
    async with catalogue(at("https://api.openai.com/v1", **own)) as found:
        info = found.info(model_ref("there/gpt-4o-mini"))
    assert info.price == Price(input=Decimal(1), output=Decimal(2))
    assert info.origin == "https://api.openai.com"
    assert not info.local


async def test_a_provider_has_its_own_prices_and_others_have_none() -> None:
    async with catalogue(at("https://api.openai.com/v1")) as found:
        assert found.info(model_ref("there/gpt-4o-mini")).price is not None
        assert found.info(model_ref("there/unheard-of")).price is None
    async with catalogue(at("http://127.0.0.1:1/v1")) as found:
        assert found.info(model_ref("there/gpt-4o-mini")).price is None


async def test_half_a_price_is_no_price() -> None:
    async with catalogue(at("http://127.0.0.1:1/v1", input_price=Decimal(1))) as found:
        assert found.info(model_ref("there/m")).price is None


async def test_a_known_provider_can_be_called_without_being_added() -> None:
    async with catalogue(keys={"https://api.anthropic.com": KEY}) as found:
        info = found.info(model_ref("anthropic/claude-sonnet-4-5"))
        provider = await found.provider(info.ref)
    assert provider.origin == info.origin == "https://api.anthropic.com"
    assert info.price is not None
    assert info.price_source.startswith("price list of 20")
    assert info.context_size == 200_000
    assert Capability.VISION in (info.capabilities or ())
    assert provider.prepare(request(max_tokens=5)).body.startswith(b"{")


async def test_a_provider_that_needs_a_key_is_not_called_without_one() -> None:
    async with catalogue() as found:
        provider = await found.provider(model_ref("openai/gpt-4o"))
        with pytest.raises(ProviderError, match="There is no key for OpenAI") as caught:
            await provider.send(provider.prepare(request()), print, timeouts=PATIENT)
    assert not caught.value.sent


async def test_an_endpoint_of_the_person_is_meant_before_a_known_provider() -> None:
    own = Endpoint(name="openai", base_url="http://127.0.0.1:1/v1")
    async with catalogue(own) as found:
        assert found.info(model_ref("openai/gpt-4o")).origin == "http://127.0.0.1:1"


async def test_what_a_server_said_of_its_models_is_known_until_it_is_asked_again() -> None:
    endpoint = at("https://openrouter.ai/api/v1")
    said = Listing(price=Price(input=Decimal(1), output=Decimal(2)), context_size=99)
    remember(endpoint, {"a/b": said})
    async with catalogue(endpoint) as found:
        (info,) = [info for info in found.models() if not info.local]
    assert (str(info.ref), info.price, info.context_size) == ("there/a/b", said.price, 99)
    assert info.price_source == "listed by openrouter.ai"
    assert info.capabilities is None, "nothing was said"


async def test_offline_only_this_computer_is_called() -> None:
    is_on = False
    far = Endpoint(name="far", base_url="https://api.example.org/v1")
    async with (
        FakeProvider() as server,
        catalogue(at(server.base_url), far, is_offline=lambda: is_on) as found,
    ):
        provider = await found.provider(model_ref("far/m"))
        is_on = True
        with pytest.raises(ProviderError, match="Offline is switched on"):
            await provider.send(provider.prepare(request()), print, timeouts=PATIENT)
        with pytest.raises(ProviderError, match="Offline is switched on"):
            await found.discover(far)
        near = await found.provider(model_ref("there/m"))
        answer = await near.send(near.prepare(request()), print, timeouts=PATIENT)
        assert answer.finish_reason
        assert await found.discover(at(server.base_url))


async def test_local_models_are_free_and_say_when_their_file_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF\x03\x00\x00\x00")
    gone = LocalModel(name="gone", path=tmp_path / "gone.gguf")
    async with catalogue(local=(LocalModel(name="tiny", path=file), gone)) as found:
        listed = {str(info.ref): info for info in found.models()}
    assert list(listed) == ["local/smollm2-135m-instruct", "local/tiny", "local/gone"]
    assert all(info.price == FREE and info.local for info in listed.values())
    assert listed["local/tiny"].available
    assert not listed["local/gone"].available
    assert "gone.gguf" in listed["local/gone"].note


async def test_another_file_under_the_same_name_is_another_model(tmp_path: Path) -> None:
    file = tmp_path / "tiny.gguf"
    file.write_bytes(b"GGUF\x03\x00\x00\x00")
    ref = model_ref("local/tiny")
    async with FakeProvider() as server:
        local = (LocalModel(name="tiny", path=file),)
        async with catalogue(local=local, servers=Servers(server)) as found:
            before = await found.provider(ref)
            file.write_bytes(b"GGUF\x03\x00\x00\x00 better")
            after = await found.provider(ref)
            assert before.origin != after.origin == found.info(ref).origin


async def test_an_unknown_provider_is_named() -> None:
    async with catalogue(at("http://127.0.0.1:1/v1")) as found:
        with pytest.raises(NotFoundError, match="no provider named nowhere") as caught:
            found.info(model_ref("nowhere/m"))
        assert "local, there, openai" in str(caught.value.hint)
        with pytest.raises(NotFoundError):
            await found.provider(model_ref("nowhere/m"))


async def test_a_key_belongs_to_an_origin() -> None:
    async with FakeProvider() as right, FakeProvider() as wrong:
        keys = {right.origin: KEY}
        for server in (right, wrong):
            async with catalogue(at(server.base_url), keys=keys) as found:
                provider = await found.provider(model_ref("there/m"))
                await provider.send(provider.prepare(request()), print, timeouts=PATIENT)
                await found.discover(at(server.base_url))
    assert right.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "authorization" not in wrong.requests[0].headers


async def test_a_key_never_travels_unencrypted() -> None:
    endpoint = at("http://models.example.com/v1")
    keys = {"http://models.example.com": KEY}
    async with catalogue(endpoint, keys=keys) as found:
        with pytest.raises(InvalidInputError, match="unencrypted"):
            await found.provider(model_ref("there/m"))
        with pytest.raises(InvalidInputError, match="unencrypted"):
            await found.discover(endpoint)


async def test_a_local_model_is_called_where_its_server_is_now() -> None:
    async with FakeProvider(stream(["one"])) as first, FakeProvider(stream(["two"])) as second:
        servers = Servers(first)
        async with catalogue(servers=servers) as found:
            provider = await found.provider(model_ref("local/smollm2-135m-instruct"))
            assert provider.origin.startswith("embedded")
            body = provider.prepare(request())
            before = await provider.send(body, print, timeouts=PATIENT)
            servers.server = second
            after = await provider.send(body, print, timeouts=PATIENT)
    assert (before.text, after.text) == ("one", "two")
    assert first.requests[0].headers["authorization"] == "Bearer k"
    assert servers.in_use == 0


async def test_a_local_model_that_cannot_start_says_why() -> None:
    ref = model_ref("local/smollm2-135m-instruct")
    async with FakeProvider() as server:
        servers = Servers(server)
        async with catalogue(servers=servers) as found:
            provider = await found.provider(ref)
            servers.server = None
            with pytest.raises(HostError, match="not installed"):
                await found.provider(ref)
            with pytest.raises(ProviderError, match="not installed") as caught:
                await provider.send(provider.prepare(request()), print, timeouts=PATIENT)
    assert not caught.value.sent


async def test_a_local_model_that_stops_is_named() -> None:
    broken = FakeProvider(stream(["a"]).cut(10))
    async with broken as server, catalogue(servers=Servers(server)) as found:
        provider = await found.provider(model_ref("local/tiny"))
        with pytest.raises(ProviderError, match="The local model tiny stopped"):
            await provider.send(provider.prepare(request()), print, timeouts=PATIENT)


async def test_calls_go_through_the_proxy_of_their_endpoint() -> None:
    async with FakeProvider(stream("Hi")) as server:
        port = int(server.origin.rpartition(":")[2])
        async with http_proxy({"models.example": port}) as proxy:
            endpoint = Endpoint(
                name="there",
                base_url="http://models.example/v1",
                connection=Connection(proxy=proxy.url),
            )
            async with catalogue(endpoint) as found:
                provider = await found.provider(model_ref("there/fake"))
                prepared = provider.prepare(request())
                answer = await provider.send(prepared, lambda _: None, timeouts=PATIENT)
                assert answer.text == "Hi"
                assert list(await found.discover(endpoint)) == ["fake"]
            assert proxy.heads[0].startswith(b"POST http://models.example/v1/chat/completions")


async def test_a_key_does_not_reach_a_proxy_that_could_read_it() -> None:
    endpoint = Endpoint(
        name="there",
        base_url="http://localhost:1/v1",
        connection=Connection(proxy="http://proxy.example"),
    )
    async with catalogue(endpoint, keys={"http://localhost:1": KEY}) as found:
        with pytest.raises(InvalidInputError, match="would reach the proxy unencrypted"):
            await found.provider(model_ref("there/m"))
        with pytest.raises(InvalidInputError, match="would reach the proxy unencrypted"):
            await found.discover(endpoint)


async def test_offline_a_proxy_elsewhere_is_not_asked_even_for_a_server_here() -> None:
    endpoint = Endpoint(
        name="there",
        base_url="http://localhost:1/v1",
        connection=Connection(proxy="http://proxy.example"),
    )
    async with catalogue(endpoint, is_offline=lambda: True) as found:
        provider = await found.provider(model_ref("there/m"))
        with pytest.raises(ProviderError, match=r"so http://proxy\.example is not called"):
            await provider.send(provider.prepare(request()), lambda _: None, timeouts=PATIENT)
