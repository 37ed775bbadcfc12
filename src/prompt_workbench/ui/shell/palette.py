"""What the command palette offers: actions, pages' things, and where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_workbench.domain.comparisons import RunKind
from prompt_workbench.ui.actions.shortcut_text import shortcut_text
from prompt_workbench.ui.bridge import TaskScope
from prompt_workbench.ui.help.pages import shipped_pages
from prompt_workbench.ui.kit.page import Target, TargetKind
from prompt_workbench.ui.kit.palette_dialog import Entry, PaletteDialog
from prompt_workbench.ui.shell.help import show_help

if TYPE_CHECKING:
    from prompt_workbench.services.workbench import Workbench
    from prompt_workbench.ui.shell.window import MainWindow

_RUNS = 100
_MEMORY = "palette"


def open_palette(window: MainWindow) -> PaletteDialog:
    """Open the palette over the window; the project's things are added as they are read."""

    def chosen(entry: Entry) -> None:
        window.memory.note_recent(_MEMORY, entry.id)
        entry.run()

    dialog = PaletteDialog(window, window.theme, window.memory.recent(_MEMORY), chosen)
    dialog.add((*_actions(window), *_help(window)))
    dialog.show_over(window)
    if window.workbench is not None:
        tasks = TaskScope(dialog, on_error=window.notify.show_error)
        tasks.start(_things(window, window.workbench), done=dialog.add)
    return dialog


def _actions(window: MainWindow) -> list[Entry]:
    return [
        Entry(
            id=spec.id,
            title=spec.title,
            detail=shortcut_text(spec) or (spec.menu or ""),
            run=lambda action_id=spec.id: window.registry.run(action_id),  # type: ignore[misc]
        )
        for spec in window.registry.available()
        if spec.id != "view.palette"
    ]


def _help(window: MainWindow) -> list[Entry]:
    return [
        Entry(
            id=f"help:{page.name}",
            title=page.title,
            detail="help",
            run=lambda place=page.name: show_help(window, place),  # type: ignore[misc]
        )
        for page in shipped_pages()
    ]


async def _things(window: MainWindow, workbench: Workbench) -> list[Entry]:
    entries = [
        _thing(window, TargetKind.PROMPT, listing.prompt.id, listing.prompt.name, "prompt")
        for listing in await workbench.prompts.list()
    ]
    entries += [
        _thing(window, TargetKind.DATASET, listing.dataset.id, listing.dataset.name, "dataset")
        for listing in await workbench.datasets.list()
    ]
    entries += [
        _thing(window, TargetKind.RUN, run.id, f"Run {run.number}: {run.name}", "run")
        for run in await workbench.runs.page(limit=_RUNS)
        if run.kind is RunKind.COMPARISON
    ]
    return entries


def _thing(window: MainWindow, kind: TargetKind, thing_id: str, title: str, detail: str) -> Entry:
    target = Target(kind=kind, id=thing_id)
    return Entry(
        id=f"{kind}:{thing_id}",
        title=title,
        detail=detail,
        run=lambda: window.navigator.open(target),
    )
