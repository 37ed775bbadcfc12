"""The providers that are known beforehand."""

from __future__ import annotations

import re

import pytest

from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.known import KNOWN, KnownProvider, key_variables, known_provider
from prompt_workbench.providers.origins import is_loopback, may_carry_key
from prompt_workbench.settings.models import LOCAL_PROVIDER

SAID = {
    "azure": {"resource": "mine", "models": "one, two"},
    "bedrock": {"region": "eu-central-1", "models": "amazon.nova-lite-v1:0"},
    "cohere": {"models": "command-r"},
    "vertex": {"models": "gemini-2.5-flash"},
}
"""What a person says of their account, where a provider has to know it."""


def test_names_are_different_and_not_that_of_the_embedded_server() -> None:
    names = [each.name for each in KNOWN]
    assert len(set(names)) == len(names)
    assert LOCAL_PROVIDER not in names
    assert {"openai", "anthropic", "gemini", "openrouter", "ollama"} <= set(names)
    assert {each.interface for each in KNOWN} == set(Interface)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.name)
def test_each_can_be_added_as_it_is(known: KnownProvider) -> None:
    endpoint = known.endpoint(values=SAID.get(known.name))
    assert known.is_at(endpoint.base_url)
    assert may_carry_key(endpoint.base_url)
    assert known.is_local == is_loopback(endpoint.base_url) == (not known.variables)
    assert known.needs_key != known.is_local
    assert (endpoint.input_price == 0) == known.is_local
    assert known.endpoint("other", SAID.get(known.name)).name == "other"
    assert known_provider(known.name) is known


def test_a_variable_belongs_to_the_provider_s_own_origin() -> None:
    assert key_variables("https://api.openai.com/v1/other") == ("OPENAI_API_KEY",)
    assert key_variables("https://api.openai.com:8443/v1") == ()
    assert key_variables("http://api.openai.com/v1") == ()
    assert key_variables("https://api.openai.com.example.com/v1") == ()


def test_an_address_of_one_s_own_has_the_provider_s_variable() -> None:
    assert key_variables("https://mine.openai.azure.com")[0] == "AZURE_OPENAI_API_KEY"
    assert key_variables("https://bedrock-runtime.us-east-1.amazonaws.com") == (
        "AWS_BEARER_TOKEN_BEDROCK",
    )
    for other in ("https://a.b.openai.azure.com", "https://openai.azure.com.evil.example"):
        assert key_variables(other) == ()
    assert key_variables("http://mine.openai.azure.com") == ()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Resource: It is missing."),
        ({"resource": "mine"}, "Models: It is missing."),
        ({"resource": "evil.example/"}, "cannot be it"),
        ({"resource": "mine", "models": "m", "region": "x"}, "no field named region"),
        ({"resource": "mine", "models": "m", "api_version": "a b"}, "API version: “a b” cannot be"),
    ],
)
def test_a_field_that_is_missing_or_wrong_is_refused(values: dict[str, str], words: str) -> None:
    azure = known_provider("azure")
    assert azure is not None
    assert not azure.can_be_called
    with pytest.raises(InvalidInputError, match=re.escape(words)):
        azure.endpoint(values=values)


def test_fields_become_the_address_and_what_litellm_is_told() -> None:
    azure, bedrock = known_provider("azure"), known_provider("bedrock")
    assert azure is not None
    assert bedrock is not None
    made = azure.endpoint(values={"resource": " mine ", "models": "a"})
    assert made.base_url == "https://mine.openai.azure.com"
    assert made.options["api_version"] == "2024-10-21"
    assert "access_key_id" not in bedrock.endpoint(values=SAID["bedrock"]).options
