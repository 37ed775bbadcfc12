"""``pwb datasets``: import, list, show, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from prompt_workbench.cli.output import print_json, print_raw, print_text, shortened
from prompt_workbench.cli.records import case_record, dataset_record
from prompt_workbench.cli.session import JsonOption, ProjectOption, session
from prompt_workbench.cli.tables import MOST_ROWS, print_table
from prompt_workbench.domain.canonical import Json
from prompt_workbench.domain.datasets import Dataset, DatasetVersion, PlacedCase
from prompt_workbench.domain.errors import InvalidInputError
from prompt_workbench.domain.imports import ColumnMapping, ColumnRole, ColumnTarget
from prompt_workbench.interop.cases import CaseFormat
from prompt_workbench.interop.strict_json import json_text
from prompt_workbench.services.workbench import Workbench

app = typer.Typer(help="Import, look at and export datasets.", no_args_is_help=True)

RefArgument: TypeAlias = Annotated[str, typer.Argument(metavar="NAME[@NUMBER]")]


@app.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .csv or .jsonl file.")],
    name: Annotated[str | None, typer.Option(help="The dataset; else the file's name.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN=ROLE[:NAME]",
            help="Where a column goes: input, expected, metadata or ignore; repeat.",
        ),
    ] = None,
    message: Annotated[str, typer.Option("--message", "-M", help="What changed.")] = "",
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Store a file's rows as a version of a dataset; a new name makes a new dataset."""

    async def work(workbench: Workbench) -> tuple[Dataset, DatasetVersion]:
        mapping = None
        if column:
            preview = await workbench.datasets.preview_file(file)
            mapping = _mapping(preview.mapping, column)
        done = await workbench.datasets.import_file(
            file, name or file.stem, mapping=mapping, message=message
        )
        return await workbench.datasets.get(done.value.dataset_id), done.value

    dataset, version = session(context).ask(project, work)
    if as_json:
        print_json(dataset_record(dataset, version))
    else:
        print_text(f"Stored {version.case_count} cases as {dataset.name}@{version.number}")


@app.command("list")
def list_datasets(
    context: typer.Context, project: ProjectOption = None, as_json: JsonOption = False
) -> None:
    """List the datasets of the project."""
    listings = session(context).ask(project, lambda workbench: workbench.datasets.list())
    if as_json:
        print_json([dataset_record(item.dataset, item.latest) for item in listings])
        return
    print_table(
        ("Dataset", "Version", "Cases", "Inputs"),
        (
            (item.dataset.name, f"v{item.latest.number}", str(item.latest.case_count),
             ", ".join(item.latest.columns))
            for item in listings
            if item.latest is not None
        ),
    )  # fmt: skip


@app.command()
def show(
    context: typer.Context,
    ref: RefArgument,
    limit: Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="How many cases.")] = 20,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the first cases of a dataset version."""

    async def work(
        workbench: Workbench,
    ) -> tuple[Dataset, DatasetVersion, tuple[PlacedCase, ...]]:
        version = await workbench.datasets.version(ref)
        dataset = await workbench.datasets.get(version.dataset_id)
        return dataset, version, await workbench.datasets.cases(version.id, 0, limit)

    dataset, version, cases = session(context).ask(project, work)
    if as_json:
        rows: list[Json] = [case_record(placed) for placed in cases]
        print_json(dataset_record(dataset, version) | {"rows": rows})
        return
    print_table(
        ("#", *version.columns, "Expected"),
        (
            (
                str(placed.position),
                *(_cell(placed.case.inputs.get(name)) for name in version.columns),
                _cell(placed.case.expected_output),
            )
            for placed in cases
        ),
    )
    print_text(f"{len(cases)} of {version.case_count} cases of {dataset.name}@{version.number}")


@app.command()
def export(
    context: typer.Context,
    ref: RefArgument,
    file: Annotated[Path, typer.Argument(help="A .csv or .jsonl file; - prints.")] = Path("-"),
    form: Annotated[
        CaseFormat | None, typer.Option("--format", help="Told by the file's name otherwise.")
    ] = None,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the cases of a dataset version to a file, or print them."""
    asked = session(context)
    if str(file) == "-":
        wanted = form or CaseFormat.CSV
        print_raw(asked.ask(project, lambda bench: bench.datasets.export_text(ref, wanted)))
        return
    path = asked.ask(project, lambda bench: bench.datasets.export(ref, file, form))
    if as_json:
        print_json({"path": str(path)})
    else:
        print_text(f"Wrote {path}")


def _mapping(guess: ColumnMapping, given: list[str]) -> ColumnMapping:
    targets = dict(guess.targets)
    for text in given:
        column, equals, target = text.rpartition("=")
        role, _, name = target.partition(":")
        if not equals or column not in targets or role not in list(ColumnRole):
            raise InvalidInputError(
                f"“{text}” does not say where a column goes.",
                hint=f"Write COLUMN=ROLE[:NAME]; the columns are: {', '.join(targets)}.",
            )
        needs_name = role in {ColumnRole.INPUT, ColumnRole.METADATA}
        targets[column] = ColumnTarget(
            role=ColumnRole(role), name=(name or column) if needs_name else ""
        )
    return ColumnMapping(targets=targets)


def _cell(value: Json) -> str:
    if value is None:
        return ""
    return shortened(value if isinstance(value, str) else json_text(value))
