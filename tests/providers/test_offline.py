"""The offline switch: nothing is sent off this computer while it is on."""

from __future__ import annotations

import pytest
from tests.support.chat import PATIENT, request

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.base import Answer, OnText, PreparedRequest, Timeouts
from prompt_workbench.providers.offline import SwitchedProvider, check_reachable

FAR = "https://api.example.org/v1"


class Recording:
    """A provider that only notes what it is asked to send."""

    origin = "https://api.example.org"

    def __init__(self) -> None:
        self.sent: list[PreparedRequest] = []

    def prepare(self, asked: object) -> PreparedRequest:
        return PreparedRequest(body=b"{}")

    async def send(
        self, request: PreparedRequest, on_text: OnText, *, timeouts: Timeouts
    ) -> Answer:
        self.sent.append(request)
        raise ProviderError("sent", kind=ProviderErrorKind.SERVER)


async def test_the_switch_counts_at_each_call() -> None:
    is_on, inner = True, Recording()
    provider = SwitchedProvider(inner, lambda: is_on)
    prepared = provider.prepare(request())
    with pytest.raises(ProviderError, match=r"Offline is switched on, so https://api") as caught:
        await provider.send(prepared, print, timeouts=PATIENT)
    assert not caught.value.sent
    assert "preferences" in str(caught.value.hint)
    assert inner.sent == []
    is_on = False
    with pytest.raises(ProviderError, match=r"^sent$"):
        await provider.send(prepared, print, timeouts=PATIENT)
    assert provider.origin == inner.origin


@pytest.mark.parametrize(
    "url",
    ["http://localhost:1/v1", "http://127.0.0.1/v1", "http://[::1]:2/v1", "https://127.9.9.9"],
)
def test_this_computer_is_always_reachable(url: str) -> None:
    check_reachable(url, lambda: True)


@pytest.mark.parametrize(
    "url", [FAR, "http://10.0.0.5/v1", "http://localhost.example.org/v1", "http://[::2]/"]
)
def test_other_computers_are_not_while_it_is_on(url: str) -> None:
    with pytest.raises(ProviderError):
        check_reachable(url, lambda: True)
    check_reachable(url, lambda: False)
