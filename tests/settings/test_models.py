"""The user's list of models survives, and says clearly when it cannot be used."""

from __future__ import annotations

import stat
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from prompt_workbench.domain.errors import HostError
from prompt_workbench.domain.requests import Interface, model_ref
from prompt_workbench.domain.usage import Price
from prompt_workbench.settings import models
from prompt_workbench.settings.connection import Connection
from prompt_workbench.settings.models import Endpoint, LocalModel, ModelRegistry, Terms

OLLAMA = Endpoint(name="ollama", base_url="http://localhost:11434/v1")
PRICED = Endpoint(
    name="claude.eu",
    base_url="https://api.example.com/v1",
    interface=Interface.ANTHROPIC_MESSAGES,
    input_price=Decimal("0.0000005"),
    output_price=Decimal(12),
    connection=Connection(requests_per_minute=60, proxy="http://ada@proxy.example:3128"),
)
CHEAPER = Terms(
    model=model_ref("claude.eu/sonnet"),
    since=date(2026, 11, 1),
    price=Price(input=Decimal("0.00000005"), output=Decimal(1), cache_read=Decimal(0)),
    discount_percent=Decimal("12.5"),
)
DISCOUNT = Terms(
    model=model_ref("claude.eu/sonnet"), since=date(2026, 12, 1), discount_percent=Decimal(5)
)
TINY = LocalModel(name="tiny", path=Path("/models/tiny model.gguf"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "models.json"


def test_before_the_first_save_there_are_no_models(file: Path) -> None:
    assert models.load(file) == ModelRegistry()


def test_what_was_saved_is_there_again(file: Path) -> None:
    registry = ModelRegistry().with_endpoint(OLLAMA).with_endpoint(PRICED).with_local(TINY)
    registry = registry.with_terms(CHEAPER).with_terms(DISCOUNT)
    models.save(registry, file)
    assert models.load(file) == registry


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_only_the_owner_may_read_the_file(file: Path) -> None:
    models.save(ModelRegistry(), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_failed_save_keeps_the_old_list_and_says_why(tmp_path: Path) -> None:
    taken = tmp_path / "models.json"
    taken.mkdir()
    with pytest.raises(HostError, match="cannot be saved"):
        models.save(ModelRegistry(), taken)
    assert [item.name for item in tmp_path.iterdir()] == ["models.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"endpoints": {}}',
        '{"endpoints": [{"name": "x"}]}',
        '{"endpoints": [{"name": "x", "base_url": "nowhere"}]}',
        '{"endpoints": [{"name": "x", "base_url": "http://a/", "input_price": "cheap"}]}',
        '{"endpoints": [{"name": "x", "base_url": "http://a/", "interface": "smoke-signs"}]}',
        '{"local": [{"name": "x", "path": 3}]}',
        '{"terms": [{"model": "x/y", "since": "soon", "discount_percent": "5"}]}',
        '{"terms": [{"model": "x/y", "since": "2026-11-01"}]}',
        '{"terms": [{"model": "x/y", "since": "2026-11-01", "price": {"input": "1"}}]}',
        "\xff",
    ],
)
def test_a_damaged_list_is_told_with_its_place_and_left_as_it_is(file: Path, text: str) -> None:
    file.write_text(text, encoding="latin-1")
    with pytest.raises(HostError, match="damaged") as caught:
        models.load(file)
    assert str(file) in caught.value.message
    assert caught.value.hint is not None
    assert file.read_text(encoding="latin-1") == text


def test_a_list_of_another_format_is_not_guessed_at(file: Path) -> None:
    file.write_text('{"format": 2}')
    with pytest.raises(HostError, match="another version"):
        models.load(file)


def test_unknown_fields_and_prices_as_numbers_are_read(file: Path) -> None:
    file.write_text(
        '{"endpoints": [{"name": "x", "base_url": "http://a/v1", "input_price": 0.1, "icon": 1}]}'
    )
    assert models.load(file).endpoints[0].input_price == Decimal("0.1")
