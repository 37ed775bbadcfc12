"""HTTP for batches keeps the rules of model calls."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.batch_http import BatchHttp, checked_id
from prompt_workbench.providers.batch_making import make_batches
from prompt_workbench.providers.batches import BatchItem, Fate
from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import Reply, json_reply, refusal
from prompt_workbench.settings.models import Endpoint

KEY = "sk-canary-0123456789"
BODY = '{"model":"m","messages":[{"role":"user","content":"hi"}]}'


@pytest.fixture
async def provider() -> AsyncIterator[FakeProvider]:
    async with FakeProvider() as provider:
        yield provider


def http_to(provider: FakeProvider) -> BatchHttp:
    headers = {"Authorization": f"Bearer {KEY}"}
    return BatchHttp(provider.base_url, headers=headers, key=KEY, check=lambda: None)


async def test_the_key_goes_along_and_shows_in_no_error(provider: FakeProvider) -> None:
    provider.batches.refuse = lambda method, path: refusal(401, f"Bad key {KEY}.")
    with pytest.raises(ProviderError) as caught:
        await http_to(provider).json("GET", "/batches")
    assert caught.value.kind is ProviderErrorKind.AUTHENTICATION
    assert KEY not in str(caught.value)
    ((_, _, headers),) = provider.batches.requests
    assert headers["authorization"] == f"Bearer {KEY}"


async def test_no_redirect_gets_the_key(provider: FakeProvider) -> None:
    away = Reply(status=302, headers={"Location": f"{provider.base_url}/models"})
    provider.batches.refuse = lambda method, path: away
    with pytest.raises(ProviderError, match="redirection"):
        await http_to(provider).json("GET", "/batches")
    assert len(provider.batches.requests) == 1


async def test_what_stands_in_the_way_keeps_everything_from_leaving(
    provider: FakeProvider,
) -> None:
    def refuse() -> None:
        raise ProviderError("Offline.", kind=ProviderErrorKind.CONNECTION, sent=False)

    endpoint = Endpoint(name="fake", base_url=provider.base_url)
    batches = make_batches(endpoint, key=None, check=refuse)
    with pytest.raises(ProviderError, match="Offline"):
        await batches.submit("b", [BatchItem(id="a", body=BODY)])
    assert provider.batches.requests == []


async def test_a_server_that_is_not_there_got_nothing() -> None:
    http = BatchHttp("http://127.0.0.1:9/v1", headers={}, key=None, check=lambda: None)
    with pytest.raises(ProviderError) as caught:
        await http.json("GET", "/batches")
    assert not caught.value.sent


async def test_a_page_in_place_of_json_is_an_error(provider: FakeProvider) -> None:
    provider.batches.refuse = lambda method, path: Reply(pieces=(b"<html>hello</html>",))
    with pytest.raises(ProviderError, match="no JSON object"):
        await http_to(provider).json("GET", "/batches")


@pytest.mark.parametrize("id_", ["../models", "a/b", "", "a?b", None, 5, "x" * 300])
def test_an_id_that_could_lead_elsewhere_is_refused(id_: object) -> None:
    with pytest.raises(ProviderError, match="id of the batch"):
        checked_id(id_)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "interface",
    [Interface.OPENAI_CHAT, Interface.OPENAI_RESPONSES, Interface.ANTHROPIC_MESSAGES],
)
async def test_results_of_others_are_passed_over(
    provider: FakeProvider, interface: Interface
) -> None:
    endpoint = Endpoint(name="fake", base_url=provider.base_url, interface=interface)
    batches = make_batches(endpoint, key=KEY, check=lambda: None)
    remote = await batches.submit("b", [BatchItem(id="a", body=BODY), BatchItem(id="z", body=BODY)])
    (batch,) = provider.batches.all.values()
    provider.batches.end(batch)
    found = []

    async def take(result: object) -> None:
        found.append(result)

    await batches.collect(remote, {"a": len(BODY)}, take)
    (result,) = found
    assert (result.id, result.fate) == ("a", Fate.ANSWERED)


async def test_counts_that_the_provider_lacks_are_none(provider: FakeProvider) -> None:
    endpoint = Endpoint(name="fake", base_url=provider.base_url)
    batches = make_batches(endpoint, key=KEY, check=lambda: None)
    provider.batches.refuse = lambda method, path: json_reply({"id": "x", "status": "validating"})
    assert (await batches.status("x")).done == 0
