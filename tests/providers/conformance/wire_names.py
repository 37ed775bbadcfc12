"""What each setting and each kind of content is called on the wire; the table in the help."""

from __future__ import annotations

from prompt_workbench.domain.requests import Interface

CHAT, RESPONSES = Interface.OPENAI_CHAT, Interface.OPENAI_RESPONSES
ANTHROPIC, GEMINI = Interface.ANTHROPIC_MESSAGES, Interface.GEMINI

SETTINGS: dict[str, dict[Interface, str]] = {
    "temperature": {
        CHAT: "temperature",
        RESPONSES: "temperature",
        ANTHROPIC: "temperature",
        GEMINI: "generationConfig.temperature",
    },
    "top_p": {
        CHAT: "top_p",
        RESPONSES: "top_p",
        ANTHROPIC: "top_p",
        GEMINI: "generationConfig.topP",
    },
    "top_k": {CHAT: "top_k", ANTHROPIC: "top_k", GEMINI: "generationConfig.topK"},
    "max_tokens": {
        CHAT: "max_tokens",
        RESPONSES: "max_output_tokens",
        ANTHROPIC: "max_tokens",
        GEMINI: "generationConfig.maxOutputTokens",
    },
    "seed": {CHAT: "seed", GEMINI: "generationConfig.seed"},
    "stop_sequences": {
        CHAT: "stop",
        ANTHROPIC: "stop_sequences",
        GEMINI: "generationConfig.stopSequences",
    },
    "frequency_penalty": {
        CHAT: "frequency_penalty",
        GEMINI: "generationConfig.frequencyPenalty",
    },
    "presence_penalty": {
        CHAT: "presence_penalty",
        GEMINI: "generationConfig.presencePenalty",
    },
    "reasoning_effort": {
        CHAT: "reasoning_effort",
        RESPONSES: "reasoning.effort",
        ANTHROPIC: "output_config.effort",
        GEMINI: "generationConfig.thinkingConfig.thinkingLevel",
    },
    "reasoning_budget": {
        ANTHROPIC: "thinking.budget_tokens",
        GEMINI: "generationConfig.thinkingConfig.thinkingBudget",
    },
}
"""The path of a setting in the body of a request; where there is none, the setting is refused."""

SAMPLES: dict[str, object] = {
    "temperature": 0.25,
    "top_p": 0.5,
    "top_k": 3,
    "max_tokens": 99,
    "seed": 7,
    "stop_sequences": ("END",),
    "frequency_penalty": 0.1,
    "presence_penalty": 0.2,
    "reasoning_effort": "low",
    "reasoning_budget": 2048,
}
SENT: dict[tuple[str, Interface], object] = {
    ("stop_sequences", CHAT): ["END"],
    ("stop_sequences", ANTHROPIC): ["END"],
    ("stop_sequences", GEMINI): ["END"],
    ("reasoning_effort", GEMINI): "LOW",
}
"""What is sent for a sample, where that is not the sample itself."""
