"""Which adapter speaks an interface that is spoken without litellm."""

from __future__ import annotations

from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.base import Provider
from prompt_workbench.providers.http import HttpClient
from prompt_workbench.providers.wire.adapter import WireAdapter
from prompt_workbench.providers.wire.anthropic_messages import AnthropicMessages
from prompt_workbench.providers.wire.gemini import Gemini
from prompt_workbench.providers.wire.openai_chat import OpenAIChat
from prompt_workbench.providers.wire.openai_responses import OpenAIResponses

_ADAPTERS: dict[Interface, type[WireAdapter]] = {
    Interface.OPENAI_CHAT: OpenAIChat,
    Interface.OPENAI_RESPONSES: OpenAIResponses,
    Interface.ANTHROPIC_MESSAGES: AnthropicMessages,
    Interface.GEMINI: Gemini,
}

INTERFACES = tuple(_ADAPTERS)
"""The interfaces that a server can be said to speak, in the order in which they are offered."""


def make_provider(
    interface: Interface, http: HttpClient, base_url: str, key: str | None
) -> Provider:
    """Return the provider at an address.

    Raises:
        InvalidInputError: The key cannot be sent there.
    """
    return _ADAPTERS[interface](http, base_url, key=key)
