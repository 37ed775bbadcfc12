"""The declaration of the Datasets page."""

from __future__ import annotations

from prompt_workbench.ui.datasets.actions import ACTIONS
from prompt_workbench.ui.kit.page import PageSpec, TargetKind

PAGE = PageSpec(
    id="datasets",
    title="Datasets",
    icon="datasets",
    build="prompt_workbench.ui.datasets.page:DatasetsPage",
    opens=(TargetKind.DATASET, TargetKind.IMPORT),
    actions=ACTIONS,
    menu="Dataset",
    help="datasets",
)
