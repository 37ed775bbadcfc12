"""The gates of all models, and what those of one server or one provider share."""

from __future__ import annotations

from prompt_workbench.domain.pace import Pace
from prompt_workbench.engine.breaker import Breaker
from prompt_workbench.engine.gate import Gate, Origin
from prompt_workbench.engine.limits import AdaptiveLimit, FixedLimit, Limit
from prompt_workbench.engine.pace import Pacer
from prompt_workbench.engine.policy import Policy


class Gates:
    """The gates of all models, shared by the runs of a worker."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._gates: dict[tuple[str, str, int | None], Gate] = {}
        self._origins: dict[str, Origin] = {}
        self._pacers: dict[str, Pacer] = {}

    def gate(self, model: str, origin: str, fixed: int | None, pacer: Pacer | None = None) -> Gate:
        """Return the gate of a model; with a fixed number of calls at once it is another.

        Args:
            model: Written ``provider/model``.
            origin: Its server.
            fixed: How many calls at once; None learns how many the server takes.
            pacer: What the models of its provider share; without it there is no limit.
        """
        key = (model, origin, fixed)
        if key not in self._gates:
            limit: Limit = AdaptiveLimit(self._policy) if fixed is None else FixedLimit(fixed)
            self._gates[key] = Gate(
                model, self._origin(origin), limit, self._policy, pacer or Pacer(model)
            )
        return self._gates[key]

    def pacer(self, provider: str, pace: Pace) -> Pacer:
        """Return what holds a provider to a pace, which is from now on this one."""
        pacer = self._pacers.setdefault(provider, Pacer(provider))
        pacer.pace = pace
        return pacer

    def close(self) -> None:
        """Cancel all alarms."""
        for gate in self._gates.values():
            gate.close()

    def _origin(self, name: str) -> Origin:
        if name not in self._origins:
            policy = self._policy
            breaker = Breaker(policy.origin_failures, policy.probe_delays_s)
            self._origins[name] = Origin(breaker, [])
        return self._origins[name]
