"""The list of all calls: paged by key, filtered, indexed and searched, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    cast,
    func,
    select,
    text,
    union_all,
)

from prompt_workbench.domain.calls import ANCHOR_EVERY, CallFilter, CallIndex, CallRow
from prompt_workbench.domain.generations import GenerationState
from prompt_workbench.domain.requests import model_ref
from prompt_workbench.domain.usage import CostSource, from_pico
from prompt_workbench.storage import search as full_text
from prompt_workbench.storage.encoding import from_micros, to_micros
from prompt_workbench.storage.repositories.subjects import named, prompt_name
from prompt_workbench.storage.tables import GENERATION, RUN, SCORE, SUBJECT

_USUAL = {GenerationState.SENT, GenerationState.DONE}
_UNUSUAL_STATE = text("generation.state NOT IN ('sent', 'done')")
"""Written as the partial index is, so that SQLite uses it."""
_MERGE_AT_MOST = 64
"""With more subjects than this, one scan is cheaper than a merge of their newest calls."""


def page(
    connection: Connection, filter_: CallFilter, before: int | None, limit: int
) -> list[CallRow]:
    """Return calls, newest first, from before a key on."""
    conditions = _conditions(filter_)
    if before is not None:
        conditions.append(GENERATION.c.seq < before)
    keys = _newest(_subjects(connection, filter_), conditions, limit)
    statement = _call_rows().where(GENERATION.c.seq.in_(keys))
    return [_call(row) for row in connection.execute(statement).all()]


def index(connection: Connection, filter_: CallFilter) -> CallIndex:
    """Return how long a filtered list is, and the key of every thousandth row."""
    conditions = _conditions(filter_)
    subjects = _subjects(connection, filter_)
    if subjects is None and not conditions and (index := _gapless_index(connection)):
        return index
    if subjects is not None:
        conditions.append(GENERATION.c.subject_seq.in_(subjects))
    place = func.row_number().over(order_by=GENERATION.c.seq.desc()).label("place")
    numbered = select(GENERATION.c.seq, place).where(*conditions).subquery()
    anchors = connection.scalars(
        select(numbered.c.seq)
        .where((numbered.c.place - 1) % ANCHOR_EVERY == 0)
        .order_by(numbered.c.seq.desc())
    ).all()
    if not anchors:
        return CallIndex(count=0, anchors=())
    last_page = select(func.count()).select_from(GENERATION)
    rest = connection.scalar(last_page.where(*conditions, GENERATION.c.seq <= anchors[-1])) or 0
    return CallIndex(count=(len(anchors) - 1) * ANCHOR_EVERY + rest, anchors=tuple(anchors))


def _gapless_index(connection: Connection) -> CallIndex | None:
    """Return the index of all calls if no key is left out: it need not be looked for."""
    seq = GENERATION.c.seq
    oldest, newest = (connection.scalar(select(bound(seq))) or 0 for bound in (func.min, func.max))
    count = connection.scalar(select(func.count()).select_from(GENERATION)) or 0
    if not count or newest - oldest + 1 != count:
        return None
    return CallIndex(count=count, anchors=tuple(range(newest, oldest - 1, -ANCHOR_EVERY)))


def search(connection: Connection, words: str, limit: int, before: int | None) -> list[CallRow]:
    """Return the newest calls whose prompt or answer has all the words."""
    keys = full_text.find(connection, words, limit, before)
    statement = _call_rows().where(GENERATION.c.seq.in_(keys))
    return [_call(row) for row in connection.execute(statement).all()]


def most_expensive(connection: Connection, limit: int) -> list[CallRow]:
    """Return the calls that cost most, the most expensive first."""
    # Written as the partial index is, so that SQLite uses it.
    paid = text("generation.cost_pico_usd > 0")
    cost = GENERATION.c.cost_pico_usd.desc()
    keys = select(GENERATION.c.seq).where(paid).order_by(cost).limit(limit)
    statement = _joined().where(GENERATION.c.seq.in_(keys)).order_by(cost)
    return [_call(row) for row in connection.execute(statement).all()]


def _newest(
    subjects: Sequence[int] | None, conditions: list[ColumnElement[bool]], limit: int
) -> Select[tuple[int]]:
    """Return the query of the newest keys, merged from the index of each subject."""
    newest = select(GENERATION.c.seq).order_by(GENERATION.c.seq.desc()).limit(limit)
    newest = newest.where(*conditions)
    if subjects is None:
        return newest
    if not 1 < len(subjects) <= _MERGE_AT_MOST:
        return newest.where(GENERATION.c.subject_seq.in_(subjects))
    each = [
        select(newest.where(GENERATION.c.subject_seq == subject).subquery().c.seq)
        for subject in subjects
    ]
    merged = union_all(*each).subquery()
    return select(merged.c.seq).order_by(merged.c.seq.desc()).limit(limit)


def _subjects(connection: Connection, filter_: CallFilter) -> list[int] | None:
    """Return the subjects that the filter takes; None takes all."""
    conditions = []
    if filter_.model is not None:
        ref = model_ref(filter_.model)
        conditions += [SUBJECT.c.provider == ref.provider, SUBJECT.c.model == ref.model]
    if filter_.prompt is not None:
        conditions.append(prompt_name == filter_.prompt)
    if filter_.version is not None:
        conditions.append(SUBJECT.c.version_number == _version_number(filter_.version))
    if filter_.version_id is not None:
        conditions.append(SUBJECT.c.version_id == filter_.version_id)
    if not conditions:
        return None
    subjects = select(SUBJECT.c.seq).select_from(named(SUBJECT))
    return list(connection.scalars(subjects.where(*conditions)))


def _version_number(label: str) -> int | None:
    """Return the number in the name of a version; None, which SQL takes for none, of drafts."""
    return int(label.removeprefix("v")) if label.startswith("v") else None


def _conditions(filter_: CallFilter) -> list[Any]:
    conditions: list[Any] = []
    if filter_.run_id is not None:
        run_seq = select(RUN.c.seq).where(RUN.c.id == filter_.run_id).scalar_subquery()
        conditions.append(GENERATION.c.run_seq == run_seq)
    if filter_.states:
        conditions.append(GENERATION.c.state.in_([state.value for state in filter_.states]))
        if filter_.states.isdisjoint(_USUAL):
            conditions.append(_UNUSUAL_STATE)
    if filter_.from_cache is not None:
        conditions.append(GENERATION.c.from_cache == filter_.from_cache)
    if filter_.since is not None:
        conditions.append(GENERATION.c.started_at >= to_micros(filter_.since))
    if filter_.until is not None:
        conditions.append(GENERATION.c.started_at < to_micros(filter_.until))
    return conditions


def _call_rows() -> Select[Any]:
    return _joined().order_by(GENERATION.c.seq.desc())


def _joined() -> Select[Any]:
    columns = GENERATION.c
    joined = named(
        GENERATION.join(SUBJECT, SUBJECT.c.seq == columns.subject_seq).join(
            RUN, RUN.c.seq == columns.run_seq
        )
    )
    passed = (
        select(func.min(cast(SCORE.c.passed, Integer)))
        .where(SCORE.c.generation_seq == columns.seq)
        .scalar_subquery()
    )
    return select(
        columns.seq,
        columns.id,
        RUN.c.id,
        RUN.c.number,
        prompt_name,
        SUBJECT.c.version_number,
        SUBJECT.c.provider,
        SUBJECT.c.model,
        columns.case_index,
        columns.variant,
        columns.repetition,
        columns.state,
        columns.finish_reason,
        columns.input_tokens,
        columns.output_tokens,
        columns.cost_pico_usd,
        columns.cost_source,
        columns.started_at,
        columns.duration_s,
        columns.time_to_first_chunk_s,
        columns.attempts,
        columns.from_cache,
        passed,
        columns.error,
        columns.preview,
    ).select_from(joined)


def _call(row: Iterable[Any]) -> CallRow:
    # By position: a page has hundreds of rows, and looking names up takes most of its time.
    (
        key, id_, run_id, run_number, prompt, version, provider, model, case, variant,
        repetition, state, finish_reason, input_tokens, output_tokens, cost, cost_source,
        started_at, duration_s, first_chunk_s, attempts, from_cache, passed, error, preview,
    ) = tuple(row)  # fmt: skip
    return CallRow(
        key=key,
        id=id_,
        run_id=run_id,
        run_number=run_number,
        prompt_name=prompt,
        version_number=version,
        model=f"{provider}/{model}",
        case=case,
        variant=variant,
        repetition=repetition,
        state=GenerationState(state),
        finish_reason=finish_reason,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        cost_usd=from_pico(cost),
        cost_source=CostSource(cost_source),
        started_at=from_micros(started_at),
        duration_s=duration_s,
        time_to_first_chunk_s=first_chunk_s,
        attempts=attempts,
        from_cache=bool(from_cache),
        passed=None if passed is None else bool(passed),
        error=error,
        preview=preview,
    )
