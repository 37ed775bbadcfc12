"""``pwb models``: keys never appear anywhere."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from tests.cli.conftest import Terminal

from prompt_workbench.providers.fake import FakeProvider

URL = "https://api.example.org/v1"


def test_endpoints_are_added_listed_and_removed(terminal: Terminal, provider: FakeProvider) -> None:
    added = terminal.done(
        "models", "add-endpoint", "mine", provider.base_url,
        "--input-price", "0.15", "--output-price", "0.60", "--json",
    ).json  # fmt: skip
    assert (added["input_price"], added["output_price"]) == ("0.15", "0.6")
    listed = terminal.done("models", "list", "--refresh", "--json").json
    assert {"mine/fake", "local/smollm2-135m-instruct"} <= {m["model"] for m in listed["models"]}
    assert "$0.15 / $0.60" in terminal.done("models", "list").out
    terminal.done("models", "remove", "mine")
    assert terminal.pwb("models", "remove", "mine").code == 2


def test_a_key_is_read_from_the_input_and_shown_nowhere(
    terminal: Terminal,
    memory_keyring: dict[tuple[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("sk-canary-77\n"))
    answer = terminal.done("models", "add-endpoint", "mine", URL, "--key")
    assert memory_keyring == {("prompt-workbench", "https://api.example.org"): "sk-canary-77"}
    assert "canary" not in answer.out + answer.err
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    assert not any(b"canary" in path.read_bytes() for path in files)


def test_without_a_keyring_the_person_is_told(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("sk-canary-77\n"))
    answer = terminal.done("models", "add-endpoint", "mine", URL, "--key")
    assert "This computer has no keyring." in answer.err
    assert "PWB_KEY_MINE" in answer.err


@pytest.mark.parametrize(
    ("url", "key", "why"),
    [
        (URL, "two words", "This is not a key."),
        ("http://api.example.org/v1", "sk-canary-77", "would travel without encryption"),
    ],
)
def test_an_endpoint_is_not_added_without_the_key_it_was_to_have(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, url: str, key: str, why: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{key}\n"))
    answer = terminal.pwb("models", "add-endpoint", "mine", url, "--key")
    assert answer.code == 2
    assert why in answer.err
    assert terminal.done("models", "list", "--json").json["endpoints"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["models", "add-endpoint", "Bad Name", URL],
        ["models", "add-endpoint", "local", URL],
        ["models", "add-endpoint", "mine", "no address"],
        ["models", "add-endpoint", "mine", "https://user:pw@example.org"],
        ["models", "add-endpoint", "mine", URL, "--input-price", "-1"],
    ],
)
def test_what_cannot_be_an_endpoint_is_refused(terminal: Terminal, arguments: list[str]) -> None:
    assert terminal.pwb(*arguments).code == 2


def test_a_file_that_is_no_model_is_refused(terminal: Terminal) -> None:
    answer = terminal.pwb("models", "add-local", terminal.file("a.gguf", "text"))
    assert answer.code == 1
    assert "not a GGUF" in answer.err


def test_a_list_says_what_is_known_of_each_model(
    terminal: Terminal, provider: FakeProvider
) -> None:
    terminal.done("models", "list", "--refresh")
    listed = {m["model"]: m for m in terminal.done("models", "list", "--json").json["models"]}
    assert set(listed["fake/fake"]) == {
        *("model", "origin", "local", "available", "note"),
        *("price", "price_source", "context_size", "max_output_tokens", "capabilities"),
    }
    assert listed["fake/fake"]["capabilities"] is None, "unknown is not none"
    assert listed["fake/fake"]["price_source"] == "your own price of fake"


def test_an_endpoint_says_what_it_speaks(terminal: Terminal) -> None:
    added = terminal.done(
        "models", "add-endpoint", "mine", URL, "--interface", "anthropic-messages", "--json"
    ).json
    assert added["interface"] == "anthropic-messages"
    assert terminal.pwb("models", "add-endpoint", "mine", URL, "--interface", "smoke").code == 2
