"""``pwb costs``: what the calls of the project cost, and how long they took."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from prompt_workbench.cli.output import dollars, print_json, print_text, seconds
from prompt_workbench.cli.records import cost_point_record, totals_record
from prompt_workbench.cli.session import JsonOption, ProjectOption, session
from prompt_workbench.cli.tables import print_table
from prompt_workbench.domain.canonical import JsonObject
from prompt_workbench.domain.costs import CostGroup, LatencyHistogram
from prompt_workbench.services.costs import CostOverview


def costs(
    context: typer.Context,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day, UTC.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day, UTC.")] = None,
    by: Annotated[CostGroup, typer.Option(help="How each day is divided.")] = CostGroup.MODEL,
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show spend, tokens and latency by day."""
    overview = session(context).ask(
        project, lambda workbench: workbench.costs.overview(_day(since), _day(until), by)
    )
    if as_json:
        print_json(
            {
                "totals": totals_record(overview.totals),
                "days": [cost_point_record(point) for point in overview.points],
                "latency": [_latency_record(item) for item in overview.latency],
            }
        )
    else:
        _print_overview(overview)


def _print_overview(overview: CostOverview) -> None:
    totals = overview.totals
    print_text(f"{totals.calls} calls, {dollars(totals.cost_usd, totals.unknown_cost)}")
    headers = ("Day", "What", "Calls", "Tokens in", "Tokens out", "Cost")
    rows = [
        (
            point.day.isoformat(),
            point.group,
            str(point.totals.calls),
            str(point.totals.input_tokens),
            str(point.totals.output_tokens),
            dollars(point.totals.cost_usd, point.totals.unknown_cost),
        )
        for point in overview.points
    ]
    print_table(headers, rows, right=4)
    latency = [
        (item.model, item.measure.value.replace("_", " "), *map(seconds, _quantiles(item)))
        for item in overview.latency
    ]
    print_table(("Model", "Time of", "p50", "p95"), latency, right=2)


def _latency_record(histogram: LatencyHistogram) -> JsonObject:
    p50, p95 = _quantiles(histogram)
    return {
        "model": histogram.model,
        "measure": histogram.measure.value,
        "count": histogram.count,
        "p50": p50,
        "p95": p95,
    }


def _quantiles(histogram: LatencyHistogram) -> tuple[float | None, float | None]:
    return histogram.quantile(0.5), histogram.quantile(0.95)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
