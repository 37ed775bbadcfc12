"""One comparison over several providers, as a person runs it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from tests.cli.conftest import Terminal
from tests.support.chat import KEY

from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.interfaces import INTERFACES
from prompt_workbench.settings import models
from prompt_workbench.settings.models import Endpoint, ModelRegistry
from prompt_workbench.settings.schema import OFFLINE
from prompt_workbench.settings.store import SettingsStore

COMPARE = ("compare", "--prompt", "reply@1", "--dataset", "mails", "--settings", "max_tokens=20")


def test_all_interfaces_stand_side_by_side_in_one_grid(
    project: Terminal, provider: FakeProvider
) -> None:
    price = Decimal(1)
    endpoints = [
        Endpoint(
            name=interface.value,
            base_url=provider.base_url,
            interface=interface,
            input_price=price,
            output_price=price,
        )
        for interface in INTERFACES
    ]
    models.save(ModelRegistry(endpoints=tuple(endpoints)))
    names = [f"{interface.value}/fake" for interface in INTERFACES]
    asked = [part for name in names for part in ("--model", name)]
    result = project.done(*COMPARE, *asked, "--json").json
    assert [variant["model"] for variant in result["variants"]] == names
    assert [(each["calls"], each["errors"]) for each in result["variants"]] == [(4, 0)] * 4
    assert not any(variant["unknown_cost"] for variant in result["variants"])
    assert all(Decimal(variant["cost_usd"]) > 0 for variant in result["variants"])


def test_offline_a_run_calls_nobody_and_says_so(project: Terminal) -> None:
    far = Endpoint(name="far", base_url="https://api.example.org/v1")
    models.save(ModelRegistry(endpoints=(far,)))
    SettingsStore().set(OFFLINE, value=True)
    answer = project.pwb(*COMPARE, "--model", "far/m", "--cases", "1")
    assert answer.code == 1
    assert "1 failed: Offline is switched on, so https://api.example.org is not" in answer.err


@pytest.mark.parametrize("name", ["openai/gpt-4o", "anthropic/claude-haiku-4-5", "gemini/gemini-x"])
def test_without_a_key_a_run_says_how_to_give_one(project: Terminal, name: str) -> None:
    answer = project.pwb(*COMPARE, "--model", name, "--cases", "1")
    assert answer.code == 1
    assert f"pwb providers set-key {name.partition('/')[0]}" in answer.err


def test_a_run_goes_through_litellm_with_a_key_that_is_nowhere_else(
    project: Terminal, provider: FakeProvider, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PWB_KEY_TAIL", KEY)
    project.done(
        *("models", "add-endpoint", "tail", provider.base_url, "--interface", "litellm"),
        *("--option", "provider=openai", "--option", "models=fake"),
        *("--input-price", "1", "--output-price", "1"),
    )
    result = project.done(*COMPARE, "--model", "tail/fake", "--cases", "2", "--json").json
    (variant,) = result["variants"]
    assert (variant["calls"], variant["errors"], variant["unknown_cost"]) == (2, 0, 0)
    assert Decimal(variant["cost_usd"]) > 0
    assert all(KEY in request.headers["authorization"] for request in provider.requests)
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
