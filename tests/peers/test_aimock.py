"""Refusals in the native envelopes of four providers, as another project imitates them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.peers.conftest import running
from tests.providers.conformance.desk import asked
from tests.support.chat import PATIENT

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.interfaces import make_provider

PATHS = {
    Interface.OPENAI_CHAT: "/v1",
    Interface.OPENAI_RESPONSES: "/v1",
    Interface.ANTHROPIC_MESSAGES: "/v1",
    Interface.GEMINI: "/v1beta",
}
REFUSALS = {
    429: ("Too fast", "rate_limit_error", ProviderErrorKind.RATE_LIMITED),
    529: ("Overloaded today", "overloaded_error", ProviderErrorKind.OVERLOADED),
}
ANSWER = "Hello there, dear world of imitations."


def _fixtures() -> dict[str, object]:
    refused = [
        {
            "match": {"userMessage": f"refuse with {status}"},
            "response": {"error": {"message": message, "type": kind}, "status": status},
        }
        for status, (message, kind, _) in REFUSALS.items()
    ]
    hello = {"match": {"userMessage": "hello"}, "response": {"content": ANSWER}}
    return {"fixtures": [*refused, hello]}


@pytest.fixture
def aimock(peers: Path, tmp_path: Path) -> Iterator[str]:
    """Run aimock and return its address."""
    node = shutil.which("node")
    assert node is not None
    entry = peers / "node" / "node_modules" / "@copilotkit" / "aimock" / "dist" / "cli.js"
    fixtures = tmp_path / "fixtures.json"
    fixtures.write_text(json.dumps(_fixtures()))
    command = [node, str(entry), "-f", str(fixtures), "-p"]
    with running(command, os.environ, log=tmp_path / "aimock.log") as address:
        yield address


async def test_refusals_are_understood_in_every_envelope(aimock: str) -> None:
    http = HttpClient()
    try:
        for interface, path in PATHS.items():
            adapter = make_provider(interface, http, f"{aimock}{path}", "sk-canary-0123")
            for stream in (True, False):
                for status, (message, _, kind) in REFUSALS.items():
                    text = text_message(Role.USER, f"refuse with {status}")
                    prepared = adapter.prepare(asked((text,), stream=stream))
                    with pytest.raises(ProviderError) as caught:
                        await adapter.send(prepared, lambda _: None, timeouts=PATIENT)
                    error = caught.value
                    assert (error.kind, error.status) == (kind, status)
                    assert message in f"{error.message} {error.hint}"
    finally:
        await http.close()


async def test_answers_are_read_in_every_envelope(aimock: str) -> None:
    http = HttpClient()
    try:
        for interface, path in PATHS.items():
            adapter = make_provider(interface, http, f"{aimock}{path}", "sk-canary-0123")
            for stream in (True, False):
                hello = text_message(Role.USER, "hello")
                prepared = adapter.prepare(asked((hello,), stream=stream))
                answer = await adapter.send(prepared, lambda _: None, timeouts=PATIENT)
                assert (answer.text, answer.error) == (ANSWER, None)
                assert answer.finish_reason
    finally:
        await http.close()
