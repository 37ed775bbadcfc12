"""What a person chose to compare last in a project, kept for the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_workbench.domain.comparison_json import comparison_from_json, comparison_to_json
from prompt_workbench.domain.comparisons import ComparisonSpec
from prompt_workbench.domain.errors import InvalidInputError

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench


def remember_comparison(workbench: Workbench, spec: ComparisonSpec) -> None:
    """Keep the choices, whether they are complete or not."""
    workbench.settings.remember(_name(workbench), comparison_to_json(spec))


def last_comparison(workbench: Workbench) -> ComparisonSpec | None:
    """Return the choices that were kept; None when there are none that can be read."""
    kept = workbench.settings.remembered(_name(workbench))
    try:
        return None if kept is None else comparison_from_json(kept)
    except InvalidInputError:
        return None


def _name(workbench: Workbench) -> str:
    return f"compare.{workbench.project.id}"
