"""``pwb models``: which models there are; fetch, add and remove them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from prompt_workbench.cli.arguments import amount_from_text, texts_by_name
from prompt_workbench.cli.keys import read_key, tell_kept
from prompt_workbench.cli.output import print_json, print_text, visible
from prompt_workbench.cli.progress import following_download, say
from prompt_workbench.cli.records import endpoint_record, model_record
from prompt_workbench.cli.session import JsonOption, session
from prompt_workbench.cli.tables import print_table
from prompt_workbench.cli.terms import price_words, remove_price, set_price
from prompt_workbench.domain.capabilities import Capability
from prompt_workbench.domain.comparisons import ModelInfo
from prompt_workbench.domain.requests import Interface
from prompt_workbench.services.keys import VaultStatus, check_key
from prompt_workbench.services.models import Endpoint, Models
from prompt_workbench.services.person import Person

app = typer.Typer(help="See, fetch, add and remove models.", no_args_is_help=True)
app.command("set-price")(set_price)
app.command("remove-price")(remove_price)


@app.command("list")
def list_models(
    context: typer.Context,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask the endpoints for their models first.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the models that can be used, with their prices."""
    models = _models(context)
    infos = asyncio.run(models.refresh() if refresh else models.list())
    endpoints = asyncio.run(models.endpoints())
    if as_json:
        print_json(
            {
                "models": [model_record(info) for info in infos],
                "endpoints": [
                    endpoint_record(endpoint) | {"note": models.note(endpoint.name)}
                    for endpoint in endpoints
                ],
            }
        )
        return
    heads = ("Model", "Price in/out per million", "Context", "Can", "Note")
    print_table(heads, map(_row, infos))
    for endpoint in endpoints:
        print_text(f"{endpoint.name}/MODEL  any model of {endpoint.base_url}")
        if note := models.note(endpoint.name):
            print_text(visible(f"  {note}"))


@app.command()
def fetch(context: typer.Context, as_json: JsonOption = False) -> None:
    """Download the weights of the small local model, once."""
    models = _models(context)
    path = asyncio.run(fetch_weights(models))
    if as_json:
        print_json({"model": models.default.name, "path": str(path)})
    else:
        print_text(f"{models.default.name} is ready: {path}")


@app.command("add-local")
def add_local(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A model file in the GGUF format.")],
    name: Annotated[str | None, typer.Option(help="Its name; made from the file's.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a GGUF file usable as local/NAME; the file stays where it is."""
    info = asyncio.run(_models(context).add_local(file, name)).value
    if as_json:
        print_json(model_record(info))
    else:
        print_text(f"Added {info.ref}")


@app.command("add-endpoint")
def add_endpoint(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Its models are then NAME/model.")],
    url: Annotated[str, typer.Argument(help="Such as http://localhost:11434/v1")],
    input_price: Annotated[
        str | None, typer.Option(metavar="USD", help="Per million input tokens.")
    ] = None,
    output_price: Annotated[
        str | None, typer.Option(metavar="USD", help="Per million output tokens.")
    ] = None,
    interface: Annotated[
        Interface, typer.Option(help="What the server speaks.")
    ] = Interface.OPENAI_CHAT,
    options: Annotated[
        list[str] | None,
        typer.Option(
            "--option", metavar="NAME=VALUE", help="For litellm, such as provider=databricks."
        ),
    ] = None,
    key: Annotated[
        bool,
        typer.Option("--key", help="Ask for its key, or read it from the standard input."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add a model server, or change the one of that name."""
    endpoint = Endpoint(
        name=name,
        base_url=url,
        interface=interface,
        input_price=amount_from_text(input_price, what="a price"),
        output_price=amount_from_text(output_price, what="a price"),
        options=texts_by_name(options or (), what="an option"),
    )
    secret = read_key(name) if key else None
    status = asyncio.run(_added(session(context).person, endpoint, secret))
    if status is not None:
        tell_kept(name, status)
    if as_json:
        print_json(endpoint_record(endpoint))
    else:
        print_text(f"Added {name}; its models are {name}/MODEL")


@app.command()
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="An endpoint's name, or local/NAME.")],
    as_json: JsonOption = False,
) -> None:
    """Remove an added endpoint, or an added model file from the list."""
    removed = asyncio.run(_models(context).remove(name)).value
    if as_json:
        print_json({"removed": removed})
    else:
        print_text(f"Removed {removed}")


async def fetch_weights(models: Models) -> Path:
    """Download and check the weights of the default model; say first what they are."""
    default = models.default
    title = f"Checking {default.title}"
    if not default.installed:
        say(f"{default.title}, {default.size / 1e6:.0f} MB, {default.licence}. {default.why}")
        title = f"Fetching {default.title}"
    with following_download(title) as told:
        return (await models.fetch_default(told)).value


def _models(context: typer.Context) -> Models:
    return session(context).person.models


async def _added(person: Person, endpoint: Endpoint, secret: str | None) -> VaultStatus | None:
    if secret is not None:
        check_key(endpoint, secret)
    await person.models.add_endpoint(endpoint)
    return None if secret is None else await person.keys.set(endpoint.name, secret)


def _row(info: ModelInfo) -> tuple[str, ...]:
    context = "" if info.context_size is None else f"{info.context_size:,}"
    can = ", ".join(each.words for each in Capability if each in (info.capabilities or ()))
    return (str(info.ref), price_words(info), context, can, info.note)
