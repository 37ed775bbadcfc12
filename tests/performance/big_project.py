"""A project with very many calls, made in a few minutes: for benchmarks.

    python -m tests.performance.big_project PATH [--generations 1000000]

Fifty runs compare four prompt versions on three models over ninety days. The answers are
built from a vocabulary with common and rare words; rollups, scores and the search index
are complete and agree with the calls.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text

from prompt_workbench.domain.comparisons import Run, RunKind, RunLimits, RunState, Variant
from prompt_workbench.domain.costs import Measure
from prompt_workbench.domain.datasets import (
    Case,
    Dataset,
    DatasetVersion,
    dataset_hash,
    input_columns,
)
from prompt_workbench.domain.ids import new_id
from prompt_workbench.domain.prompts import Prompt, PromptVersion, text_prompt
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.domain.scores import EvaluatorSpec
from prompt_workbench.storage.driver_statement import DriverStatement
from prompt_workbench.storage.encoding import to_micros
from prompt_workbench.storage.project_files import create
from prompt_workbench.storage.repositories import Repositories
from prompt_workbench.storage.search import index_pending
from prompt_workbench.storage.sqlite import SqliteDatabase
from prompt_workbench.storage.tables import (
    GENERATION,
    GENERATION_ANSWER,
    GENERATION_REQUEST,
    SCORE,
    SEARCH_PENDING,
)

RARE_WORD = "quetzalcoatl"
"""Occurs in one answer of ten thousand."""

_RUNS = 50
_CASES = 1_000
_DAYS = 90
_NOW = datetime.now(UTC).replace(microsecond=0)
_MODELS = ("local/small", "cloud/medium", "cloud/large")
_AT_ONCE = 5_000
_INDEX_AT_ONCE = 20_000

_ROLL_UP = """
INSERT INTO rollup
SELECT started_at / 86400000000, subject_seq, count(*),
       sum(state IN ('done', 'truncated')), sum(state = 'truncated'), sum(state = 'failed'),
       sum(state = 'cancelled'), sum(state = 'unknown'), sum(from_cache),
       sum(coalesce(input_tokens, 0)), sum(coalesce(output_tokens, 0)),
       sum(usage_source = 'missing'), sum(coalesce(cost_pico_usd, 0)),
       sum(cost_source = 'estimated'), sum(cost_pico_usd IS NULL)
FROM generation GROUP BY 1, 2
"""

_ROLL_UP_MEASURE = """
INSERT INTO rollup_bucket
SELECT started_at / 86400000000, subject_seq, :measure,
       CAST(floor(log2(max(value, 1e-6)) * 8) AS INTEGER), count(*)
FROM (SELECT *, CASE :measure WHEN 'duration' THEN duration_s
                              WHEN 'first_chunk' THEN time_to_first_chunk_s
                              ELSE output_tokens END AS value
      FROM generation)
WHERE state = 'done' AND NOT from_cache AND value IS NOT NULL GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class _RunPlace:
    """Where the calls of a run go."""

    run_seq: int
    subjects: list[int]
    started_at: datetime
    calls: int


def make(path: Path, generations: int = 1_000_000, *, indexed: bool = True) -> None:
    """Make a project file with so many calls; without an index its search reads few of them."""
    create(path)
    database = SqliteDatabase(path)
    with database.writer.connect() as connection:
        # Nothing is lost if this is cut off: the file is made anew.
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA synchronous = OFF")
        driver.execute("PRAGMA cache_size = -400000")
        with connection.begin():
            places = _add_runs(Repositories(connection), generations)
        key = 1
        for place in places:
            with connection.begin():
                _add_calls(connection, place, key)
            key += place.calls
        with connection.begin():
            connection.execute(text(_ROLL_UP))
            for measure in Measure:
                connection.execute(text(_ROLL_UP_MEASURE), {"measure": measure.value})
        while indexed:
            with connection.begin():
                if not index_pending(connection, _INDEX_AT_ONCE):
                    break


def _add_runs(store: Repositories, generations: int) -> list[_RunPlace]:
    prompt = Prompt(id=new_id(), name="reply", created_at=_NOW)
    store.prompts.add(prompt)
    versions = [
        PromptVersion(
            id=new_id(),
            prompt_id=prompt.id,
            number=number,
            content=text_prompt(f"Answer in {number} sentences: {{{{question}}}}"),
            created_at=_NOW,
        )
        for number in range(1, 5)
    ]
    for version in versions:
        store.prompts.add_version(version)
    dataset_version = _add_dataset(store)
    places = []
    for number in range(1, _RUNS + 1):
        calls = generations * number // _RUNS - generations * (number - 1) // _RUNS
        started_at = _NOW - timedelta(days=_DAYS * (_RUNS - number) / _RUNS)
        run = _run(number, versions, dataset_version, started_at)
        store.runs.add(run)
        run_seq, by_model = store.runs.keys(run.id)
        subjects = [
            found[variant.model] for found, variant in zip(by_model, run.variants, strict=True)
        ]
        places.append(_RunPlace(run_seq, subjects, started_at, calls))
    return places


def _add_dataset(store: Repositories) -> DatasetVersion:
    dataset = Dataset(id=new_id(), name="questions", created_at=_NOW)
    cases = [Case(inputs={"question": f"Question {number}?"}) for number in range(_CASES)]
    version = DatasetVersion(
        id=new_id(),
        dataset_id=dataset.id,
        number=1,
        content_hash=dataset_hash(case.id for case in cases),
        case_count=len(cases),
        columns=input_columns(cases),
        created_at=_NOW,
    )
    store.datasets.add(dataset)
    store.datasets.add_version(version, cases)
    return version


def _run(
    number: int, versions: list[PromptVersion], dataset: DatasetVersion, started_at: datetime
) -> Run:
    columns = [(version, model) for version in versions for model in _MODELS]
    return Run(
        id=new_id(),
        number=number,
        kind=RunKind.COMPARISON,
        name=f"Run {number}",
        state=RunState.DONE,
        dataset_version_id=dataset.id,
        dataset_name="questions",
        variants=tuple(
            Variant(
                index=index,
                version_id=version.id,
                prompt_name="reply",
                version_number=version.number,
                content=version.content,
                model=model_ref(model),
            )
            for index, (version, model) in enumerate(columns)
        ),
        evaluators=(EvaluatorSpec(type="exact"),),
        limits=RunLimits(repetitions=2),
        case_count=_CASES,
        created_at=started_at,
        finished_at=started_at + timedelta(hours=1),
    )


def _add_calls(connection: Connection, place: _RunPlace, first_key: int) -> None:
    tables = (GENERATION, GENERATION_REQUEST, GENERATION_ANSWER, SCORE, SEARCH_PENDING)
    statements = [DriverStatement(insert(table), connection.dialect) for table in tables]
    rows: list[tuple[dict[str, Any], ...]] = []
    for row in _calls(place, first_key):
        rows.append(row)
        if len(rows) == _AT_ONCE:
            _store(connection, statements, rows)
            rows = []
    _store(connection, statements, rows)


def _store(
    connection: Connection,
    statements: list[DriverStatement],
    rows: list[tuple[dict[str, Any], ...]],
) -> None:
    if rows:
        for statement, table_rows in zip(statements, zip(*rows, strict=True), strict=True):
            statement.run_named(connection, table_rows)


def _calls(place: _RunPlace, first_key: int) -> Iterator[tuple[dict[str, Any], ...]]:
    chance = random.Random(place.run_seq)
    answers = [_answer(chance) for _ in range(500)]
    variants = len(place.subjects)
    start = to_micros(place.started_at)
    for number in range(place.calls):
        key = first_key + number
        cell = number // variants
        output = chance.choice(answers)
        if chance.random() < 1e-4:
            output = f"{output} {RARE_WORD}"
        failed = chance.random() < 0.01
        duration = chance.lognormvariate(0, 0.5)
        tokens = len(output) // 4
        model = number % variants % len(_MODELS)
        hot = {
            "seq": key,
            "id": new_id(),
            "run_seq": place.run_seq,
            "subject_seq": place.subjects[number % variants],
            "case_index": cell % _CASES,
            "variant": number % variants,
            "repetition": cell // _CASES,
            "state": "failed" if failed else "done",
            "started_at": start + number * 100_000,
            "reserved_pico_usd": None,
            "response_model": None,
            "finish_reason": None if failed else "stop",
            "usage_source": "missing" if failed else "reported",
            "input_tokens": None if failed else 50,
            "output_tokens": None if failed else tokens,
            "cache_read_input_tokens": None if failed else 0,
            "cache_creation_input_tokens": None if failed else 0,
            "reasoning_output_tokens": None if failed else 0,
            "cost_pico_usd": 0 if failed else tokens * model * 1_000_000,
            "cost_source": "known",
            "duration_s": duration,
            "time_to_first_chunk_s": None if failed else duration / 4,
            "attempts": 1,
            "from_cache": False,
            "repaired": False,
            "error_kind": "server" if failed else None,
            "error": "The server failed." if failed else "",
            "preview": "" if failed else output[:400],
        }
        yield (
            hot,
            {"generation_seq": key, "messages": _MESSAGES % (number % _CASES), "body": "{}"},
            {
                "generation_seq": key,
                "text": "" if failed else output,
                "parts": None,
                "usage_raw": None,
                "response_id": None,
                "request_id": None,
                "cost_lines": None,
                "last_attempt": None,
            },
            {
                "generation_seq": key,
                "name": "exact",
                "value": None if failed else float(number % 3 > 0),
                "passed": None if failed else number % 3 > 0,
                "label": "",
                "explanation": "",
            },
            {"generation_seq": key},
        )


def _answer(chance: random.Random) -> str:
    """Return about a thousand characters; low numbers are common words, high ones are rare."""
    return " ".join(_WORDS[int(chance.paretovariate(0.6)) % len(_WORDS)] for _ in range(150))


def _words(count: int) -> list[str]:
    """Return made-up words of two to four syllables, the same ones each time."""
    chance = random.Random(5)
    made: dict[str, None] = {}
    while len(made) < count:
        syllables = chance.randrange(2, 5)
        pairs = (chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(syllables))
        made["".join(pairs)] = None
    return list(made)


_WORDS = _words(50_000)

_MESSAGES = (
    '[{"role":"user","parts":[{"type":"text",'
    '"content":"Answer in some sentences, and be kind: Question %s?"}]}]'
)


def main() -> None:
    """Make the project that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--generations", type=int, default=1_000_000)
    asked = parser.parse_args()
    begun = time.monotonic()
    make(asked.path, asked.generations)
    sys.stderr.write(f"made in {time.monotonic() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
