"""What a comparison will probably take: calls, money and time, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from prompt_workbench.domain.comparisons import Estimate, ModelInfo, Variant
from prompt_workbench.domain.costs import CallHistory
from prompt_workbench.domain.datasets import PlacedCase
from prompt_workbench.domain.errors import TemplateError
from prompt_workbench.domain.requests import GenerationRequest, ModelRef
from prompt_workbench.domain.usage import FREE
from prompt_workbench.providers.tokens import estimate_tokens
from prompt_workbench.services.planning import Plan

if TYPE_CHECKING:
    from prompt_workbench.storage.project import Project, Repositories
    from prompt_workbench.system.renderer import Renderer

_SAMPLE = 40
"""How many cases are rendered to learn how long the requests are."""
_MOST_LOOKUPS = 5_000
"""Up to so many calls, each one is looked up in the response cache."""
_SHORT_ANSWER, _LONG_ANSWER = 10, 1_000
"""Output tokens assumed where neither max_tokens nor an earlier call says more."""
_USUAL_CONCURRENCY = 4

_PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    low: float = 0
    high: float = 0


class Estimator:
    """Renders some of the requests, and looks at what earlier calls of their kind took."""

    def __init__(self, project: Project, renderer: Renderer) -> None:
        self._project = project
        self._renderer = renderer
