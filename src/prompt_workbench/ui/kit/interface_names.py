"""What the interfaces are called."""

from __future__ import annotations

from prompt_workbench.domain.requests import Interface

INTERFACES = {
    Interface.OPENAI_CHAT: "OpenAI chat completions, and compatible",
    Interface.OPENAI_RESPONSES: "OpenAI Responses",
    Interface.ANTHROPIC_MESSAGES: "Anthropic messages",
    Interface.GEMINI: "Google Gemini",
}
"""Those that a server of one's own can be said to speak, in the order of the offer."""

NAMES = {**INTERFACES, Interface.LITELLM: "called through litellm"}
"""All of them."""
