"""``pwb demo``: the sample comparison on the local model, in the terminal."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated

import typer

from prompt_workbench.cli.compare import run_comparison
from prompt_workbench.cli.following import Followed
from prompt_workbench.cli.models import fetch_weights
from prompt_workbench.cli.progress import say
from prompt_workbench.cli.session import JsonOption, session
from prompt_workbench.services.projects import Projects
from prompt_workbench.services.samples import sample_spec


def demo(
    context: typer.Context,
    headless: Annotated[
        bool,
        typer.Option("--headless", help="Stay in the terminal where a window could be opened."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Compare two versions of a real prompt on a real local model.

    With a screen, the window opens on the sample project. With --headless, or without a
    screen, the same comparison runs here.
    """
    followed = asyncio.run(_demo(session(context).projects))
    followed.show(as_json=as_json)
    raise typer.Exit(followed.exit_code)


async def _demo(projects: Projects) -> Followed:
    workbench = await projects.open_sample()
    try:
        say(f"The sample project is {workbench.project.location}")
        if not workbench.models.default.installed:
            await fetch_weights(workbench.models)
        spec = sample_spec()
        # A demonstration of the model asks the model, also the second time.
        limits = replace(spec.limits, use_cache=False)
        return await run_comparison(workbench, replace(spec, limits=limits))
    finally:
        await workbench.close()
