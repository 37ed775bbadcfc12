"""What a person adds to the models: endpoints, model files and prices of their own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from prompt_workbench.domain.errors import InvalidInputError, NotFoundError
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.domain.usage import Price
from prompt_workbench.settings.registry import Endpoint, LocalModel, ModelRegistry, Terms

OLLAMA = Endpoint(name="ollama", base_url="http://localhost:11434/v1")
TINY = LocalModel(name="tiny", path=Path("/models/tiny model.gguf"))
MODEL = model_ref("ollama/m")


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


def test_an_endpoint_that_is_changed_keeps_its_place() -> None:
    other = Endpoint(name="other", base_url="http://localhost:1/v1")
    moved = Endpoint(name="ollama", base_url="http://gpu.example.com:11434/v1")
    registry = ModelRegistry().with_endpoint(OLLAMA).with_endpoint(other).with_endpoint(moved)
    assert [item.name for item in registry.endpoints] == ["ollama", "other"]


def terms(day: int, price: int) -> Terms:
    figure = Decimal(price)
    return Terms(model=MODEL, since=date(2026, 11, day), price=Price(input=figure, output=figure))


def test_a_price_holds_from_its_day_on_until_the_next_one() -> None:
    first, second = terms(10, 1), terms(20, 2)
    registry = ModelRegistry().with_terms(second).with_terms(first)
    found = [registry.terms_of(MODEL, date(2026, 11, day)) for day in (9, 10, 19, 20, 30)]
    assert found == [None, first, first, second, second]
    assert registry.terms_of(model_ref("ollama/other"), date(2026, 11, 30)) is None


def test_a_price_of_the_same_day_replaces_the_other_and_all_can_be_removed() -> None:
    registry = ModelRegistry().with_terms(terms(10, 1)).with_terms(terms(10, 3))
    assert registry.terms == (terms(10, 3),)
    assert registry.with_terms(terms(11, 4)).without_terms(MODEL).terms == ()
    with pytest.raises(NotFoundError, match="No price of your own"):
        ModelRegistry().without_terms(MODEL)


@pytest.mark.parametrize(
    ("price", "discount"), [(None, "0"), (None, "-1"), (None, "101"), (None, "NaN"), ("-1", "0")]
)
def test_impossible_terms_are_refused(price: str | None, discount: str) -> None:
    figure = None if price is None else Decimal(price)
    with pytest.raises(InvalidInputError):
        Terms(
            model=MODEL,
            since=date(2026, 11, 1),
            price=None if figure is None else Price(input=figure, output=Decimal(1)),
            discount_percent=Decimal(discount),
        )
