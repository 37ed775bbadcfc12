"""The offline switch: nothing is sent off this computer while it is on."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.errors import ProviderError
from prompt_workbench.providers.offline import check_reachable

FAR = "https://api.example.org/v1"


def test_a_refusal_says_what_to_do_and_that_nothing_was_sent() -> None:
    with pytest.raises(ProviderError, match=r"Offline is switched on, so https://api") as caught:
        check_reachable(FAR, lambda: True)
    assert not caught.value.sent
    assert "preferences" in str(caught.value.hint)


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
