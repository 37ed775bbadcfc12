"""Whatever a server sends in whatever order, an adapter ends with an answer or a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.providers.conformance.test_answers import CALLS

from prompt_workbench.domain.canonical import Json, JsonObject
from prompt_workbench.domain.requests import Interface
from prompt_workbench.domain.usage import Usage
from prompt_workbench.providers.fake_forms import Reason, Speech
from prompt_workbench.providers.fake_speech import FORMS
from prompt_workbench.providers.wire.anthropic_messages import AnthropicAnswer
from prompt_workbench.providers.wire.chat_answer import ChatAnswer
from prompt_workbench.providers.wire.draft import Draft
from prompt_workbench.providers.wire.gemini import GeminiAnswer
from prompt_workbench.providers.wire.openai_responses import ResponsesAnswer

DRAFTS: dict[Interface, type[Draft]] = {
    Interface.OPENAI_CHAT: ChatAnswer,
    Interface.OPENAI_RESPONSES: ResponsesAnswer,
    Interface.ANTHROPIC_MESSAGES: AnthropicAnswer,
    Interface.GEMINI: GeminiAnswer,
}
FULL = Speech(
    texts=("Yes, ", "so."),
    reasoning=("Hm.",),
    signature="c2ln",
    calls=CALLS,
    refusal="No.",
    reason=Reason.TOOL_CALLS,
    usage=Usage(input_tokens=9, output_tokens=8, cache_read_input_tokens=3),
)
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(st.characters(), max_size=5),
    st.just([]),
    st.just({}),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["type", "text", "index", "name"]), st.integers(), max_size=2),
)


def places(value: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every value inside a value."""
    items: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    found = [(*path, name) for name, _ in items]
    return found + [place for name, inner in items for place in places(inner, (*path, name))]


def spoiled(value: Json, path: tuple[str | int, ...], odd: Json) -> Json:
    """Return the value with another one in that place."""
    if not path:
        return odd
    first, *rest = path
    if isinstance(value, dict):
        return {k: spoiled(v, tuple(rest), odd) if k == first else v for k, v in value.items()}
    items = value if isinstance(value, list) else []
    return [spoiled(v, tuple(rest), odd) if i == first else v for i, v in enumerate(items)]


@pytest.mark.parametrize("interface", DRAFTS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_spoiled_answer_is_still_read(interface: Interface, data: st.DataObject) -> None:
    form = FORMS[interface]
    events = data.draw(st.sampled_from([form.stream_events(FULL), [form.whole_json(FULL)]]))
    order = data.draw(st.permutations(range(len(events)))) if data.draw(st.booleans()) else None
    draft = DRAFTS[interface]()
    for index in order or range(len(events)):
        event: Json = events[index]
        for _ in range(data.draw(st.integers(0, 3))):
            if inside := places(event):
                event = spoiled(event, data.draw(st.sampled_from(inside)), data.draw(ODD))
        if isinstance(event, dict):
            seen(draft, event)
    assert "".join(p.content for p in draft.parts() if p.to_json()["type"] == "text") == draft.text
    usage = draft.usage()
    assert usage is None or usage.cache_read_input_tokens <= usage.input_tokens


def seen(draft: Draft, event: JsonObject) -> None:
    before = len(draft.text)
    text = draft.add(event)
    assert len(draft.text) == before + len(text), "what is announced is what is kept"
