"""What keeps the calls of a run from being answered, as its gates see it."""

from __future__ import annotations

from collections.abc import Callable

from prompt_workbench.domain.comparisons import Run
from prompt_workbench.engine.gate import Gate


class Obstacles:
    """Looks at the gates of a run; a model that others stand in for holds nothing up."""

    def __init__(self, run: Run, has_left: Callable[[str], bool]) -> None:
        """Begin without gates.

        Args:
            run: The run.
            has_left: Says whether cells of a model are to be done.
        """
        self._variants = run.variants
        self._has_left = has_left
        self.gates: dict[str, Gate] = {}
        """By model; each is added when its first call is made ready."""
        self.opening: list[str] = []
        """What is being started: models, or the library that calls them."""

    @property
    def concurrency(self) -> dict[str, int]:
        """The present limit of each model."""
        return {model: gate.limit for model, gate in self.gates.items()}

    @property
    def reason(self) -> str:
        """Why calls wait, as a sentence; empty while they flow."""
        if self.opening:
            return f"{self.opening[0]} is being started."
        waited_for = (gate for model, gate in self.gates.items() if not self._is_passed_by(model))
        return next(filter(None, (gate.reason for gate in waited_for)), "")

    @property
    def trouble(self) -> str:
        """What is wrong with the servers that are needed, as a sentence; empty if nothing is."""
        return next(filter(None, (gate.trouble for gate in self._needed)), "")

    @property
    def trouble_s(self) -> float:
        """For how long every server that is needed has failed; 0 if one has not."""
        return min((gate.trouble_s for gate in self._needed), default=0)

    @property
    def _needed(self) -> list[Gate]:
        """The gates of the models that have cells left, and of those that stand in for them."""
        found: dict[str, Gate] = {}
        for variant in self._variants:
            first, *others = map(str, variant.models)
            if self._has_left(first):
                asked = others if self._is_passed_by(first) else [first]
                found |= {model: self.gates[model] for model in asked if model in self.gates}
        return list(found.values())

    def _is_passed_by(self, model: str) -> bool:
        """Return whether every variant of a model asks another one while nothing passes there."""
        gate = self.gates.get(model)
        closed_by = gate and gate.closed_by
        return closed_by is not None and all(
            any(closed_by in item.on for item in variant.fallbacks_after(variant.model))
            for variant in self._variants
            if str(variant.model) == model
        )
