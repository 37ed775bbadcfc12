"""The real local model for tests: its weights, and a server for it that is kept small."""

from __future__ import annotations

import functools
from pathlib import Path

from prompt_workbench.providers.local.download import fetch
from prompt_workbench.providers.local.supervisor import LocalServers, ServerLimits
from prompt_workbench.providers.local.weights import DEFAULT
from prompt_workbench.settings import models
from prompt_workbench.settings.models import LocalModel, ModelRegistry

MODEL = DEFAULT.full_name

LIMITS = ServerLimits(threads=1, slots=2, context_size=2048)
"""One thread whatever the machine: the tests share it with other work."""


@functools.cache
def weights() -> Path:
    """Return the real weights from the user's own cache, fetched if they are missing.

    Call it first from a session fixture, while HOME is still the user's.
    """
    return fetch()


def registry() -> ModelRegistry:
    """Return a registry that finds the real weights from any HOME."""
    return ModelRegistry().with_local(LocalModel(name=DEFAULT.name, path=weights()))


def install() -> None:
    """Let every process with the present HOME find the real weights."""
    models.save(registry())


def servers() -> LocalServers:
    """Return servers for the real model; the caller closes them."""
    return LocalServers(registry, limits=LIMITS)
