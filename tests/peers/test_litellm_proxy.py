"""A LiteLLM proxy before the real local model: what it says, counts and charges is what we do."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from tests.peers.conftest import running
from tests.providers.conformance.desk import asked
from tests.support import local_model
from tests.support.chat import PATIENT

from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.requests import GenerationRequest, Interface, model_ref
from prompt_workbench.domain.usage import Price, UsageSource, cost_of
from prompt_workbench.providers.base import Answer
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.http_exchange import Exchange
from prompt_workbench.providers.interfaces import make_provider

MODEL = "small"
PRICE = Price(input=Decimal(3), output=Decimal(15))
COST_HEADER = "x-litellm-response-cost"
PATHS = {
    Interface.OPENAI_CHAT: "/v1",
    Interface.OPENAI_RESPONSES: "/v1",
    Interface.ANTHROPIC_MESSAGES: "/v1",
    Interface.GEMINI: "/v1beta",
}
TURNS = (
    text_message(Role.SYSTEM, "Be brief."),
    text_message(Role.USER, "Say hello."),
    text_message(Role.ASSISTANT, "Hello!"),
    text_message(Role.USER, "Name a colour."),
)


class Noting(HttpClient):
    """Keeps the exchanges, whose headers say what the proxy charges."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: list[Exchange] = []

    def post(self, url: str, **options: object) -> Exchange:
        self.exchanges.append(super().post(url, **options))
        return self.exchanges[-1]


def turns(*, stream: bool) -> GenerationRequest:
    request = asked(TURNS, temperature=0.0, max_tokens=16, stream=stream)
    return replace(request, model=model_ref(f"there/{MODEL}"))


@asynccontextmanager
async def proxied(folder: Path, peers: Path, key: str) -> AsyncIterator[str]:
    """Run the local model and the proxy before it; yield the proxy's address."""
    servers = local_model.servers()
    try:
        async with servers.use(local_model.MODEL) as model:
            configured = {
                "model_list": [
                    {
                        "model_name": MODEL,
                        "litellm_params": {
                            "model": f"openai/{MODEL}",
                            "api_base": model.url,
                            "api_key": model.api_key,
                            "input_cost_per_token": float(PRICE.input) / 1e6,
                            "output_cost_per_token": float(PRICE.output) / 1e6,
                        },
                    }
                ],
                "general_settings": {"master_key": key},
            }
            file = folder / "proxy.yaml"
            file.write_text(json.dumps(configured))  # which YAML contains
            command = [str(peers / "python" / "bin" / "litellm"), "--host", "127.0.0.1"]
            command += ["--config", str(file), "--port"]
            environment = {
                **os.environ,
                "LITELLM_LOCAL_MODEL_COST_MAP": "True",
                "LITELLM_MODE": "PRODUCTION",
            }
            with running(command, environment, log=folder / "proxy.log") as address:
                yield address
    finally:
        await servers.close()


async def test_every_interface_of_the_proxy_agrees_with_ours(
    model_weights: Path, peers: Path, tmp_path: Path
) -> None:
    key, http = f"sk-{secrets.token_hex(24)}", Noting()
    answers: list[Answer] = []
    charged: dict[Interface, tuple[Decimal | None, float]] = {}
    try:
        async with proxied(tmp_path, peers, key) as address:
            for interface, path in PATHS.items():
                adapter = make_provider(interface, http, f"{address}{path}", key)
                for stream in (True, False):
                    prepared = adapter.prepare(turns(stream=stream))
                    answer = await adapter.send(prepared, lambda _: None, timeouts=PATIENT)
                    assert (answer.error, answer.usage_source) == (None, UsageSource.REPORTED)
                    answers.append(answer)
                cost = cost_of(answer.usage, answer.usage_source, PRICE).usd
                told = http.exchanges[-1].headers.get(COST_HEADER)
                if told is not None:
                    charged[interface] = cost, float(told)
    finally:
        await http.close()
    assert len({answer.text for answer in answers}) == 1
    counted = {(a.usage.input_tokens, a.usage.output_tokens) for a in answers if a.usage}
    assert len(counted) == 1
    # It does not say what it charges for what is asked in the form of Gemini.
    assert set(charged) == PATHS.keys() - {Interface.GEMINI}
    for cost, told in charged.values():
        assert cost is not None
        assert float(cost) == pytest.approx(told, rel=1e-9)
