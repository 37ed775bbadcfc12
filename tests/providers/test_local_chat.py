"""The real local model, called through the catalogue."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.support import local_model

from prompt_workbench.domain.errors import ProviderError, ProviderErrorKind
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.model_settings import ModelSettings
from prompt_workbench.domain.requests import GenerationRequest, model_ref
from prompt_workbench.domain.usage import UsageSource
from prompt_workbench.providers.base import Answer, Provider, Timeouts
from prompt_workbench.providers.catalogue import Catalogue

REF = model_ref(local_model.MODEL)
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 20}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


@pytest.fixture
async def provider(model_weights: Path) -> AsyncIterator[Provider]:
    catalogue = Catalogue(local_model.registry(), local_model.servers(), {})
    yield await catalogue.provider(REF)
    await catalogue.close()


async def ask(provider: Provider, text: str, **fields: object) -> tuple[Answer, list[str]]:
    request = GenerationRequest(
        model=REF,
        messages=(text_message(Role.USER, text),),
        settings=ModelSettings(temperature=0, max_tokens=48, seed=1),
        **fields,
    )
    seen: list[str] = []
    body = provider.prepare(request)
    return await provider.send(body, seen.append, timeouts=Timeouts()), seen


async def test_it_streams_reports_its_tokens_and_obeys_a_schema(provider: Provider) -> None:
    first, seen = await ask(provider, "Count from one to ten.")
    assert "".join(seen) == first.text
    assert len(seen) > 3
    assert first.finish_reason in {"stop", "length"}
    assert first.usage_source is UsageSource.REPORTED
    assert first.usage is not None
    assert first.usage.output_tokens > 3
    again, _ = await ask(provider, "Count from one to ten.")
    assert again.text == first.text
    assert again.usage is not None
    assert again.usage.cache_read_input_tokens > 0

    person, _ = await ask(provider, "Invent a person, as JSON.", response_schema=PERSON)
    assert set(json.loads(person.text)) == {"name", "age"}

    with pytest.raises(ProviderError) as caught:
        await ask(provider, "word " * 4000)
    assert caught.value.kind is ProviderErrorKind.CONTEXT_LENGTH
