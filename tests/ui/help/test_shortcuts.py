"""The page of shortcuts says what is declared."""

from __future__ import annotations

from prompt_workbench.ui.actions.spec import ActionSpec
from prompt_workbench.ui.help.shortcuts import shortcuts_page

PALETTE = ActionSpec(id="view.palette", title="Palette…", run=print, shortcut="Ctrl+K|Ctrl+J")
SAVE = ActionSpec(id="a.save", title="Save", run=print, shortcut="Ctrl+S")
QUIET = ActionSpec(id="a.quiet", title="Quiet", run=print)


def test_each_group_has_a_table_of_what_has_a_shortcut(qapp) -> None:
    page = shortcuts_page({"Everywhere": [PALETTE], "Mail": [SAVE, QUIET], "None": [QUIET]})
    assert [section.title for section in page.sections] == [
        "Keyboard shortcuts",
        "Everywhere",
        "Mail",
    ]
    assert "| Palette | `Ctrl+K` or `Ctrl+J` |" in page.text
    assert "| Save | `Ctrl+S` |" in page.text
    assert "Quiet" not in page.text
