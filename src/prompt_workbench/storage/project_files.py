"""Making and opening project files: what can be wrong with one, as sentences."""

from __future__ import annotations

import os
from pathlib import Path

from prompt_workbench.domain.errors import (
    ConflictError,
    HostError,
    ProjectDamagedError,
    StorageError,
)
from prompt_workbench.storage import known_projects, schema
from prompt_workbench.storage.backups import back_up, flush, newest_first, temporary_beside
from prompt_workbench.storage.fingerprint import FINGERPRINT
from prompt_workbench.storage.inspection import Facts, check_header, look, way_to_open
from prompt_workbench.storage.sqlite import Mode, SqliteDatabase

_RECEIVED = (
    "Someone else made this project. Its contents were checked and copied into a file of your own;"
)


def create(path: Path) -> None:
    """Make a new project file, readable by its owner only.

    Raises:
        ConflictError: There is already a file of that name.
        StorageError: It cannot be made there.
    """
    try:
        # Takes the name; what comes in its place is a whole project.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise ConflictError(
            f"There is already a file {path}.", hint="Open it, or choose another name."
        ) from None
    except OSError as error:
        raise StorageError(
            f"The project {path} cannot be made: {error.strerror}.",
            hint="Choose a folder that exists and that you may write to.",
        ) from None
    try:
        with temporary_beside(path) as made:
            project_id = _fill(made, path.stem)
            flush(made)
            made.replace(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    known_projects.remember(project_id)


def open_file(
    path: Path, revisions: schema.Revisions = schema.REVISIONS
) -> tuple[SqliteDatabase, str]:
    """Open a project file, and say what a person should know about it.

    Raises:
        NotAProjectError: It is something else.
        ProjectTooNewError: A newer version of the program wrote it.
        ProjectDamagedError: It is damaged.
        ProjectLockedError: Another program holds it.
    """
    check_header(path)
    mode = way_to_open(path)
    try:
        facts = look(path, mode)
    except ProjectDamagedError as error:
        raise ProjectDamagedError(error.message, hint=_way_back(path)) from error
    behind = revisions.is_behind(facts.revision)
    # The id alone is no proof: who was sent a project knows it, and may send back another file.
    newest = facts.revision == schema.REVISIONS.head
    changed = newest and facts.fingerprint != FINGERPRINT
    if changed or not known_projects.is_known(facts.project_id):
        return _open_received(path, mode, facts, behind=behind)
    if mode != "rw":
        if behind:
            raise StorageError(
                "The project is from an older version and cannot be written, so not be updated.",
                hint="Copy the project to a folder that you may write to.",
            )
        return SqliteDatabase(path, mode), "You may not write to this project: it is read-only."
    notice = _bring_up_to_date(path, facts.revision, revisions) if behind else ""
    return SqliteDatabase(path), notice


def _way_back(path: Path) -> str:
    """Return what can be done about a damaged file: it depends on whether there is a backup."""
    backups = newest_first(path)
    if backups:
        return f"Open its newest backup, {backups[0].name}; the damaged file was left as it is."
    return "There is no backup beside it. The damaged file was left as it is."


def _fill(path: Path, name: str) -> str:
    database = SqliteDatabase(path)
    with database.sentences(), database.writer.begin() as connection:
        return schema.create(connection, name)


def _open_received(
    path: Path, mode: Mode, facts: Facts, *, behind: bool
) -> tuple[SqliteDatabase, str]:
    if behind:
        raise StorageError(
            "Someone else made this project, with an older version of Prompt Workbench.",
            hint="Ask its sender to open it once with the newest version, and to send it again.",
        )
    # Imported where it is needed: it takes longer than to open a project of one's own.
    from prompt_workbench.storage import strangers

    if mode == "rw":
        original = strangers.take_over(path)
        try:
            known_projects.remember(facts.project_id)
        except HostError:
            # It would be taken over again each time, and another original be kept.
            original.replace(path)
            raise
        return SqliteDatabase(path), f"{_RECEIVED} the original is kept as {original.name}."
    copy = strangers.copy_received(path, mode)
    known_projects.remember(look(copy, "rw").project_id)
    return SqliteDatabase(copy), f"{_RECEIVED} this is {copy}, and the original is unchanged."


def _bring_up_to_date(path: Path, revision: str, revisions: schema.Revisions) -> str:
    backup = back_up(path, revision)
    database = SqliteDatabase(path)
    with database.sentences(), database.writer.begin() as connection:
        revisions.upgrade(connection)
    return f"The project was updated; as it was before, it is kept as {backup.name}."
