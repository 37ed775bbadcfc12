"""Prompts, their versions, branches, labels and drafts."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, tuple_
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
from prompt_workbench.storage.repositories.base import Columns
from prompt_workbench.storage.repositories.contents import (
    add_contents,
    content_text,
    whole_content,
)
from prompt_workbench.storage.repositories.files import add_files, forget_unused_files, ids_in
from prompt_workbench.storage.repositories.named import NamedRepository
from prompt_workbench.storage.tables import (
    BRANCH,
    CONTENT,
    DRAFT,
    LABEL_MOVE,
    PROMPT,
    PROMPT_VERSION,
)
from prompt_workbench.storage.upsert import put


class Prompts(NamedRepository[Prompt]):
    """The prompts of the project."""

    kind = Kind.PROMPT
    _table = PROMPT
    _order = (PROMPT.c.folder, PROMPT.c.name)

    def add_version(self, version: PromptVersion) -> None:
        """Store a new version."""
        (hash_,) = add_contents(self._connection, [version.content])
        columns = {
            "id": version.id,
            "prompt_id": version.prompt_id,
            "number": version.number,
            "content_hash": hash_,
            "parents": to_text(version.parents),
            "branch": version.branch,
            "message": version.message,
            "author": version.author,
            "created_at": to_micros(version.created_at),
        }
        self._write(insert(PROMPT_VERSION).values(columns), Kind.PROMPT)

    def version(self, version_id: str) -> PromptVersion:
        """Return a version with its content."""
        statement = _versions().where(PROMPT_VERSION.c.id == version_id)
        return self._version(self._needed(statement, f"prompt version with the id {version_id}"))

    def version_numbered(self, prompt_id: str, number: int) -> PromptVersion:
        """Return the version of a prompt that has the number."""
        statement = _versions().where(
            PROMPT_VERSION.c.prompt_id == prompt_id, PROMPT_VERSION.c.number == number
        )
        return self._version(self._needed(statement, f"version {number} of this prompt"))

    def versions(self, prompt_id: str) -> list[VersionSummary]:
        """Return the versions of a prompt, newest first, with their labels."""
        labels = defaultdict[str, list[str]](list)
        for label in self.labels(prompt_id):
            labels[label.version_id].append(label.name)
        statement = select(PROMPT_VERSION).where(PROMPT_VERSION.c.prompt_id == prompt_id)
        rows = self._all(statement.order_by(PROMPT_VERSION.c.number.desc()))
        return [
            VersionSummary(**_version_fields(row), labels=tuple(labels[row["id"]])) for row in rows
        ]

    def newest_versions(self) -> dict[str, VersionSummary]:
        """Return the newest version of every prompt, by the id of the prompt."""
        moves = select(func.max(LABEL_MOVE.c.seq)).group_by(
            LABEL_MOVE.c.prompt_id, LABEL_MOVE.c.name
        )
        labels = defaultdict[str, list[str]](list)
        for row in self._all(_label_moves().where(LABEL_MOVE.c.seq.in_(moves))):
            labels[row["version_id"]].append(row["name"])
        place = (PROMPT_VERSION.c.prompt_id, PROMPT_VERSION.c.number)
        newest = select(place[0], func.max(place[1])).group_by(place[0])
        rows = self._all(select(PROMPT_VERSION).where(tuple_(*place).in_(newest)))
        return {
            row["prompt_id"]: VersionSummary(
                **_version_fields(row), labels=tuple(sorted(labels[row["id"]]))
            )
            for row in rows
        }

    def next_number(self, prompt_id: str) -> int:
        """Return the number of the next version of a prompt."""
        newest = select(func.max(PROMPT_VERSION.c.number))
        newest = newest.where(PROMPT_VERSION.c.prompt_id == prompt_id)
        return (self._connection.scalar(newest) or 0) + 1

    def branches(self, prompt_id: str) -> list[Branch]:
        """Return the branches of a prompt by name."""
        statement = select(BRANCH).where(BRANCH.c.prompt_id == prompt_id).order_by(BRANCH.c.name)
        return [Branch(**row) for row in self._all(statement)]

    def set_branch(self, branch: Branch) -> None:
        """Make a branch, or move its head."""
        columns = {"prompt_id": branch.prompt_id, "name": branch.name, "head_id": branch.head_id}
        put(self._connection, BRANCH, columns)
        self._changes.add(Kind.PROMPT)

    def delete_branch(self, prompt_id: str, name: str) -> None:
        """Remove a branch; its versions stay."""
        named = (BRANCH.c.prompt_id == prompt_id, BRANCH.c.name == name)
        self._write(delete(BRANCH).where(*named), Kind.PROMPT)

    def labels(self, prompt_id: str) -> list[Label]:
        """Return where the labels of a prompt are now, by name."""
        newest = select(func.max(LABEL_MOVE.c.seq)).where(LABEL_MOVE.c.prompt_id == prompt_id)
        newest = newest.group_by(LABEL_MOVE.c.name)
        statement = _label_moves().where(LABEL_MOVE.c.seq.in_(newest))
        return [_label(row) for row in self._all(statement.order_by(LABEL_MOVE.c.name))]

    def set_label(self, label: Label) -> None:
        """Set or move a label; where it was before is kept."""
        columns = {
            "prompt_id": label.prompt_id,
            "name": label.name,
            "version_id": label.version_id,
            "moved_at": to_micros(label.moved_at),
        }
        self._write(insert(LABEL_MOVE).values(columns), Kind.PROMPT)

    def delete_label(self, prompt_id: str, name: str) -> None:
        """Take a label away; where it was is kept."""
        columns = {
            "prompt_id": prompt_id,
            "name": name,
            "version_id": None,
            "moved_at": to_micros(datetime.now(UTC)),
        }
        self._write(insert(LABEL_MOVE).values(columns), Kind.PROMPT)

    def label_history(self, prompt_id: str, name: str) -> list[Label]:
        """Return every place a label had, newest first."""
        statement = _label_moves().where(
            LABEL_MOVE.c.prompt_id == prompt_id, LABEL_MOVE.c.name == name
        )
        return [_label(row) for row in self._all(statement.order_by(LABEL_MOVE.c.seq.desc()))]

    def draft(self, prompt_id: str, branch: str) -> Draft | None:
        """Return the unsaved work on a branch."""
        named = (DRAFT.c.prompt_id == prompt_id, DRAFT.c.branch == branch)
        found = self._one(select(DRAFT).where(*named))
        return None if found is None else self._draft(found)

    def save_draft(self, draft: Draft) -> None:
        """Keep the unsaved work on a branch, and forget files that were taken out of it."""
        before = self._draft_files(draft.prompt_id, draft.branch)
        add_files(self._connection, draft.content.files.values())
        columns = {
            "prompt_id": draft.prompt_id,
            "branch": draft.branch,
            "base_id": draft.base_id,
            "content": content_text(draft.content),
            "inputs": to_text(dict(draft.values)),
            "updated_at": to_micros(draft.updated_at),
        }
        put(self._connection, DRAFT, columns)
        self._changes.add(Kind.DRAFT)
        forget_unused_files(self._connection, before - draft.content.files.keys())

    def delete_draft(self, prompt_id: str, branch: str) -> None:
        """Drop the unsaved work on a branch, with files that only it had."""
        before = self._draft_files(prompt_id, branch)
        named = (DRAFT.c.prompt_id == prompt_id, DRAFT.c.branch == branch)
        self._write(delete(DRAFT).where(*named), Kind.DRAFT)
        forget_unused_files(self._connection, before)

    def drafts(self) -> list[Draft]:
        """Return all unsaved work, newest first."""
        statement = select(DRAFT).order_by(DRAFT.c.updated_at.desc())
        return [self._draft(row) for row in self._all(statement)]

    def _draft_files(self, prompt_id: str, branch: str) -> set[str]:
        named = (DRAFT.c.prompt_id == prompt_id, DRAFT.c.branch == branch)
        return ids_in(self._connection.scalars(select(DRAFT.c.content).where(*named)))

    def _version(self, row: Columns) -> PromptVersion:
        fields = _version_fields(row)
        del fields["content_hash"]
        return PromptVersion(**fields, content=whole_content(self._connection, row["body"]))

    def _draft(self, row: Columns) -> Draft:
        return Draft(
            prompt_id=row["prompt_id"],
            branch=row["branch"],
            base_id=row["base_id"],
            content=whole_content(self._connection, row["content"]),
            values=json_object(row["inputs"]),
            updated_at=from_micros(row["updated_at"]),
        )

    @staticmethod
    @override
    def _columns(thing: Prompt) -> Columns:
        return {
            "id": thing.id,
            "name": thing.name,
            "folder": thing.folder,
            "tags": to_text(thing.tags),
            "created_at": to_micros(thing.created_at),
            "deleted_at": optional_micros(thing.deleted_at),
        }

    @staticmethod
    @override
    def _thing(row: Columns) -> Prompt:
        return Prompt(
            id=row["id"],
            name=row["name"],
            folder=row["folder"],
            tags=tuple(map(str, json_array(row["tags"]))),
            created_at=from_micros(row["created_at"]),
            deleted_at=optional_moment(row["deleted_at"]),
        )


def _versions() -> Select[Any]:
    joined = PROMPT_VERSION.join(CONTENT, CONTENT.c.hash == PROMPT_VERSION.c.content_hash)
    return select(PROMPT_VERSION, CONTENT.c.body).select_from(joined)


def _label_moves() -> Select[Any]:
    return select(
        LABEL_MOVE.c.prompt_id, LABEL_MOVE.c.name, LABEL_MOVE.c.version_id, LABEL_MOVE.c.moved_at
    ).where(LABEL_MOVE.c.version_id.is_not(None))


def _version_fields(row: Columns) -> dict[str, Any]:
    return {
        "id": row["id"],
        "prompt_id": row["prompt_id"],
        "number": row["number"],
        "content_hash": row["content_hash"],
        "parents": tuple(map(str, json_array(row["parents"]))),
        "branch": row["branch"],
        "message": row["message"],
        "author": row["author"],
        "created_at": from_micros(row["created_at"]),
    }


def _label(row: Columns) -> Label:
    return Label(
        prompt_id=row["prompt_id"],
        name=row["name"],
        version_id=row["version_id"],
        moved_at=from_micros(row["moved_at"]),
    )
