"""``pwb providers``: add providers, keep their keys, try them out, find local servers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from typing import Annotated

import typer

from prompt_workbench.cli.arguments import texts_by_name
from prompt_workbench.cli.keys import read_key, read_secret, tell_kept
from prompt_workbench.cli.output import dollars, print_json, print_text, seconds, visible
from prompt_workbench.cli.progress import say
from prompt_workbench.cli.records import cost_record, endpoint_record, key_record
from prompt_workbench.cli.session import JsonOption, session
from prompt_workbench.cli.tables import print_table
from prompt_workbench.domain.errors import InvalidInputError, UserError
from prompt_workbench.services.keys import KeyPlace, VaultStatus
from prompt_workbench.services.person import Person
from prompt_workbench.services.providers import CONNECTION, Provider, TryPlan, TryResult

app = typer.Typer(help="Add providers, keep their keys, try them out.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="An added provider, or a known one such as openai.")]


@app.command("list")
def list_providers(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the added providers with the state of their keys, and those that can be added."""
    person = _person(context)
    added, status = asyncio.run(person.providers.list())
    names = {each.endpoint.name for each in added}
    known = [each for each in person.providers.known if each.name not in names]
    if as_json:
        print_json(
            {
                "providers": [
                    endpoint_record(each.endpoint) | {"key": key_record(each.key)} for each in added
                ],
                "known": [
                    {
                        "name": each.name,
                        "base_url": each.base_url,
                        "key_page": each.key_page,
                        "fields": [field.name for field in each.fields],
                    }
                    for each in known
                ],
                "keyring": status.state.value,
            }
        )
        return
    if added:
        rows = [(each.endpoint.name, _key_words(each), each.endpoint.base_url) for each in added]
        print_table(("Provider", "Key", "Address"), rows)
    print_text(f"Known, not added: {', '.join(each.name for each in known)}")
    say(" ".join(filter(None, (status.sentence, status.hint))))


@app.command()
def add(
    context: typer.Context,
    name: Name,
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            metavar="NAME=VALUE",
            help="What the provider wants to know, such as region=us-east-1.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Add a known provider; its models are then NAME/MODEL."""
    values = texts_by_name(fields or (), what="a field")
    endpoint = asyncio.run(_person(context).providers.add(name, values)).value
    if as_json:
        print_json(endpoint_record(endpoint))
    else:
        print_text(f"Added {endpoint.name}; its models are {endpoint.name}/MODEL")


@app.command("set-key")
def set_key(context: typer.Context, name: Name, as_json: JsonOption = False) -> None:
    """Keep a provider's key in the keyring; it is asked for, or read from the standard input."""
    person = _person(context)
    added, status = asyncio.run(_key_set(person, name))
    tell_kept(added, status)
    if as_json:
        print_json({"provider": added, "keyring": status.state.value})
    elif status.persistent:
        print_text(f"Kept the key of {added}")
    if not status.persistent:
        raise typer.Exit(1)


@app.command("remove-key")
def remove_key(context: typer.Context, name: Name, as_json: JsonOption = False) -> None:
    """Forget a provider's key; its environment variables are left as they are."""
    person = _person(context)
    asyncio.run(person.keys.forget(name))
    left = asyncio.run(person.keys.states())[0][name]
    if left.place is KeyPlace.ENVIRONMENT:
        say(f"There is still one in {left.variable}.")
    if as_json:
        print_json({"provider": name, "key": key_record(left)})
    else:
        print_text(f"Forgot the key of {name}")


@app.command()
def connect(
    context: typer.Context,
    name: Name,
    choices: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME=VALUE]...", help=f"Of: {', '.join(CONNECTION)}."),
    ] = None,
    proxy_password: Annotated[
        bool,
        typer.Option(
            "--proxy-password", help="Ask for the proxy's password, or read it from stdin."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Choose how calls reach a provider, and how fast; without choices, show them."""
    person = _person(context)
    chosen = _choices(texts_by_name(choices or (), what="a choice"))
    if chosen:
        asyncio.run(person.providers.connect(name, chosen))
    endpoint = asyncio.run(person.providers.endpoint(name))
    if proxy_password:
        password = read_secret(f"Password of the proxy of {name}")
        say(asyncio.run(person.keys.set_proxy_password(name, password)).sentence)
    if as_json:
        print_json(endpoint_record(endpoint))
        return
    values = endpoint.connection.values()
    rows = [(key, str(values[key] or "none"), each.title) for key, each in CONNECTION.items()]
    print_table(("Name", "Value", "What it is"), rows)


@app.command("test")
def try_provider(
    context: typer.Context,
    name: Name,
    model: Annotated[
        str, typer.Option(metavar="MODEL", help="Which model to call; else the cheapest.")
    ] = "",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Call it without asking, whatever it costs.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Send one small call, after saying what it can cost."""
    person = _person(context)
    plan = asyncio.run(person.providers.plan_try(name, model))
    say(f"{plan.model.ref} is asked for one word, for {_most(plan)}.")
    if not yes:
        _confirm()
    result = asyncio.run(person.providers.try_out(plan))
    if as_json:
        print_json(
            {
                "model": str(result.model),
                "text": result.text,
                "duration_s": result.duration_s,
                "cost": cost_record(result.cost),
            }
        )
    else:
        print_text(_answered(result))


@app.command()
def discover(
    context: typer.Context,
    add_found: Annotated[bool, typer.Option("--add", help="Add those that are found.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Look for Ollama, LM Studio, vLLM and llama.cpp on this computer."""
    person = _person(context)
    found = asyncio.run(person.providers.discover())
    for each in found:
        if add_found and not each.added_as:
            asyncio.run(person.providers.add(each.provider.name))
    if as_json:
        print_json(
            [
                {
                    "name": each.provider.name,
                    "base_url": each.provider.base_url,
                    "models": list(each.models),
                    "added": add_found or bool(each.added_as),
                }
                for each in found
            ]
        )
        return
    for each in found:
        models = ", ".join(map(visible, each.models)) or "no model loaded"
        print_text(f"{each.provider.name} at {each.provider.base_url}: {models}")
    if not found:
        print_text("No local server answers at its usual port.")


def _person(context: typer.Context) -> Person:
    return session(context).person


async def _key_set(person: Person, name: str) -> tuple[str, VaultStatus]:
    """Keep a key, adding the known provider first if need be; return its name and the state."""
    endpoints = [endpoint.name for endpoint in await person.models.endpoints()]
    known = [each.name for each in person.providers.known]
    if name not in endpoints and name not in known:
        raise InvalidInputError(
            f"There is no provider named {name}.",
            hint=f"Known are: {', '.join(dict.fromkeys([*endpoints, *known]))}.",
        )
    key = read_key(name)
    if name not in endpoints:
        name = (await person.providers.add(name)).value.name
    return name, await person.keys.set(name, key)


def _choices(texts: Mapping[str, str]) -> dict[str, object]:
    return {
        key: int(text)
        if key in CONNECTION and isinstance(CONNECTION[key].default, int) and text.isdecimal()
        else text
        for key, text in texts.items()
    }


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise UserError("Nobody is here to agree to that.", hint="Agree with --yes.")
    if not typer.confirm("Send it?", err=True):
        raise typer.Exit


def _key_words(provider: Provider) -> str:
    key = provider.key
    ending = f" …{key.ending}" if key.ending else ""
    match key.place:
        case KeyPlace.KEYRING:
            return f"in the keyring{ending}"
        case KeyPlace.SESSION:
            return f"until the program ends{ending}"
        case KeyPlace.ENVIRONMENT:
            return f"from the environment, {key.variable}{ending}"
        case KeyPlace.UNKNOWN:
            return "not known"
        case KeyPlace.NONE:
            return "missing" if provider.needs_key else "none"


def _most(plan: TryPlan) -> str:
    if plan.most_usd is None:
        return "a price that is not known, and counts in no project"
    if not plan.most_usd:
        return "nothing"
    return f"at most {dollars(plan.most_usd)}, which counts in no project"


def _answered(result: TryResult) -> str:
    text = visible(result.text.strip()) or "(no text)"
    return (
        f"{result.model} answered in {seconds(result.duration_s)} "
        f"for {dollars(result.cost.usd)}: {text}"
    )
