"""The user's list of models survives, and says clearly when it cannot be used."""

from __future__ import annotations

import stat
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from prompt_workbench.domain.errors import HostError, InvalidInputError, NotFoundError
from prompt_workbench.settings import models
from prompt_workbench.settings.models import Endpoint, LocalModel, ModelRegistry

OLLAMA = Endpoint(name="ollama", base_url="http://localhost:11434/v1")
PRICED = Endpoint(
    name="groq.eu",
    base_url="https://api.example.com/openai/v1",
    input_price=Decimal("0.0000005"),
    output_price=Decimal(12),
)
TINY = LocalModel(name="tiny", path=Path("/models/tiny model.gguf"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "models.json"


def test_before_the_first_save_there_are_no_models(file: Path) -> None:
    assert models.load(file) == ModelRegistry()


def test_what_was_saved_is_there_again(file: Path) -> None:
    registry = ModelRegistry().with_endpoint(OLLAMA).with_endpoint(PRICED).with_local(TINY)
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


def test_adding_a_name_again_replaces_it() -> None:
    moved = Endpoint(name="ollama", base_url="http://gpu.example.com:11434/v1")
    registry = ModelRegistry().with_endpoint(OLLAMA).with_endpoint(moved)
    assert registry.endpoints == (moved,)
    elsewhere = LocalModel(name="tiny", path=Path("/else.gguf"))
    assert ModelRegistry().with_local(TINY).with_local(elsewhere).local == (elsewhere,)


def test_models_can_be_removed_and_unknown_names_are_told() -> None:
    registry = ModelRegistry().with_endpoint(OLLAMA).with_local(TINY)
    assert registry.without_endpoint("ollama").without_local("tiny") == ModelRegistry()
    with pytest.raises(NotFoundError) as caught:
        registry.without_endpoint("olama")
    assert caught.value.hint == "Known are: ollama."
    with pytest.raises(NotFoundError, match="no local model named big"):
        registry.without_local("big")


@pytest.mark.parametrize("name", ["", "Ollama", "my server", "-x", "../x", "a/b", "ollama\n"])
def test_names_that_would_not_fit_into_a_model_name_are_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        Endpoint(name=name, base_url="http://localhost/v1")
    with pytest.raises(InvalidInputError):
        LocalModel(name=name, path=Path("/a.gguf"))


def test_the_name_of_the_embedded_server_is_taken() -> None:
    with pytest.raises(InvalidInputError, match="embedded"):
        Endpoint(name="local", base_url="http://localhost/v1")


@pytest.mark.parametrize(
    "url",
    [
        "localhost:11434",
        "ftp://example.com",
        "http://",
        "http:///v1",
        "http://[::1",
        "http://localhost:99999/v1",
        "http://local host/v1",
        "http://localhost/v1?key=secret",
        "http://localhost/v1#x",
    ],
)
def test_addresses_that_cannot_be_called_are_refused(url: str) -> None:
    with pytest.raises(InvalidInputError):
        Endpoint(name="x", base_url=url)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidInputError) as caught:
        Endpoint(name="x", base_url="https://me:sesame@example.com/v1")
    assert "sesame" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("price", ["-1", "NaN", "Infinity"])
def test_impossible_prices_are_refused(price: str) -> None:
    with pytest.raises(InvalidInputError):
        Endpoint(name="x", base_url="http://localhost/v1", input_price=Decimal(price))


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
        '{"local": [{"name": "x", "path": 3}]}',
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
