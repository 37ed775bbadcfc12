"""The tables of the Costs page: the groups, and the calls that cost most."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QTableView

from prompt_workbench.domain.calls import CallRow
from prompt_workbench.domain.usage import Cost
from prompt_workbench.ui.costs.figures import GroupTotals, version_name
from prompt_workbench.ui.costs.words import call_cost, cost_text
from prompt_workbench.ui.kit.formats import cost, count, seconds, when
from prompt_workbench.ui.kit.paged_model import Column

R = TypeVar("R")

_MOST_ROWS_SEEN = 10

GROUP_COLUMNS: tuple[Column[GroupTotals], ...] = (
    Column(key="name", title="Name", text=lambda row: row.name),
    Column(
        key="calls", title="Calls", text=lambda row: count(row.totals.calls), numeric=True, width=80
    ),
    Column(
        key="failed",
        title="Failed",
        text=lambda row: count(row.totals.failed),
        numeric=True,
        width=70,
    ),
    Column(
        key="input",
        title="Input tokens",
        text=lambda row: count(row.totals.input_tokens),
        numeric=True,
        width=110,
    ),
    Column(
        key="output",
        title="Output tokens",
        text=lambda row: count(row.totals.output_tokens),
        numeric=True,
        width=110,
    ),
    Column(
        key="cost", title="Cost", text=lambda row: cost_text(row.totals), numeric=True, width=150
    ),
    Column(key="each", title="Cost of a call", text=call_cost, numeric=True, width=110),
)

CALL_COLUMNS: tuple[Column[CallRow], ...] = (
    Column(
        key="cost",
        title="Cost",
        text=lambda row: cost(Cost(usd=row.cost_usd, source=row.cost_source)),
        numeric=True,
        width=90,
    ),
    Column(
        key="prompt",
        title="Prompt",
        text=lambda row: version_name(row.prompt_name, row.version_number),
    ),
    Column(key="model", title="Model", text=lambda row: row.model),
    Column(
        key="input",
        title="Input tokens",
        text=lambda row: count(row.input_tokens),
        numeric=True,
        width=110,
    ),
    Column(
        key="output",
        title="Output tokens",
        text=lambda row: count(row.output_tokens),
        numeric=True,
        width=110,
    ),
    Column(
        key="duration",
        title="Latency",
        text=lambda row: seconds(row.duration_s),
        numeric=True,
        width=90,
    ),
    Column(key="time", title="Time", text=lambda row: when(row.started_at), width=100),
)


def fit_height(view: QTableView) -> None:
    """Make a table as high as its rows, up to some; the page around it scrolls."""
    rows = min(view.model().rowCount(), _MOST_ROWS_SEEN)
    head = view.horizontalHeader().sizeHint().height()
    view.setFixedHeight(head + max(rows, 1) * view.verticalHeader().defaultSectionSize() + 4)
