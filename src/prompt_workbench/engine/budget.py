"""The spend cap of a run: the worst case of a call is reserved before it is sent.

Amounts are integer picodollars. What was spent and what is reserved never exceed the cap
together, and a call whose outcome is not known keeps its reservation.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal

from prompt_workbench.domain.comparisons import ModelInfo, Run, Variant
from prompt_workbench.domain.errors import BudgetError
from prompt_workbench.domain.requests import ModelRef
from prompt_workbench.domain.usage import PICO_PER_DOLLAR, Price, to_pico


def check_cap(run: Run, infos: Mapping[ModelRef, ModelInfo]) -> None:
    """Check that the cost of every call is bounded, if the run has a cap.

    Args:
        run: The run.
        infos: What is known of every model that the variants may ask.

    Raises:
        BudgetError: A model has no price or a variant no max_tokens; the message says which.
    """
    limits = run.limits
    if limits.max_cost_usd is None or limits.allow_unknown_cost:
        return
    for variant, model in ((each, model) for each in run.variants for model in each.models):
        info = infos[model]
        if info.price is None:
            raise BudgetError(
                f"The price of {info.ref} is not known, so the spend cap cannot be kept.",
                hint="Give it a price in the preferences, or with: pwb models set-price "
                f"{info.ref}; or allow unknown costs outside the cap.",
            )
        if variant.content.settings.max_tokens is None:
            raise BudgetError(
                f"“{variant.title}” sets no max_tokens, so the spend cap cannot be kept.",
                hint="Set max_tokens in its settings, or allow unknown costs outside the cap.",
            )


def worst_case_pico(variant: Variant, price: Price | None, input_tokens: int) -> int | None:
    """Return the most that a call can cost; None when that is not bounded.

    Args:
        variant: What is called; its max_tokens bound the answer.
        price: The price of its model.
        input_tokens: An upper bound of the tokens that are sent.
    """
    output_tokens = variant.content.settings.max_tokens
    if price is None or output_tokens is None:
        return None
    usd = price.most_usd(input_tokens, output_tokens)
    return int((usd * PICO_PER_DOLLAR).to_integral_value(ROUND_CEILING))


class Reservation:
    """What one attempt holds of the budget until its cost is known."""

    def __init__(self, budget: Budget, amount: int | None) -> None:
        self._budget = budget
        self.amount = amount

    def renewed(self) -> Reservation | None:
        """Keep this one for good and hold as much again; None when that does not fit."""
        further = self._budget.try_reserve(self.amount)
        if further is not None:
            self.settle(None)
        return further

    def settle(self, cost: Decimal | None) -> None:
        """Turn the reservation into what was spent; an unknown cost keeps it for good."""
        self._budget.settle(self.amount, self.amount if cost is None else to_pico(cost))


class Budget:
    """What may still be spent; without a cap everything fits."""

    def __init__(self, cap: Decimal | None, spent_pico: int) -> None:
        self._cap_pico = to_pico(cap)
        self._spent_pico = spent_pico
        self._reserved_pico = 0
        self._changed = asyncio.Event()

    async def reserve(self, worst_pico: int | None) -> Reservation:
        """Hold the worst case, waiting while calls in flight may make room.

        Raises:
            BudgetError: Nothing in flight can make room.
        """
        while (reservation := self.try_reserve(worst_pico)) is None:
            if not self._reserved_pico:
                raise BudgetError(self._sentence())
            self._changed.clear()
            await self._changed.wait()
        return reservation

    def try_reserve(self, worst_pico: int | None) -> Reservation | None:
        """Hold the worst case if it fits now; a call without one is outside the cap."""
        if self._cap_pico is None or worst_pico is None:
            return Reservation(self, None)
        if self._spent_pico + self._reserved_pico + worst_pico > self._cap_pico:
            return None
        self._reserved_pico += worst_pico
        return Reservation(self, worst_pico)

    def taken_over(self, held_pico: int | None) -> Reservation:
        """Return the reservation of a call of an earlier start, counted as spent until now."""
        if self._cap_pico is None or held_pico is None:
            return Reservation(self, None)
        self._spent_pico -= held_pico
        self._reserved_pico += held_pico
        return Reservation(self, held_pico)

    def settle(self, reserved_pico: int | None, spent_pico: int | None) -> None:
        """Replace a reservation by what was spent; calls outside the cap do not count."""
        if reserved_pico is None or spent_pico is None:
            return
        self._reserved_pico -= reserved_pico
        self._spent_pico += spent_pico
        self._changed.set()

    def _sentence(self) -> str:
        spent, cap = (Decimal(p or 0) / PICO_PER_DOLLAR for p in (self._spent_pico, self._cap_pico))
        return (
            f"The spend cap of ${cap:f} leaves no room for another call; "
            f"${spent:f} is spent or held for calls whose cost is not known."
        )
