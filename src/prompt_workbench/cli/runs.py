"""``pwb runs``: list, show, resume, score, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from prompt_workbench.cli.arguments import amount_from_text, evaluator_from_text
from prompt_workbench.cli.compare import SERVER_WAIT_S, EvaluatorOption, MaxCostOption, WaitOption
from prompt_workbench.cli.following import Followed, follow, print_summaries
from prompt_workbench.cli.output import print_json, print_raw, print_text
from prompt_workbench.cli.progress import say
from prompt_workbench.cli.records import result_record, run_record
from prompt_workbench.cli.session import JsonOption, ProjectOption, session
from prompt_workbench.cli.tables import MOST_ROWS, print_table
from prompt_workbench.domain.comparisons import Run, RunState, VariantSummary
from prompt_workbench.interop.runs import RunFormat
from prompt_workbench.services.workbench import Workbench

app = typer.Typer(help="Look at runs, go on with them, score them again.", no_args_is_help=True)

RunArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="RUN", help="Its number, as in the list.")
]


@app.command("list")
def list_runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="How many, newest first.")] = 20,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the runs of the project, newest first."""

    async def work(workbench: Workbench) -> tuple[Run, ...]:
        await _free_interrupted(workbench)
        return await workbench.runs.page(limit=limit)

    runs = session(context).ask(project, work)
    if as_json:
        print_json([run_record(run) for run in runs])
        return
    print_table(
        ("Run", "State", "What", "Dataset", "Calls", "When"),
        (
            (
                str(run.number),
                run.state.value.replace("_", " "),
                run.name,
                run.dataset_name,
                str(run.cell_count),
                f"{run.created_at.astimezone():%Y-%m-%d %H:%M}",
            )
            for run in runs
        ),
    )


@app.command()
def show(
    context: typer.Context,
    run: RunArgument,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the totals of a run."""

    async def work(workbench: Workbench) -> tuple[Run, tuple[VariantSummary, ...]]:
        await _free_interrupted(workbench)
        return await _result(workbench, run)

    found, summaries = session(context).ask(project, work)
    _print_result(found, summaries, as_json=as_json)


@app.command()
def resume(
    context: typer.Context,
    run: RunArgument,
    max_cost: MaxCostOption = None,
    retry_failed: Annotated[
        bool,
        typer.Option("--retry-failed", help="If the run is complete, send its failed calls again."),
    ] = False,
    wait_for_server: WaitOption = SERVER_WAIT_S,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Go on with a run that was stopped; only calls without an answer are sent."""
    cap = amount_from_text(max_cost, what="a spend cap")

    async def work(workbench: Workbench) -> Followed:
        comparisons = workbench.comparisons
        await _free_interrupted(workbench)
        found = await workbench.runs.get(run)
        # One that is not complete sends what failed with the rest.
        again = retry_failed and found.state is RunState.DONE
        begin = comparisons.retry if again else comparisons.start
        return await follow(
            workbench,
            found,
            lambda: begin(found.id, max_cost_usd=cap, patience_s=wait_for_server),
        )

    followed = session(context).ask(project, work)
    followed.show(as_json=as_json)
    raise typer.Exit(followed.exit_code)


@app.command()
def cancel(
    context: typer.Context,
    run: RunArgument,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Cancel what a run left in a batch; what was answered by then is collected, and billed."""

    async def work(workbench: Workbench) -> Followed:
        await _free_interrupted(workbench)
        found = await workbench.runs.get(run)
        return await follow(workbench, found, lambda: workbench.comparisons.cancel(found.id))

    followed = session(context).ask(project, work)
    followed.show(as_json=as_json)
    raise typer.Exit(followed.exit_code)


@app.command()
def score(
    context: typer.Context,
    run: RunArgument,
    evaluator: EvaluatorOption = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Judge the stored answers of a run again, without calling a model."""
    given = tuple(map(evaluator_from_text, evaluator or ()))

    async def work(workbench: Workbench) -> tuple[Run, tuple[VariantSummary, ...]]:
        found = await workbench.runs.get(run)
        await workbench.runs.rescore(found.id, given or found.evaluators)
        return await _result(workbench, run)

    found, summaries = session(context).ask(project, work)
    _print_result(found, summaries, as_json=as_json)


@app.command()
def export(
    context: typer.Context,
    run: RunArgument,
    file: Annotated[Path, typer.Argument(help="A .csv or .jsonl file; - prints.")] = Path("-"),
    form: Annotated[
        RunFormat | None, typer.Option("--format", help="Told by the file's name otherwise.")
    ] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write every cell of a run to a file, or print them."""
    printing = str(file) == "-"

    async def work(workbench: Workbench) -> str | Path:
        found = await workbench.runs.get(run)
        if printing:
            return await workbench.runs.export_text(found.id, form or RunFormat.CSV)
        return await workbench.runs.export(found.id, file, form)

    result = session(context).ask(project, work)
    if printing:
        print_raw(str(result))
    elif as_json:
        print_json({"path": str(result)})
    else:
        print_text(f"Wrote {result}")


async def _free_interrupted(workbench: Workbench) -> None:
    """Free the runs that a program which is gone left behind, and tell what that may cost."""
    for left in await workbench.comparisons.interrupted():
        sent = left.maybe_billed
        calls = "call" if sent == 1 else "calls"
        billed = f" {sent} {calls} without an answer may have been billed." if sent else ""
        say(f"Run {left.run.number} was interrupted.{billed}")


async def _result(workbench: Workbench, run: str) -> tuple[Run, tuple[VariantSummary, ...]]:
    found = await workbench.runs.get(run)
    return found, await workbench.runs.summary(found.id)


def _print_result(run: Run, summaries: tuple[VariantSummary, ...], *, as_json: bool) -> None:
    if as_json:
        print_json(result_record(run, summaries))
        return
    state = run.state.value.replace("_", " ")
    print_text(f"Run {run.number}, {state}: {run.name} on {run.dataset_name or 'one case'}")
    print_summaries(summaries)
