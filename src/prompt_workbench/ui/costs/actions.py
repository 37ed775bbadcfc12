"""What a person can do on the Costs page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_workbench.domain.costs import CostGroup
from prompt_workbench.ui.actions.spec import Actions, ActionSpec
from prompt_workbench.ui.costs.periods import GROUPS, Period

if TYPE_CHECKING:
    from prompt_workbench.ui.costs.page import CostsPage

_MENU = "Costs"


def _period(period: Period) -> ActionSpec[CostsPage]:
    return ActionSpec(
        id=f"costs.period_{period.name.lower()}",
        title=f"Costs of {period.title}",
        run=lambda page: page.presenter.choose_period(period),
        checked_when=lambda page: page.presenter.question.period is period,
        menu=_MENU,
    )


def _group(group: CostGroup, title: str) -> ActionSpec[CostsPage]:
    return ActionSpec(
        id=f"costs.by_{group.value}",
        title=f"Costs by {title}",
        run=lambda page: page.presenter.choose_group(group),
        checked_when=lambda page: page.presenter.question.group is group,
        menu=_MENU,
        separator=group is CostGroup.MODEL,
    )


ACTIONS: Actions = (
    *(_period(period) for period in Period),
    *(_group(group, title) for group, title in GROUPS.items()),
    ActionSpec(
        id="costs.all",
        title="Costs of All Again",
        run=lambda page: page.presenter.choose(""),
        shortcut="Esc",
        menu=_MENU,
        enabled_when=lambda page: bool(page.presenter.question.chosen),
        separator=True,
    ),
    ActionSpec(
        id="costs.only",
        title="Show Figures of the Marked Row Only",
        run=lambda page: page.choose_group(),
        menu=_MENU,
        enabled_when=lambda page: page.marked_group is not None,
    ),
    ActionSpec(
        id="costs.open_calls",
        title="Open the Calls of the Marked Row",
        run=lambda page: page.open_calls(),
        menu=_MENU,
        enabled_when=lambda page: page.marked_group is not None,
    ),
    ActionSpec(
        id="costs.open_call",
        title="Open the Marked Call",
        run=lambda page: page.open_call(),
        shortcut="Ctrl+Return|Ctrl+Enter",
        menu=_MENU,
        enabled_when=lambda page: page.marked_call is not None,
    ),
)
