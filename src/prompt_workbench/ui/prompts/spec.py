"""The declaration of the page of prompts."""

from prompt_workbench.ui.kit.page import PageSpec, TargetKind
from prompt_workbench.ui.prompts.actions import ACTIONS

PAGE = PageSpec(
    id="prompts",
    title="Prompts",
    icon="prompts",
    build="prompt_workbench.ui.prompts.page:PromptsPage",
    opens=(TargetKind.PROMPT,),
    actions=ACTIONS,
    menu="Prompt",
    help="templates",
)
