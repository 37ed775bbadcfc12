"""Which class speaks the batches of an interface."""

from __future__ import annotations

from collections.abc import Callable

from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.batch_anthropic import AnthropicBatches
from prompt_workbench.providers.batch_http import BatchHttp
from prompt_workbench.providers.batch_openai import OpenAIBatches
from prompt_workbench.providers.batches import BatchProvider
from prompt_workbench.providers.http_way import STRAIGHT, Way
from prompt_workbench.providers.wire.adapter import check_key
from prompt_workbench.providers.wire.anthropic_messages import key_headers
from prompt_workbench.settings.models import Endpoint


def make_batches(
    endpoint: Endpoint, *, key: str | None, check: Callable[[], None], way: Way = STRAIGHT
) -> BatchProvider:
    """Return where the batches for an endpoint go; a check raises what stands in the way.

    Raises:
        InvalidInputError: The key cannot be sent there.
    """
    check_key(key, endpoint.base_url)
    base_url = endpoint.base_url.rstrip("/")
    if endpoint.interface is Interface.ANTHROPIC_MESSAGES:
        http = BatchHttp(base_url, headers=key_headers(key), key=key, check=check, way=way)
        return AnthropicBatches(http, key=key)
    bearer = {"Authorization": f"Bearer {key}"} if key else {}
    http = BatchHttp(base_url, headers=bearer, key=key, check=check, way=way)
    return OpenAIBatches(http, endpoint.interface, key=key)
