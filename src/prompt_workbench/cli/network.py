"""``pwb network``: which hosts were reached and why, and the offline switch."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import Annotated

import typer

from prompt_workbench.cli.output import print_json, print_text
from prompt_workbench.cli.progress import say
from prompt_workbench.cli.session import JsonOption, session
from prompt_workbench.cli.tables import MOST_ROWS, print_table
from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.services.network import Contact, purpose_words, summary

app = typer.Typer(help="See which hosts were reached; switch Offline.", no_args_is_help=True)


class Switch(StrEnum):
    """What can be done with the offline switch."""

    ON = "on"
    OFF = "off"


@app.command("log")
def show_log(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List which hosts were reached, when, why, and how many bytes that took; newest first."""
    log = asyncio.run(session(context).person.network.log())
    if as_json:
        print_json([_record(contact) for contact in log[:limit]])
        return
    if log:
        headers = ("When", "Host", "Why", "Times", "Bytes sent", "Bytes received")
        print_table(headers, map(_row, log[:limit]), right=3)
    if len(log) > limit:
        say(f"{len(log) - limit} more; show them with --limit.")
    say(summary(log))


@app.command()
def offline(
    context: typer.Context,
    state: Annotated[Switch | None, typer.Argument(help="Shown unless given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show the offline switch, or switch it; while it is on, only this computer is reached."""
    network = session(context).person.network
    if state is not None:
        asyncio.run(network.switch_offline(on=state is Switch.ON))
    if as_json:
        print_json({"offline": network.is_offline})
    else:
        print_text(f"Offline is {'on' if network.is_offline else 'off'}")


def _row(contact: Contact) -> tuple[str, ...]:
    place = " (this computer)" if contact.local else ""
    return (
        f"{contact.first_at.astimezone():%Y-%m-%d %H:%M}",
        f"{contact.host}{place}",
        purpose_words(contact),
        f"{contact.count:,}",
        _bytes(contact.sent, refused=contact.refused),
        _bytes(contact.received, refused=contact.refused),
    )


def _bytes(value: int | None, *, refused: bool) -> str:
    if refused:
        return "–"
    return "unknown" if value is None else f"{value:,}"


def _record(contact: Contact) -> JsonObject:
    return {
        "host": contact.host,
        "purpose": contact.purpose.value,
        "first_at": contact.first_at.isoformat(),
        "last_at": contact.last_at.isoformat(),
        "count": contact.count,
        "bytes_sent": contact.sent,
        "bytes_received": contact.received,
        "local": contact.local,
        "refused": contact.refused,
    }
