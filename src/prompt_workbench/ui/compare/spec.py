"""The declaration of the page of comparisons."""

from prompt_workbench.ui.compare.actions import ACTIONS
from prompt_workbench.ui.kit.page import PageSpec, TargetKind

PAGE = PageSpec(
    id="compare",
    title="Compare",
    icon="compare",
    build="prompt_workbench.ui.compare.page:ComparePage",
    opens=(TargetKind.COMPARE, TargetKind.COMPARE_ON, TargetKind.RUN),
    actions=ACTIONS,
    menu="Compare",
    help="comparisons",
)
