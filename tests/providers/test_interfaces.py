"""Every interface has an adapter."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.interfaces import INTERFACES, make_provider


def test_every_interface_can_be_called() -> None:
    assert set(INTERFACES) == set(Interface) - {Interface.LITELLM}


@pytest.mark.parametrize("interface", INTERFACES)
def test_a_provider_is_at_its_address(interface: Interface) -> None:
    provider = make_provider(interface, HttpClient(), "https://models.example:8443/v1", "key")
    assert provider.origin == "https://models.example:8443"


@pytest.mark.parametrize("interface", INTERFACES)
def test_no_adapter_sends_a_key_unencrypted(interface: Interface) -> None:
    with pytest.raises(InvalidInputError, match="unencrypted"):
        make_provider(interface, HttpClient(), "http://models.example/v1", "key")
