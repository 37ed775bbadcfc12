"""The declaration of the page of preferences."""

from prompt_workbench.ui.kit.page import PageSpec, TargetKind
from prompt_workbench.ui.preferences.actions import ACTIONS

PAGE = PageSpec(
    id="preferences",
    title="Preferences",
    icon="preferences",
    build="prompt_workbench.ui.preferences.page:PreferencesPage",
    opens=(TargetKind.MODELS,),
    actions=ACTIONS,
    menu="Models",
    help="providers-and-keys",
)
