"""Prices of one's own on the command line."""

from __future__ import annotations

import pytest
from tests.cli.conftest import Terminal

MODEL = "openai/gpt-4o-mini"


def test_a_price_of_ones_own_is_set_shown_and_removed(terminal: Terminal) -> None:
    told = terminal.done(
        "models", "set-price", MODEL, "--input", "3", "--output", "9.5",
        "--cache-read", "0.0375", "--discount", "10%", "--since", "2026-01-31", "--json",
    ).json  # fmt: skip
    assert told["price"] == {"input": "2.7", "output": "8.55", "cache_read": "0.03375"}
    assert told["price_source"] == "your own price since 2026-01-31, less your 10 %"
    back = terminal.done("models", "remove-price", MODEL, "--json").json
    assert back["price"]["input"] == "0.15"
    assert back["price_source"].startswith("price list of ")
    assert terminal.pwb("models", "remove-price", MODEL).code == 2


def test_a_discount_alone_is_taken_from_the_price_list(terminal: Terminal) -> None:
    terminal.done("models", "set-price", MODEL, "--discount", "50")
    terminal.done("providers", "add", "openai")
    assert "$0.075 / $0.30" in terminal.done("models", "set-price", MODEL, "--discount", "50").out


def test_a_price_of_tomorrow_is_not_that_of_today(terminal: Terminal) -> None:
    told = terminal.done(
        "models", "set-price", MODEL, "--input", "3", "--output", "9",
        "--since", "2999-01-01", "--json",
    ).json  # fmt: skip
    assert told["price"]["input"] == "0.15"


@pytest.mark.parametrize(
    "arguments",
    [
        ["openai/gpt-4o-mini"],
        ["openai/gpt-4o-mini", "--input", "1"],
        ["openai/gpt-4o-mini", "--input", "-1", "--output", "1"],
        ["openai/gpt-4o-mini", "--discount", "half"],
        ["openai/gpt-4o-mini", "--discount", "101"],
        ["openai/gpt-4o-mini", "--discount", "10", "--since", "31.1.2026"],
        ["nobody/model", "--discount", "10"],
        ["gpt-4o-mini", "--discount", "10"],
    ],
)
def test_what_is_no_price_is_refused(terminal: Terminal, arguments: list[str]) -> None:
    assert terminal.pwb("models", "set-price", *arguments).code == 2
