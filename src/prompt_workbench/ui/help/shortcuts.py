"""The page of shortcuts, written from the declared actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from prompt_workbench.ui.actions.shortcut_text import shortcut_text
from prompt_workbench.ui.actions.spec import ActionSpec
from prompt_workbench.ui.help.pages import SHORTCUTS, HelpPage

_INTRODUCTION = """\
# Keyboard shortcuts

What has no shortcut of its own is found by its name: {palette} opens the palette, which lists \
every action, prompt, dataset and run. The menus show the same shortcuts.
"""


def shortcuts_page(groups: Mapping[str, Iterable[ActionSpec[Any]]]) -> HelpPage:
    """Return the page that lists every action with a shortcut, under the titles of the groups."""
    specs = {title: [spec for spec in group if spec.shortcut] for title, group in groups.items()}
    palette = next(
        (_keys(each) for group in specs.values() for each in group if each.id == "view.palette"),
        "the View menu",
    )
    parts = [_INTRODUCTION.format(palette=palette)]
    parts += [_table(title, group) for title, group in specs.items() if group]
    return HelpPage(name=SHORTCUTS, text="\n".join(parts))


def _table(title: str, specs: Iterable[ActionSpec[Any]]) -> str:
    rows = [f"| {spec.title.removesuffix('…')} | {_keys(spec)} |" for spec in specs]
    return "\n".join([f"## {title}", "", "| action | shortcut |", "|---|---|", *rows, ""])


def _keys(spec: ActionSpec[Any]) -> str:
    return " or ".join(f"`{key}`" for key in shortcut_text(spec).split(" or "))
