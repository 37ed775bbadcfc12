"""Prompts, their versions, branches, labels and drafts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, tuple_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar
from typing_extensions import override

from prompt_workbench.domain.changes import Kind
from prompt_workbench.domain.prompts import (
    Branch,
    Draft,
    Label,
    Prompt,
    PromptVersion,
    VersionSummary,
)
from prompt_workbench.storage.encoding import (
    from_micros,
    json_array,
    json_object,
    optional_micros,
    optional_moment,
    to_micros,
    to_text,
)
from prompt_workbench.storage.repositories.contents import (
    add_contents,
    content_text,
    contents,
    whole_content,
)
from prompt_workbench.storage.repositories.files import add_files, forget_unused_files, ids_in
from prompt_workbench.storage.repositories.named import NamedRepository
from prompt_workbench.storage.tables.prompts import (
    BranchRow,
    DraftRow,
    LabelMoveRow,
    PromptRow,
    PromptVersionRow,
)


class Prompts(NamedRepository[Prompt, PromptRow]):
    """The prompts of the project."""

    kind = Kind.PROMPT
    _named = PromptRow
    _order = (col(PromptRow.folder), col(PromptRow.name))

    def add_version(self, version: PromptVersion) -> None:
        """Store a new version."""
        (hash_,) = add_contents(self._connection, [version.content])
        row = PromptVersionRow(
            id=version.id,
            prompt_id=version.prompt_id,
            number=version.number,
            content_hash=hash_,
            parents=to_text(version.parents),
            branch=version.branch,
            message=version.message,
            author=version.author,
            created_at=to_micros(version.created_at),
        )
        self._add(row, Kind.PROMPT)

    def version(self, version_id: str) -> PromptVersion:
        """Return a version with its content."""
        statement = select(PromptVersionRow).where(PromptVersionRow.id == version_id)
        return self._version(statement, f"prompt version with the id {version_id}")

    def version_numbered(self, prompt_id: str, number: int) -> PromptVersion:
        """Return the version of a prompt that has the number."""
        statement = _versions(prompt_id).where(PromptVersionRow.number == number)
        return self._version(statement, f"version {number} of this prompt")

    def versions(self, prompt_id: str) -> list[VersionSummary]:
        """Return the versions of a prompt, newest first, with their labels."""
        labels = _names_by_version(self.labels(prompt_id))
        rows = _versions(prompt_id).order_by(col(PromptVersionRow.number).desc())
        return [_summary(row, labels[row.id]) for row in self._session.exec(rows)]

    def newest_versions(self) -> dict[str, VersionSummary]:
        """Return the newest version of every prompt, by the id of the prompt."""
        label = (col(LabelMoveRow.prompt_id), col(LabelMoveRow.name))
        labels = _names_by_version(self._labels(_last_moves().group_by(*label)))
        place = (col(PromptVersionRow.prompt_id), col(PromptVersionRow.number))
        newest = select(place[0], func.max(place[1])).where(place[1] > 0).group_by(place[0])
        rows = self._session.exec(select(PromptVersionRow).where(tuple_(*place).in_(newest)))
        return {row.prompt_id: _summary(row, labels[row.id]) for row in rows}

    def next_number(self, prompt_id: str) -> int:
        """Return the number of the next version of a prompt."""
        newest = select(func.max(PromptVersionRow.number))
        newest = newest.where(PromptVersionRow.prompt_id == prompt_id)
        return (self._session.exec(newest).one() or 0) + 1

    def branches(self, prompt_id: str) -> list[Branch]:
        """Return the branches of a prompt by name."""
        statement = select(BranchRow).where(BranchRow.prompt_id == prompt_id)
        return [
            Branch(prompt_id=row.prompt_id, name=row.name, head_id=row.head_id)
            for row in self._session.exec(statement.order_by(BranchRow.name))
        ]

    def set_branch(self, branch: Branch) -> None:
        """Make a branch, or move its head."""
        row = BranchRow(prompt_id=branch.prompt_id, name=branch.name, head_id=branch.head_id)
        self._put(row, Kind.PROMPT)

    def delete_branch(self, prompt_id: str, name: str) -> None:
        """Remove a branch; its versions stay."""
        self._remove(BranchRow, (prompt_id, name), Kind.PROMPT)

    def labels(self, prompt_id: str) -> list[Label]:
        """Return where the labels of a prompt are now, by name."""
        of_prompt = _last_moves().where(LabelMoveRow.prompt_id == prompt_id)
        return self._labels(of_prompt.group_by(col(LabelMoveRow.name)))

    def set_label(self, label: Label) -> None:
        """Set or move a label; where it was before is kept."""
        row = LabelMoveRow(
            prompt_id=label.prompt_id,
            name=label.name,
            version_id=label.version_id,
            moved_at=to_micros(label.moved_at),
        )
        self._add(row, Kind.PROMPT)

    def delete_label(self, prompt_id: str, name: str) -> None:
        """Take a label away; where it was is kept."""
        now = to_micros(datetime.now(UTC))
        row = LabelMoveRow(prompt_id=prompt_id, name=name, version_id=None, moved_at=now)
        self._add(row, Kind.PROMPT)

    def label_history(self, prompt_id: str, name: str) -> list[Label]:
        """Return every place a label had, newest first."""
        statement = select(LabelMoveRow).where(
            LabelMoveRow.prompt_id == prompt_id, LabelMoveRow.name == name
        )
        return _places(self._session.exec(statement.order_by(col(LabelMoveRow.seq).desc())))

    def draft(self, prompt_id: str, branch: str) -> Draft | None:
        """Return the unsaved work on a branch."""
        found = self._session.get(DraftRow, (prompt_id, branch))
        return None if found is None else self._draft(found)

    def save_draft(self, draft: Draft) -> None:
        """Keep the unsaved work on a branch, and forget files that were taken out of it."""
        before = self._draft_files(draft.prompt_id, draft.branch)
        add_files(self._connection, draft.content.files.values())
        row = DraftRow(
            prompt_id=draft.prompt_id,
            branch=draft.branch,
            base_id=draft.base_id,
            content=content_text(draft.content),
            inputs=to_text(dict(draft.values)),
            updated_at=to_micros(draft.updated_at),
        )
        self._put(row, Kind.DRAFT)
        forget_unused_files(self._connection, before - draft.content.files.keys())

    def delete_draft(self, prompt_id: str, branch: str) -> None:
        """Drop the unsaved work on a branch, with files that only it had."""
        before = self._draft_files(prompt_id, branch)
        self._remove(DraftRow, (prompt_id, branch), Kind.DRAFT)
        forget_unused_files(self._connection, before)

    def drafts(self) -> list[Draft]:
        """Return all unsaved work, newest first."""
        statement = select(DraftRow).order_by(col(DraftRow.updated_at).desc())
        return [self._draft(row) for row in self._session.exec(statement)]

    def _draft_files(self, prompt_id: str, branch: str) -> set[str]:
        found = self._session.get(DraftRow, (prompt_id, branch))
        return set() if found is None else ids_in([found.content])

    def _version(self, statement: SelectOfScalar[PromptVersionRow], what: str) -> PromptVersion:
        row = self._required(statement, what)
        content = contents(self._connection, [row.content_hash])[row.content_hash]
        return PromptVersion(**_fields(row), content=content)

    def _labels(self, moves: SelectOfScalar[int | None]) -> list[Label]:
        statement = select(LabelMoveRow).where(col(LabelMoveRow.seq).in_(moves))
        return _places(self._session.exec(statement.order_by(LabelMoveRow.name)))

    def _draft(self, row: DraftRow) -> Draft:
        return Draft(
            prompt_id=row.prompt_id,
            branch=row.branch,
            base_id=row.base_id,
            content=whole_content(self._connection, row.content),
            values=json_object(row.inputs),
            updated_at=from_micros(row.updated_at),
        )

    @staticmethod
    @override
    def _row(thing: Prompt) -> PromptRow:
        return PromptRow(
            id=thing.id,
            name=thing.name,
            folder=thing.folder,
            tags=to_text(thing.tags),
            created_at=to_micros(thing.created_at),
            deleted_at=optional_micros(thing.deleted_at),
        )

    @staticmethod
    @override
    def _thing(row: PromptRow) -> Prompt:
        return Prompt(
            id=row.id,
            name=row.name,
            folder=row.folder,
            tags=tuple(map(str, json_array(row.tags))),
            created_at=from_micros(row.created_at),
            deleted_at=optional_moment(row.deleted_at),
        )


def _versions(prompt_id: str) -> SelectOfScalar[PromptVersionRow]:
    # A version without a number is the empty start of a prompt.
    saved = col(PromptVersionRow.number) > 0
    return select(PromptVersionRow).where(PromptVersionRow.prompt_id == prompt_id, saved)


def _last_moves() -> SelectOfScalar[int | None]:
    return select(func.max(LabelMoveRow.seq))


def _places(moves: Iterable[LabelMoveRow]) -> list[Label]:
    """Return where moves took labels; one that took a label away has no place."""
    return [
        Label(
            prompt_id=row.prompt_id,
            name=row.name,
            version_id=row.version_id,
            moved_at=from_micros(row.moved_at),
        )
        for row in moves
        if row.version_id is not None
    ]


def _names_by_version(labels: Iterable[Label]) -> defaultdict[str, list[str]]:
    names = defaultdict[str, list[str]](list)
    for label in labels:
        names[label.version_id].append(label.name)
    return names


def _summary(row: PromptVersionRow, labels: Iterable[str]) -> VersionSummary:
    return VersionSummary(**_fields(row), content_hash=row.content_hash, labels=tuple(labels))


def _fields(row: PromptVersionRow) -> dict[str, Any]:
    """Return what a version and its summary have in common."""
    return {
        "id": row.id,
        "prompt_id": row.prompt_id,
        "number": row.number,
        "parents": tuple(map(str, json_array(row.parents))),
        "branch": row.branch,
        "message": row.message,
        "author": row.author,
        "created_at": from_micros(row.created_at),
    }
