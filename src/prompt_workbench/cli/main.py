"""The root command: its parts, its exit codes, and how errors are told."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from prompt_workbench.cli import (
    compare,
    costs,
    datasets,
    demo,
    models,
    network,
    prompts,
    providers,
    runs,
)
from prompt_workbench.cli.output import prepare_streams, print_json, print_text
from prompt_workbench.cli.progress import say
from prompt_workbench.cli.session import (
    ExitCode,
    JsonOption,
    ProjectUnusableError,
    Session,
    session,
)
from prompt_workbench.domain.errors import BudgetError, InvalidInputError, UserError, WorkbenchError
from prompt_workbench.services.projects import Projects

app = typer.Typer(
    name="pwb",
    help="Versioned prompts, compared side by side on real models.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(prompts.app, name="prompts")
app.add_typer(datasets.app, name="datasets")
app.add_typer(models.app, name="models")
app.add_typer(providers.app, name="providers")
app.add_typer(runs.app, name="runs")
app.add_typer(network.app, name="network")
app.command("compare")(compare.compare)
app.command("costs")(costs.costs)
app.command("demo")(demo.demo)


def run(arguments: Sequence[str], projects: Projects) -> int:
    """Run a command and return its exit code."""
    prepare_streams()
    try:
        _refuse_damaged(arguments)
        command = typer.main.get_command(app)
        command(args=list(arguments), prog_name="pwb", obj=Session(projects))
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else ExitCode.FAILED
    except ProjectUnusableError as error:
        return _told(error.cause, ExitCode.NO_PROJECT)
    except BudgetError as error:
        return _told(error, ExitCode.SPEND_CAP)
    except UserError as error:
        return _told(error, ExitCode.USAGE)
    except WorkbenchError as error:
        return _told(error, ExitCode.FAILED)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    return ExitCode.DONE


def _show_version(*, value: bool) -> None:
    if value:
        print_text(version("prompt-workbench"))
        raise typer.Exit


@app.callback()
def root(
    _version: Annotated[
        bool,
        # Answered while it is read: a group without a command would be refused before its body.
        typer.Option(
            "--version", help="Print the version and end.", is_eager=True, callback=_show_version
        ),
    ] = False,
) -> None:
    """Versioned prompts, compared side by side on real models."""


@app.command()
def init(
    context: typer.Context,
    path: Annotated[str, typer.Argument(help="Where; .pwb is added when it is missing.")],
    as_json: JsonOption = False,
) -> None:
    """Make a new, empty project file."""
    info = session(context).create(path)
    if as_json:
        print_json({"id": info.id, "name": info.name, "location": info.location})
    else:
        print_text(f"Made {info.location}")


def _refuse_damaged(arguments: Sequence[str]) -> None:
    """Refuse what is neither text nor the path of something, before it comes to be stored."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            if not Path(argument).exists():
                raise InvalidInputError(f"“{argument}” is not text in UTF-8.") from None


def _told(error: WorkbenchError, code: ExitCode) -> int:
    say(f"Error: {error.message}")
    if error.hint:
        say(error.hint)
    return code
