"""The columns of the list of hosts that were reached."""

from __future__ import annotations

from prompt_workbench.services.network import Contact, purpose_words
from prompt_workbench.ui.kit.formats import count, when
from prompt_workbench.ui.kit.paged_model import Column


def _bytes(value: int | None, contact: Contact) -> str:
    return "–" if contact.refused else count(value)


def _span(contact: Contact) -> str:
    first, last = contact.first_at.astimezone(), contact.last_at.astimezone()
    return f"{first:%Y-%m-%d %H:%M:%S} to {last:%H:%M:%S}"


NETWORK_COLUMNS: tuple[Column[Contact], ...] = (
    Column(
        key="when",
        title="When",
        text=lambda row: when(row.first_at),
        width=84,
        tooltip=_span,
    ),
    Column(
        key="host",
        title="Host",
        text=lambda row: row.host,
        tells_apart=True,
        tooltip=lambda row: row.host,
    ),
    Column(
        key="place",
        title="Where",
        text=lambda row: "this computer" if row.local else "outside",
        width=104,
        gives_way=2,
    ),
    Column(key="why", title="Why", text=lambda row: purpose_words(row), width=168),
    Column(key="times", title="Times", text=lambda row: count(row.count), numeric=True, width=76),
    Column(
        key="sent",
        title="Bytes sent",
        text=lambda row: _bytes(row.sent, row),
        numeric=True,
        width=92,
    ),
    Column(
        key="received",
        title="Bytes received",
        text=lambda row: _bytes(row.received, row),
        numeric=True,
        width=116,
    ),
)
