"""What all runs of a worker share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from prompt_workbench.engine.batch_ports import Batching
from prompt_workbench.engine.gates import Gates
from prompt_workbench.engine.policy import Policy
from prompt_workbench.engine.ports import Ledger, Models, TemplateRenderer
from prompt_workbench.engine.protocol import Event
from prompt_workbench.providers.base import Timeouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the runs get from outside, and what they must not exceed together."""

    ledger: Ledger
    models: Models
    renderer: TemplateRenderer
    gates: Gates
    emit: Callable[[Event], None]
    policy: Policy
    timeouts: Timeouts
    batching: Batching | None = None
    """None where nothing can be sent in batches."""
