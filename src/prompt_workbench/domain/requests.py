"""What is asked of a model, before any provider's wire format."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from typing_extensions import override

from prompt_workbench.domain.canonical import JsonObject, content_hash, without_absent
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.messages import Message
from prompt_workbench.domain.model_settings import ModelSettings

REQUEST_SCHEME = 1
"""The number of the rule by which requests are keyed in the response cache."""


class Interface(StrEnum):
    """The wire format that a server speaks."""

    OPENAI_CHAT = "openai-chat"
    """Chat completions, which all OpenAI-compatible servers speak."""
    OPENAI_RESPONSES = "openai-responses"
    ANTHROPIC_MESSAGES = "anthropic-messages"
    GEMINI = "gemini"
    LITELLM = "litellm"
    """Whatever litellm knows how to call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRef:
    """A model of a provider, written ``provider/model``."""

    provider: str
    model: str

    @override
    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


def model_ref(text: str) -> ModelRef:
    """Return the model that a text such as ``local/smollm2-135m-instruct`` names.

    Raises:
        InvalidInputError: The text has no provider or no model.
    """
    provider, slash, model = text.strip().partition("/")
    if not slash or not provider or not model:
        raise InvalidInputError(
            f"“{text}” is not a model name.",
            hint="Write provider/model; pwb models list shows what there is.",
        )
    return ModelRef(provider=provider, model=model)


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One call: rendered messages and settings for a model."""

    model: ModelRef
    messages: tuple[Message, ...]
    settings: ModelSettings = field(default_factory=ModelSettings)
    tools: tuple[JsonObject, ...] = ()
    response_schema: JsonObject | None = None

    def to_json(self) -> JsonObject:
        """Return the whole request in a JSON form; absent fields are left out."""
        return without_absent(
            {
                "model": str(self.model),
                "messages": [message.to_json() for message in self.messages],
                "settings": self.settings.to_json() or None,
                "tools": list(self.tools) or None,
                "response_schema": self.response_schema,
            }
        )

    def cache_key(self, origin: str, interface: Interface, repetition: int) -> str:
        """Return the key of the exact-match response cache.

        The repetition number is part of it, so that repetitions stay independent; the
        origin is the provider's address, so that two servers never share answers, and
        neither do two interfaces of one server, which say the same request differently.
        """
        # The interface that most servers speak has no name in the key: it was there first.
        named = None if interface is Interface.OPENAI_CHAT else interface.value
        keyed: JsonObject = {
            "origin": origin,
            "repetition": repetition,
            "request": self.to_json(),
        }
        return content_hash(keyed | without_absent({"interface": named}), scheme=REQUEST_SCHEME)
