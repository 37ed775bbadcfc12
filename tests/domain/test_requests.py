"""Requests: model names and cache keys."""

from dataclasses import replace

import pytest

from prompt_workbench.domain.canonical import Json, JsonObject, canonical_json
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.model_settings import ModelSettings, settings_from_json
from prompt_workbench.domain.requests import GenerationRequest, Interface, model_ref

REQUEST = GenerationRequest(
    model=model_ref("local/smollm2-135m-instruct"), messages=(text_message(Role.USER, "Hi"),)
)


def test_a_model_name_may_contain_slashes_after_the_provider() -> None:
    ref = model_ref("openrouter/meta-llama/llama-4")
    assert (ref.provider, ref.model) == ("openrouter", "meta-llama/llama-4")


@pytest.mark.parametrize("text", ["", "gpt", "/x", "x/"])
def test_half_a_model_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not a model name"):
        model_ref(text)


def test_repetitions_and_servers_never_share_a_cached_answer() -> None:
    chat = Interface.OPENAI_CHAT
    keys = {
        REQUEST.cache_key("http://a:1", chat, 0),
        REQUEST.cache_key("http://a:1", chat, 1),
        REQUEST.cache_key("http://b:1", chat, 0),
        replace(REQUEST, settings=ModelSettings(seed=1)).cache_key("http://a:1", chat, 0),
    }
    assert len(keys) == 4


def test_interfaces_of_a_server_never_share_a_cached_answer() -> None:
    assert len({REQUEST.cache_key("http://a:1", each, 0) for each in Interface}) == len(Interface)


def test_answers_of_chat_completions_that_were_cached_before_are_still_found() -> None:
    assert REQUEST.cache_key("http://a:1", Interface.OPENAI_CHAT, 0) == (
        "1:ef7727878ec943e4cd11894a5c46f14a8e441aa2e3f2d44fb117a3e386a4a1f5"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"seed": 2**53},
        {"temperature": 3},
        {"max_tokens": "9"},
        {"reasoning_effort": 5},
        {"stream": 0},
    ],
)
def test_settings_that_cannot_be_kept_or_sent_are_refused(wrong: JsonObject) -> None:
    with pytest.raises(InvalidInputError, match=next(iter(wrong))):
        settings_from_json(wrong)


def test_the_largest_seed_has_a_key() -> None:
    largest = replace(REQUEST, settings=ModelSettings(seed=2**53 - 1))
    keys = [each.cache_key("http://a:1", Interface.OPENAI_CHAT, 0) for each in (largest, REQUEST)]
    assert keys[0] != keys[1]


@pytest.mark.parametrize("value", ["half a pair \ud800", 2**53, float("inf")])
def test_what_json_cannot_hold_exactly_is_refused_with_a_sentence(value: Json) -> None:
    with pytest.raises(InvalidInputError, match="cannot be kept exactly"):
        canonical_json({"value": value})


def test_settings_of_a_column_override_those_of_the_prompt() -> None:
    whole = ModelSettings(stream=False)
    assert ModelSettings().overridden_by(whole) == whole
    assert whole.overridden_by(ModelSettings(stream=True)) == ModelSettings(stream=True)
    base = ModelSettings(temperature=0.7, max_tokens=100, stop_sequences=("a",))
    assert base.overridden_by(ModelSettings(temperature=0.0)) == ModelSettings(
        temperature=0.0, max_tokens=100, stop_sequences=("a",)
    )
