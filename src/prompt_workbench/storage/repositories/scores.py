"""Scores, kept apart from the generations they judge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, Select, delete, insert, select

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.scores import Score
from prompt_workbench.storage.call_rows import score_row
from prompt_workbench.storage.repositories.base import Repository
from prompt_workbench.storage.repositories.generation_rows import score_of
from prompt_workbench.storage.repositories.runs import run_key
from prompt_workbench.storage.tables import GENERATION, SCORE


class Scores(Repository):
    """The scores of the project."""

    def replace(self, run_id: str, name: str, scores: Iterable[tuple[str, Score]]) -> None:
        """Store the scores of a name anew for a whole run.

        Args:
            run_id: The run.
            name: What the scores are called.
            scores: The id of a generation, and its score.
        """
        in_run = GENERATION.c.run_seq == run_key(self._connection, run_id)
        seqs = {
            row.id: row.seq
            for row in self._rows(select(GENERATION.c.id, GENERATION.c.seq).where(in_run))
        }
        old = delete(SCORE).where(
            SCORE.c.name == name,
            SCORE.c.generation_seq.in_(select(GENERATION.c.seq).where(in_run)),
        )
        self._write(old, Kind.SCORE)
        rows = [
            {"generation_seq": seqs[generation_id], **score_row(score)._asdict(), "name": name}
            for generation_id, score in scores
        ]
        if rows:
            self._connection.execute(insert(SCORE), rows)


def scores_of(
    connection: Connection, generation_seqs: Sequence[int] | Select[tuple[int]]
) -> Mapping[int, list[Score]]:
    """Return the scores of some generations by their keys, each list by name."""
    statement = select(SCORE).where(SCORE.c.generation_seq.in_(generation_seqs))
    found: dict[int, list[Score]] = {}
    for row in connection.execute(statement.order_by(SCORE.c.generation_seq, SCORE.c.name)):
        found.setdefault(row.generation_seq, []).append(score_of(row))
    return found
