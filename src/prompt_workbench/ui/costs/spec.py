"""The declaration of the Costs page."""

from __future__ import annotations

from prompt_workbench.ui.costs.actions import ACTIONS
from prompt_workbench.ui.kit.page import PageSpec

PAGE = PageSpec(
    id="costs",
    title="Costs",
    icon="costs",
    build="prompt_workbench.ui.costs.page:CostsPage",
    actions=ACTIONS,
    menu="Costs",
    help="comparisons#what-it-costs",
)
