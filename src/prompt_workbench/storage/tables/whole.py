"""All tables of a project together, for what makes, copies or changes whole projects."""

from __future__ import annotations

# Beside the tables that every process knows, the ones that these two declare.
from prompt_workbench.storage.tables import datasets, prompts
from prompt_workbench.storage.tables.columns import METADATA

__all__ = ["METADATA", "datasets", "prompts"]
