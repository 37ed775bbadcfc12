"""What a person can do on the page of models and settings."""

from __future__ import annotations

from prompt_workbench.ui.actions.spec import Actions, ActionSpec

ACTIONS: Actions = (
    ActionSpec(
        id="models.add",
        title="Add a Model…",
        run=lambda page: page.ask_add(),
        shortcut="Ctrl+N",
        menu="Models",
    ),
    ActionSpec(
        id="models.refresh",
        title="Ask the Servers for Their Models",
        run=lambda page: page.presenter.refresh(),
        shortcut="F5",
        menu="Models",
    ),
    ActionSpec(
        id="models.remove",
        title="Remove the Marked Model",
        run=lambda page: page.remove_marked(),
        shortcut="Del",
        menu="Models",
        enabled_when=lambda page: page.can_remove,
    ),
)
