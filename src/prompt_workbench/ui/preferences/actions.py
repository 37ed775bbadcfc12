"""What a person can do in the preferences."""

from __future__ import annotations

from prompt_workbench.ui.actions.spec import Actions, ActionSpec

ACTIONS: Actions = (
    ActionSpec(
        id="models.add",
        title="Add a Provider or Model…",
        run=lambda page: page.ask_add(),
        shortcut="Ctrl+N",
        menu="Models",
    ),
    ActionSpec(
        id="models.refresh",
        title="Ask for the Models of the Provider",
        run=lambda page: page.refresh(),
        shortcut="F5",
        menu="Models",
    ),
    ActionSpec(
        id="models.settings",
        title="Show the Settings",
        run=lambda page: page.show_settings(),
        menu="Models",
    ),
    ActionSpec(
        id="models.network",
        title="Show the Network",
        run=lambda page: page.show_network(),
        menu="Models",
    ),
    ActionSpec(
        id="models.remove",
        title="Remove the Provider or Model",
        run=lambda page: page.remove_shown(),
        shortcut="Del",
        menu="Models",
        enabled_when=lambda page: page.can_remove,
    ),
)
