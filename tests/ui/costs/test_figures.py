"""The figures of a period and their words: unknown is said, and never counted as zero."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from prompt_workbench.domain.costs import (
    CallTotals,
    CostGroup,
    CostPoint,
    LatencyHistogram,
    Measure,
    bucket,
    bucket_number,
    merged,
    quantile,
    total,
)
from prompt_workbench.services.costs import CostOverview
from prompt_workbench.ui.costs.figures import MOST_SERIES, Figures, figures
from prompt_workbench.ui.costs.pass_rates import PassRate
from prompt_workbench.ui.costs.periods import Period
from prompt_workbench.ui.costs.question import Question
from prompt_workbench.ui.costs.words import (
    amount,
    cost_note,
    cost_text,
    headlines,
    part_note,
    rate_text,
)

TODAY = date(2026, 3, 4)
NOTHING = CallTotals()


def spent(usd: str | None, calls: int = 1, unknown: int | None = None) -> CallTotals:
    missing = (calls if usd is None else 0) if unknown is None else unknown
    return CallTotals(
        calls=calls,
        answered=calls,
        input_tokens=100 * calls,
        output_tokens=10 * calls,
        cost_usd=None if usd is None else Decimal(usd),
        unknown_cost=missing,
    )


def point(group: str, usd: str | None, days_ago: int = 0, **more: int) -> CostPoint:
    day = TODAY - timedelta(days=days_ago)
    return CostPoint(day=day, group=group, totals=spent(usd, **more))


def durations(model: str, *seconds: float) -> LatencyHistogram:
    buckets = tuple(bucket(bucket_number(value), 1) for value in sorted(seconds))
    return LatencyHistogram(model=model, measure=Measure.DURATION, buckets=buckets)


def answer(
    *points: CostPoint,
    question: Question | None = None,
    before: CallTotals | None = None,
    latency: tuple[LatencyHistogram, ...] = (),
) -> Figures:
    overview = CostOverview(
        totals=total(each.totals for each in points), points=points, latency=latency, top_calls=()
    )
    return figures(question or Question(), overview, before, TODAY)


def words(shown: Figures, rates: tuple[PassRate, ...] = ()) -> dict[str, str]:
    found = headlines(shown, rates)
    return {each.title: " | ".join((each.value, each.note, each.change)) for each in found}


def test_totals_add_up_and_stay_unknown_where_nothing_is_known() -> None:
    assert total([spent("0.5"), spent(None), NOTHING]).cost_usd == Decimal("0.5")
    assert total([spent("0.5"), spent(None)]).unknown_cost == 1
    assert total([spent(None), NOTHING]).cost_usd is None
    assert total([]).cost_usd == 0


def test_several_histograms_are_read_as_one() -> None:
    both = merged([durations("a", 1.0, 2.0), durations("b", 2.0, 8.0)])
    assert sum(item.count for item in both) == 4
    assert quantile(both, 1.0) == pytest.approx(8.7, abs=0.1)


def test_groups_are_listed_the_most_expensive_first() -> None:
    shown = answer(point("small", "0.1"), point("large", "2", 3), point("local", "0", 1))
    assert [group.name for group in shown.groups] == ["large", "small", "local"]


def test_a_course_has_a_step_for_every_day_of_the_period() -> None:
    shown = answer(point("m", "1", 2), question=Question(period=Period.WEEK))
    assert shown.steps == ("02-26", "02-27", "02-28", "03-01", "03-02", "03-03", "03-04")
    assert [(one.name, list(one.x), list(one.y)) for one in shown.spend] == [("m", [4], [1.0])]


def test_a_long_course_is_shown_by_months() -> None:
    shown = answer(point("m", "1", 300), point("m", "2"), question=Question(period=Period.ALL))
    assert shown.steps[0] == "2025-05"
    assert shown.steps[-1] == "2026-03"


def test_more_series_than_colours_are_put_together() -> None:
    points = [point(f"m{number:02}", str(number + 1)) for number in range(12)]
    shown = answer(*points)
    assert len(shown.spend) == MOST_SERIES
    assert shown.spend[-1].name == "5 others"
    assert sum(sum(one.y) for one in shown.spend) == sum(range(1, 13))


def test_choosing_a_group_leaves_only_its_figures() -> None:
    question = Question(chosen="small")
    shown = answer(
        point("small", "0.1"), point("large", "2"),
        question=question, latency=(durations("small", 1.0), durations("large", 9.0)),
    )  # fmt: skip
    assert shown.totals.cost_usd == Decimal("0.1")
    assert [one.name for one in shown.spend] == ["small"]
    assert [each.model for each in shown.latency] == ["small"]
    assert len(shown.groups) == 2


def test_a_chosen_prompt_leaves_the_latency_of_all_models() -> None:
    question = Question(group=CostGroup.PROMPT, chosen="reply")
    shown = answer(point("reply", "1"), question=question, latency=(durations("m", 1.0),))
    assert [each.model for each in shown.latency] == ["m"]


def test_unknown_costs_are_counted_in_words() -> None:
    shown = answer(point("a", "0.5"), point("b", None, calls=3))
    assert words(shown)["Spend"].startswith("$0.50 | + 3 calls of unknown cost")
    alone = answer(point("b", None))
    assert words(alone)["Spend"].startswith("unknown | for 1 call")


def test_estimates_are_said() -> None:
    totals = CallTotals(calls=2, cost_usd=Decimal(1), estimated_cost=2)
    assert cost_note(totals) == "2 estimated"
    assert (
        cost_text(CallTotals(calls=2, cost_usd=Decimal(1), unknown_cost=1)) == "$1.00 + 1 unknown"
    )


def test_where_everything_is_free_quality_comes_first() -> None:
    rate = PassRate(name="m", passed=3, judged=4, unscored=0)
    free = headlines(answer(point("local", "0")), (rate,))
    assert [each.title for each in free] == ["Pass rate", "Tokens", "Latency", "Calls", "Spend"]
    assert free[0].value == "75 %"
    paid = headlines(answer(point("m", "1")), (rate,))
    assert paid[0].title == "Spend"


def test_a_number_is_compared_with_the_period_before() -> None:
    shown = answer(point("m", "3"), before=spent("2"))
    assert words(shown)["Spend"].endswith("+50 % on the 30 days before")
    assert words(answer(point("m", "3"), before=NOTHING))["Spend"].endswith("| ")
    chosen = answer(point("m", "3"), before=spent("2"), question=Question(chosen="m"))
    assert "against" not in words(chosen)["Spend"]


def test_periods_end_today_and_compare_with_as_many_days() -> None:
    assert Period.WEEK.since(TODAY) == date(2026, 2, 26)
    assert Period.WEEK.before(TODAY) == (date(2026, 2, 19), date(2026, 2, 25))
    assert Period.TODAY.since(TODAY) == TODAY
    assert Period.TODAY.before(TODAY) == (date(2026, 3, 3), date(2026, 3, 3))
    assert Period.ALL.since(TODAY) is None
    assert Period.ALL.before(TODAY) is None


def test_a_rate_says_how_much_is_behind_it() -> None:
    assert rate_text(PassRate(name="m", passed=1, judged=3, unscored=2)) == "33 % of 3, 2 unscored"
    assert rate_text(PassRate(name="m", passed=0, judged=0, unscored=2)) == "no verdict, 2 unscored"


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0"), (999, "999"), (1_234, "1.23 k"), (999_999, "1.00 M"), (56_000_000, "56.0 M")],
)
def test_large_numbers_are_short(number: int, said: str) -> None:
    assert amount(number) == said


def test_a_chart_of_a_part_says_which_part_it_is() -> None:
    note = part_note(8, 10, CostGroup.MODEL, "the most used")
    assert note == "8 of 10 models, the most used"
    assert part_note(8, 8, CostGroup.MODEL, "the most used") == ""


def test_latency_is_listed_the_most_used_model_first() -> None:
    shown = answer(latency=(durations("rare", 1.0), durations("usual", 1.0, 2.0)))
    assert [each.model for each in shown.latency] == ["usual", "rare"]
