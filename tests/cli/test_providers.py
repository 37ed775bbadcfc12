"""``pwb providers``: a key once, and the models are there; keys never appear anywhere."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from tests.cli.conftest import Terminal

from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import refusal

KEY = "sk-canary-0123456789wxyz"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pipe a key into the next command."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{KEY}\n"))


def added(terminal: Terminal) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = terminal.done("providers", "list", "--json").json["providers"]
    return listed


@pytest.mark.usefixtures("typed")
def test_a_key_adds_the_provider_and_is_shown_nowhere(
    terminal: Terminal, memory_keyring: dict[tuple[str, str], str], home: Path
) -> None:
    answer = terminal.done("providers", "set-key", "anthropic")
    assert memory_keyring == {("prompt-workbench", "https://api.anthropic.com"): KEY}
    (provider,) = added(terminal)
    assert provider["interface"] == "anthropic-messages"
    assert provider["key"] == {"place": "keyring", "variable": "", "ending": "wxyz"}
    listed = terminal.done("providers", "list")
    assert "in the keyring …wxyz" in listed.out
    assert "canary" not in answer.out + answer.err + listed.out + listed.err
    files = [path for path in home.rglob("*") if path.is_file()]
    assert files
    assert not any(b"canary" in path.read_bytes() for path in files)

    terminal.done("providers", "remove-key", "anthropic")
    assert memory_keyring == {}
    assert added(terminal)[0]["key"] == {"place": "none", "variable": "", "ending": ""}


@pytest.mark.usefixtures("typed")
def test_where_a_key_cannot_be_kept_the_command_fails_with_a_next_step(terminal: Terminal) -> None:
    answer = terminal.pwb("providers", "set-key", "openai")
    assert answer.code == 1
    assert "This computer has no keyring." in answer.err
    assert "PWB_KEY_OPENAI" in answer.err
    assert "canary" not in answer.out + answer.err


@pytest.mark.usefixtures("typed")
def test_what_is_no_provider_gets_no_key(terminal: Terminal) -> None:
    answer = terminal.pwb("providers", "set-key", "opnai")
    assert answer.code == 2
    assert "Known are: openai" in answer.err
    assert terminal.pwb("providers", "add", "opnai").code == 2
    assert terminal.pwb("providers", "remove-key", "openai").code == 2
    assert added(terminal) == []


def test_a_key_from_the_environment_is_named_as_such(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.done("providers", "add", "groq")
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    assert "from the environment, GROQ_API_KEY …wxyz" in terminal.done("providers", "list").out
    left = terminal.done("providers", "remove-key", "groq")
    assert "There is still one in GROQ_API_KEY." in left.err


def test_a_name_that_is_taken_is_not_taken_again(terminal: Terminal) -> None:
    terminal.done("models", "add-endpoint", "ollama", "http://127.0.0.1:1/v1")
    assert terminal.done("providers", "add", "ollama", "--json").json["name"] == "ollama-2"
    terminal.done("providers", "add", "openai")
    terminal.done("providers", "add", "openai")
    assert [each["name"] for each in added(terminal)] == ["ollama", "ollama-2", "openai"]


@pytest.mark.usefixtures("provider")
def test_a_provider_is_tried_out_with_one_small_call_after_its_price_is_told(
    terminal: Terminal,
) -> None:
    answer = terminal.done("providers", "test", "fake", "--yes", "--json")
    assert answer.err.startswith("fake/fake is asked for one word, for at most $0.0")
    assert "counts in no project" in answer.err
    assert answer.json["model"] == "fake/fake"
    assert answer.json["text"]
    assert answer.json["cost"]["source"] == "known"


def test_nothing_is_sent_when_nobody_agrees(terminal: Terminal, provider: FakeProvider) -> None:
    answer = terminal.pwb("providers", "test", "fake", "--model", "fake")
    assert answer.code == 2
    assert "--yes" in answer.err
    assert provider.requests == []


def test_a_wrong_key_is_said_to_be_wrong(terminal: Terminal, provider: FakeProvider) -> None:
    provider.script = refusal(401, "Incorrect API key provided")
    answer = terminal.pwb("providers", "test", "fake", "--yes")
    assert answer.code == 1
    assert "The provider answered: Incorrect API key provided" in answer.err
    assert "Check the key" in answer.err


def test_local_servers_are_looked_for_only_here(terminal: Terminal) -> None:
    found = terminal.done("providers", "discover", "--json").json
    known = {"ollama", "lmstudio", "vllm", "llama-cpp"}
    assert {each["name"] for each in found} <= known


def test_limits_and_connection_are_chosen_and_shown(terminal: Terminal) -> None:
    terminal.done("models", "add-endpoint", "mine", "https://api.example.org/v1")
    proxy = "http://ada@proxy.example:3128"
    terminal.done("providers", "connect", "mine", "requests_per_minute=60", f"proxy={proxy}")
    (provider,) = added(terminal)
    assert provider["connection"] == {
        "at_once": 0,
        "requests_per_minute": 60,
        "tokens_per_minute": 0,
        "proxy": proxy,
        "ca_file": "",
    }
    shown = terminal.done("providers", "connect", "mine").out
    assert "requests_per_minute" in shown
    assert "60" in shown
    terminal.done("providers", "connect", "mine", "proxy=")
    assert added(terminal)[0]["connection"]["proxy"] == ""


@pytest.mark.usefixtures("typed")
def test_the_password_of_a_proxy_is_read_and_shown_nowhere(
    terminal: Terminal, memory_keyring: dict[tuple[str, str], str], home: Path
) -> None:
    terminal.done("models", "add-endpoint", "mine", "https://api.example.org/v1")
    answer = terminal.done(
        "providers", "connect", "mine", "proxy=http://ada@proxy.example", "--proxy-password"
    )
    assert list(memory_keyring.values()) == [KEY]
    assert "canary" not in answer.out + answer.err
    files = [path for path in home.rglob("*") if path.is_file()]
    assert not [path for path in files if b"canary" in path.read_bytes()]


@pytest.mark.parametrize("wrong", ["speed=3", "at_once=many", "proxy=ftp://there", "at_once"])
def test_a_choice_that_cannot_be_is_refused(terminal: Terminal, wrong: str) -> None:
    terminal.done("models", "add-endpoint", "mine", "https://api.example.org/v1")
    assert terminal.pwb("providers", "connect", "mine", wrong).code != 0
    assert added(terminal)[0]["connection"]["at_once"] == 0
