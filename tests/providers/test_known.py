"""The providers that are known beforehand."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.known import KNOWN, KnownProvider, key_variables, known_provider
from prompt_workbench.providers.origins import is_loopback, may_carry_key
from prompt_workbench.settings.models import LOCAL_PROVIDER


def test_names_are_different_and_not_that_of_the_embedded_server() -> None:
    names = [each.name for each in KNOWN]
    assert len(set(names)) == len(names)
    assert LOCAL_PROVIDER not in names
    assert {"openai", "anthropic", "gemini", "openrouter", "ollama"} <= set(names)
    assert {each.interface for each in KNOWN} == set(Interface)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_each_can_be_added_as_it_is(known: KnownProvider) -> None:
    endpoint = known.endpoint()
    assert may_carry_key(endpoint.base_url)
    assert known.is_local == is_loopback(endpoint.base_url) == (not known.variables)
    assert known.needs_key != known.is_local
    assert (endpoint.input_price == 0) == known.is_local
    assert known.endpoint("other").name == "other"
    assert known_provider(known.name) is known


def test_a_variable_belongs_to_the_provider_s_own_origin() -> None:
    assert key_variables("https://api.openai.com/v1/other") == ("OPENAI_API_KEY",)
    assert key_variables("https://api.openai.com:8443/v1") == ()
    assert key_variables("http://api.openai.com/v1") == ()
    assert key_variables("https://api.openai.com.example.com/v1") == ()
