"""The providers of the long tail that are called in litellm's way, each declared once."""

from __future__ import annotations

from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.known_provider import KnownProvider, ProviderField, models_field
from prompt_workbench.providers.litellm_routes import PROVIDER

LONG_TAIL = (
    KnownProvider(
        name="azure",
        title="Azure OpenAI",
        base_url="https://{resource}.openai.azure.com",
        interface=Interface.LITELLM,
        key_page="https://portal.azure.com",
        variables=("AZURE_OPENAI_API_KEY", "AZURE_API_KEY"),
        options=((PROVIDER, "azure"),),
        fields=(
            ProviderField(
                name="resource",
                title="Resource",
                example="my-company, as in my-company.openai.azure.com",
                pattern=r"[a-z0-9][a-z0-9-]*",
            ),
            models_field("the names of your deployments, with commas between them"),
            ProviderField(
                name="api_version",
                title="API version",
                example="2024-10-21",
                default="2024-10-21",
            ),
        ),
    ),
    KnownProvider(
        name="bedrock",
        title="AWS Bedrock",
        base_url="https://bedrock-runtime.{region}.amazonaws.com",
        interface=Interface.LITELLM,
        key_page="https://console.aws.amazon.com/bedrock",
        variables=("AWS_BEARER_TOKEN_BEDROCK",),
        options=((PROVIDER, "bedrock"),),
        fields=(
            ProviderField(
                name="region", title="Region", example="us-east-1", pattern=r"[a-z]+(-[a-z0-9]+)+"
            ),
            ProviderField(
                name="access_key_id",
                title="Access key ID",
                example="AKIA…; leave it out for a Bedrock API key",
                pattern=r"[A-Z0-9]{16,128}",
                is_required=False,
            ),
            models_field("amazon.nova-lite-v1:0, anthropic.claude-3-5-sonnet-20240620-v1:0"),
        ),
    ),
    KnownProvider(
        name="cohere",
        title="Cohere",
        base_url="https://api.cohere.com",
        interface=Interface.LITELLM,
        key_page="https://dashboard.cohere.com/api-keys",
        variables=("COHERE_API_KEY", "CO_API_KEY"),
        options=((PROVIDER, "cohere"),),
        fields=(models_field("command-a-03-2025, command-r7b-12-2024"),),
    ),
)
"""In the order in which they are offered."""
