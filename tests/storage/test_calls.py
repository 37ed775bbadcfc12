"""All calls of a project as one list: filtered, paged by key, indexed and searched."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec import structs
from sqlalchemy import func, select
from tests.storage.examples import NOW, add_run, answer, sent, variant

from prompt_workbench.domain.calls import CallFilter
from prompt_workbench.domain.comparisons import Run
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.messages import Role, text_message
from prompt_workbench.domain.scores import Score
from prompt_workbench.domain.usage import Cost, CostSource
from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.opening import open_database
from prompt_workbench.storage.project import Project
from prompt_workbench.storage.search_query import terms_of
from prompt_workbench.storage.tables import SEARCH_PENDING


@pytest.fixture
async def run(project: Project, ledger: ProjectLedger) -> Run:
    """Return a run with ten calls: even ones of one model, odd ones of another."""
    variants = (variant(0), variant(1, "cloud/large", prompt_name="other", version_number=3))
    run = await project.write(lambda store: add_run(store, 5, variants=variants))
    for number in range(10):
        state = GenerationState.FAILED if number == 7 else GenerationState.DONE
        cost = Cost(usd=Decimal(number), source=CostSource.KNOWN)
        call = sent(run, number // 2, number % 2)
        given = answer(call, f"Answer number {number}", state=state, cost=cost)
        await ledger.settled(given, cache_key=None)
    return run


async def listed(project: Project, filter_: CallFilter) -> list[int]:
    rows = await project.read(lambda store: store.generations.page(filter_))
    return [int(row.preview.removeprefix("Answer number ")) for row in rows]


async def test_newest_first_by_pages(project: Project, run: Run) -> None:
    everything = CallFilter()
    first = await project.read(lambda store: store.generations.page(everything, limit=4))
    assert [row.preview[-1] for row in first] == ["9", "8", "7", "6"]
    rest = await project.read(
        lambda store: store.generations.page(everything, before=first[-1].key)
    )
    assert [row.preview[-1] for row in rest] == ["5", "4", "3", "2", "1", "0"]
    row = first[0]
    assert (row.run_number, row.prompt_name, row.model) == (run.number, "other", "cloud/large")
    assert (row.case, row.variant, row.cost_usd) == (4, 1, Decimal(9))


@pytest.mark.parametrize(
    ("filter_", "found"),
    [
        (CallFilter(model="local/small"), [8, 6, 4, 2, 0]),
        (CallFilter(prompt="other"), [9, 7, 5, 3, 1]),
        (CallFilter(model="local/small", prompt="other"), []),
        (CallFilter(prompt="other", version="draft"), []),
        (CallFilter(prompt="other", version="v3"), [9, 7, 5, 3, 1]),
        (CallFilter(version="draft"), [8, 6, 4, 2, 0]),
        (CallFilter(states=frozenset({GenerationState.FAILED})), [7]),
        (CallFilter(model="cloud/large", states=frozenset({GenerationState.DONE})), [9, 5, 3, 1]),
        (CallFilter(run_id="nothing"), []),
        (CallFilter(from_cache=True), []),
        (CallFilter(since=NOW + timedelta(seconds=1)), []),
        (CallFilter(until=NOW), []),
        (CallFilter(since=NOW), list(range(9, -1, -1))),
    ],
)
async def test_filters(project: Project, run: Run, filter_: CallFilter, found: list[int]) -> None:
    assert await listed(project, filter_) == found
    index = await project.read(lambda store: store.generations.anchors(filter_))
    assert index.count == len(found)
    assert len(index.anchors) == (1 if found else 0)


async def test_the_index_has_every_thousandth_key(project: Project, ledger: ProjectLedger) -> None:
    run = await project.write(lambda store: add_run(store, 1))
    async with asyncio.TaskGroup() as group:
        for _ in range(1_100):
            group.create_task(ledger.sent(sent(run)))
    index = await project.read(lambda store: store.generations.anchors(CallFilter()))
    assert index.count == 1_100
    keys = await project.read(
        lambda store: [row.key for row in store.generations.page(CallFilter(), limit=9_999)]
    )
    assert index.anchors == tuple(keys[::1_000])


async def test_the_most_expensive_come_first(project: Project, run: Run) -> None:
    rows = await project.read(lambda store: store.costs.top_calls(3))
    assert [row.cost_usd for row in rows] == [9, 8, 7]


async def test_a_call_passes_when_all_its_verdicts_are_good(
    project: Project, ledger: ProjectLedger
) -> None:
    run = await project.write(lambda store: add_run(store, 3))
    good, bad = Score(name="a", passed=True), Score(name="b", passed=False)
    for case, scores in enumerate(((good,), (good, bad), (Score(name="c"),))):
        await ledger.settled(answer(sent(run, case), scores=scores), cache_key=None)
    rows = await project.read(lambda store: store.generations.page(CallFilter()))
    assert [row.passed for row in rows] == [None, False, True]


SEARCHES = [
    ("number", ["a", "b", "c"]),
    ("NUMBER Three", ["c"]),
    ("number thr", ["c"]),
    ('"number three"', ["c"]),
    ('"three number"', []),
    ("hello q1", ["b"]),
    ("Straße", ["a"]),
    ("one two", []),
    ("it's", ["b"]),
    ("nothing", []),
    ("  ", []),
    ("\"'*() AND -- ^:", []),
]


async def test_search_finds_words_before_and_after_they_are_indexed(
    project: Project, ledger: ProjectLedger
) -> None:
    run = await project.write(lambda store: add_run(store, 3))
    texts = ("Number one, Straße.", "number TWO: it's", "number three")
    for case, text in enumerate(texts):
        call = sent(run, case)
        request = replace(call.request, messages=(text_message(Role.USER, f"Hello q{case}"),))
        given = answer(structs.replace(call, request=request), text, response_model="abc"[case])
        await ledger.settled(given, cache_key=None)
    at_once = [await found(project, typed) for typed, _ in SEARCHES]
    await until_indexed(project)
    assert at_once == [names for _, names in SEARCHES]
    assert [await found(project, typed) for typed, _ in SEARCHES] == at_once


async def found(project: Project, typed: str) -> list[str]:
    rows = await project.read(lambda store: store.generations.search(typed))
    assert [row.key for row in rows] == sorted((row.key for row in rows), reverse=True)
    return sorted("abc"[row.case] for row in rows)


async def test_search_goes_on_from_a_key(project: Project, run: Run) -> None:
    first = await project.read(lambda store: store.generations.search("answer", 4))
    rest = await project.read(lambda store: store.generations.search("answer", 9, first[-1].key))
    assert [row.preview[-1] for row in first + rest] == list("9876543210")


async def until_indexed(project: Project) -> None:
    """Wait until no call waits for its place in the search index."""
    database, _ = open_database(project.location)
    waiting = select(func.count()).select_from(SEARCH_PENDING)
    async with asyncio.timeout(60):
        while True:
            with database.reader.begin() as connection:
                if connection.scalar(waiting) == 0:
                    return
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ('say "two words" th', [("say", False), ("two words", False), ("th", False)]),
        ("one three", [("one", False), ("three", True)]),
        ('half"quoted', [('half"quoted', True)]),
        ("? !", []),
    ],
)
def test_only_the_last_word_may_be_a_beginning(typed: str, terms: list[tuple[str, bool]]) -> None:
    assert [(term.text, term.prefix) for term in terms_of(typed)] == terms
