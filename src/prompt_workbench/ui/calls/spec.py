"""The declaration of the Calls page."""

from __future__ import annotations

from prompt_workbench.ui.calls.actions import ACTIONS
from prompt_workbench.ui.kit.page import PageSpec, TargetKind

PAGE = PageSpec(
    id="calls",
    title="Calls",
    icon="calls",
    build="prompt_workbench.ui.calls.page:CallsPage",
    opens=(TargetKind.CALL, TargetKind.CALLS),
    actions=ACTIONS,
    menu="Calls",
    help="comparisons#what-the-numbers-mean",
)
