"""The providers and local servers that are known beforehand, each declared once."""

from __future__ import annotations

from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.known_provider import KnownProvider, models_field
from prompt_workbench.providers.litellm_known import LONG_TAIL

__all__ = ["KNOWN", "KnownProvider", "key_variables", "known_provider", "provider_at"]

KNOWN = (
    KnownProvider(
        name="openai",
        title="OpenAI",
        base_url="https://api.openai.com/v1",
        key_page="https://platform.openai.com/api-keys",
        variables=("OPENAI_API_KEY",),
    ),
    KnownProvider(
        name="openai-responses",
        title="OpenAI (Responses)",
        base_url="https://api.openai.com/v1",
        interface=Interface.OPENAI_RESPONSES,
        key_page="https://platform.openai.com/api-keys",
        variables=("OPENAI_API_KEY",),
    ),
    KnownProvider(
        name="anthropic",
        title="Anthropic",
        base_url="https://api.anthropic.com/v1",
        interface=Interface.ANTHROPIC_MESSAGES,
        key_page="https://platform.claude.com/settings/keys",
        variables=("ANTHROPIC_API_KEY",),
    ),
    KnownProvider(
        name="gemini",
        title="Google Gemini",
        base_url="https://generativelanguage.googleapis.com/v1beta",
        interface=Interface.GEMINI,
        key_page="https://aistudio.google.com/apikey",
        variables=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    ),
    KnownProvider(
        name="vertex",
        title="Google Vertex AI (express mode)",
        base_url="https://aiplatform.googleapis.com/v1/publishers/google",
        interface=Interface.GEMINI,
        key_page="https://console.cloud.google.com/expressmode",
        variables=("VERTEX_API_KEY",),
        fields=(models_field("gemini-2.5-flash, gemini-2.5-pro"),),
    ),
    KnownProvider(
        name="groq",
        title="Groq",
        base_url="https://api.groq.com/openai/v1",
        key_page="https://console.groq.com/keys",
        variables=("GROQ_API_KEY",),
    ),
    KnownProvider(
        name="mistral",
        title="Mistral",
        base_url="https://api.mistral.ai/v1",
        key_page="https://console.mistral.ai/api-keys",
        variables=("MISTRAL_API_KEY",),
    ),
    KnownProvider(
        name="deepseek",
        title="DeepSeek",
        base_url="https://api.deepseek.com/v1",
        key_page="https://platform.deepseek.com/api_keys",
        variables=("DEEPSEEK_API_KEY",),
    ),
    KnownProvider(
        name="openrouter",
        title="OpenRouter",
        base_url="https://openrouter.ai/api/v1",
        key_page="https://openrouter.ai/keys",
        variables=("OPENROUTER_API_KEY",),
    ),
    KnownProvider(
        name="together",
        title="Together AI",
        base_url="https://api.together.xyz/v1",
        key_page="https://api.together.ai/settings/api-keys",
        variables=("TOGETHER_API_KEY", "TOGETHERAI_API_KEY"),
    ),
    KnownProvider(
        name="xai",
        title="xAI",
        base_url="https://api.x.ai/v1",
        key_page="https://console.x.ai",
        variables=("XAI_API_KEY",),
    ),
    *LONG_TAIL,
    KnownProvider(name="ollama", title="Ollama", base_url="http://127.0.0.1:11434/v1"),
    KnownProvider(name="lmstudio", title="LM Studio", base_url="http://127.0.0.1:1234/v1"),
    KnownProvider(name="vllm", title="vLLM", base_url="http://127.0.0.1:8000/v1"),
    KnownProvider(name="llama-cpp", title="llama.cpp", base_url="http://127.0.0.1:8080/v1"),
)
"""In the order in which they are offered."""


def known_provider(name: str) -> KnownProvider | None:
    """Return the known provider of that name."""
    return next((each for each in KNOWN if each.name == name), None)


def provider_at(base_url: str) -> KnownProvider | None:
    """Return the known provider at an address, whatever its endpoint is called."""
    return next((each for each in KNOWN if each.is_at(base_url)), None)


def key_variables(base_url: str) -> tuple[str, ...]:
    """Return the environment variables that may hold the key of whoever is at an address.

    They belong to the provider's own origin: an endpoint elsewhere has none, whatever it is
    called.
    """
    provider = provider_at(base_url)
    return () if provider is None else provider.variables
