"""A provider that is guarded is asked only when nothing stands in the way."""

from __future__ import annotations

import pytest
from tests.support.chat import PATIENT, request

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.providers.base import Answer, OnText, PreparedRequest, Timeouts
from prompt_workbench.providers.guarded import GuardedProvider, refuse_without_key
from prompt_workbench.providers.known import known_provider


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


async def test_the_check_is_made_at_each_call() -> None:
    is_blocked, inner = True, Recording()

    def check() -> None:
        if is_blocked:
            raise ProviderError("blocked", kind=ProviderErrorKind.PERMISSION, sent=False)

    provider = GuardedProvider(inner, check)
    prepared = provider.prepare(request())
    with pytest.raises(ProviderError, match=r"^blocked$"):
        await provider.send(prepared, print, timeouts=PATIENT)
    assert inner.sent == []
    is_blocked = False
    with pytest.raises(ProviderError, match=r"^sent$"):
        await provider.send(prepared, print, timeouts=PATIENT)
    assert provider.origin == inner.origin


def test_a_missing_key_is_told_with_three_ways_to_give_one() -> None:
    known = known_provider("gemini")
    assert known is not None
    with pytest.raises(ProviderError, match="no key for Google Gemini") as caught:
        refuse_without_key(known)
    assert not caught.value.sent
    hint = str(caught.value.hint)
    assert all(way in hint for way in ("preferences", "set-key gemini", "GEMINI_API_KEY"))
