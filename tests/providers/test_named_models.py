"""Servers that give no list of their models have those that the person named."""

from __future__ import annotations

import pytest

from prompt_workbench.domain.errors import InvalidInputError, ProviderError
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.named_models import named_models
from prompt_workbench.settings.models import Endpoint


def endpoint(interface: Interface = Interface.GEMINI, **options: str) -> Endpoint:
    return Endpoint(
        name="mine", base_url="https://models.example", interface=interface, options=options
    )


def test_names_are_taken_apart() -> None:
    assert list(named_models(endpoint(models=" b,a ,, c/d:1 "))) == ["a", "b", "c/d:1"]


@pytest.mark.parametrize("names", ["", " , "])
def test_without_names_it_is_said_how_to_give_them(names: str) -> None:
    with pytest.raises(ProviderError, match="mine names no models") as caught:
        named_models(endpoint(models=names))
    assert "mine/MODEL" in str(caught.value.hint)


def test_only_litellm_takes_other_options_and_none_that_may_be_a_secret() -> None:
    with pytest.raises(InvalidInputError, match="has no option region"):
        endpoint(region="x")
    with pytest.raises(InvalidInputError, match="which provider of litellm"):
        endpoint(Interface.LITELLM, models="a")
    with pytest.raises(InvalidInputError, match="api_key may be a secret"):
        endpoint(Interface.LITELLM, provider="cohere", api_key="sk-x")
