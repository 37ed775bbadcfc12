"""Every error the workbench raises on purpose.

    WorkbenchError                  has a message fit to show to a person
    ├── UserError                   the request cannot be met as asked
    │   ├── NotFoundError
    │   ├── ConflictError           the stored value changed underneath
    │   ├── InvalidInputError
    │   └── TemplateError           a template cannot be rendered; knows line and column
    ├── HostError                   disk, database file, keyring, local model files
    │   ├── ModelFileError          the weights of a local model are missing or damaged
    │   └── StorageError            the project file
    │       ├── ProjectTooNewError
    │       ├── ProjectDamagedError
    │       ├── NotAProjectError
    │       ├── ProjectReadOnlyError
    │       ├── ProjectLockedError
    │       └── DiskFullError
    ├── ProviderError               a model provider refused or failed; knows kind and status
    └── BudgetError                 a run cannot start, or was stopped, because of its spend cap

Anything else that escapes is a bug and goes to the crash handler.
"""

from __future__ import annotations

from enum import StrEnum


class WorkbenchError(Exception):
    """An expected failure, worded for the person using the app."""

    hint: str | None = None
    """What the person can do next, shown under the message."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if hint is not None:
            self.hint = hint


class UserError(WorkbenchError):
    """The request cannot be met as asked."""


class NotFoundError(UserError):
    """The named thing does not exist."""


class ConflictError(UserError):
    """The stored value changed since it was read."""

    hint = "Look at the newer state, then try again."


class InvalidInputError(UserError):
    """A value does not have the form that is needed."""


class TemplateError(UserError):
    """A template cannot be rendered."""

    def __init__(
        self,
        message: str,
        *,
        line: int = 1,
        column: int = 1,
        template_index: int = 0,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.line = line
        self.column = column
        self.template_index = template_index
        """Which of the templates that were rendered together."""


class HostError(WorkbenchError):
    """Something on this machine is missing, full, locked or damaged."""


class ModelFileError(HostError):
    """The weights of a local model are missing or damaged."""

    hint = "Fetch the local model again with: pwb models fetch"


class StorageError(HostError):
    """The project file cannot be used as asked."""


class ProjectTooNewError(StorageError):
    """A newer version of the workbench wrote this project."""

    hint = "Update Prompt Workbench, or open an older backup of the project."


class ProjectDamagedError(StorageError):
    """The project file is damaged."""

    hint = "Open a backup of the project, if there is one; the damaged one was left as it is."


class NotAProjectError(StorageError):
    """The file is not a Prompt Workbench project."""

    hint = "Choose a .pwb file, or make a new project."


class ProjectReadOnlyError(StorageError):
    """The project file or its folder cannot be written."""

    hint = "Copy the project to a folder that you may write to."


class ProjectLockedError(StorageError):
    """Another program holds the project file."""

    hint = "Close the other program that uses this project, then try again."


class ProjectUnreachableError(StorageError):
    """The database server of the project does not answer, or refused the connection."""

    hint = "Check the address and that you may use the database, then try again."


class DiskFullError(StorageError):
    """There is no room left on the disk."""

    hint = "Free some space; what was saved before is safe, and the run can be resumed."


class ProviderErrorKind(StrEnum):
    """Why a model call failed, for retry decisions and for people."""

    AUTHENTICATION = "authentication"
    PERMISSION = "permission"
    NOT_FOUND = "not_found"
    BAD_REQUEST = "bad_request"
    TOO_LARGE = "too_large"
    CONTEXT_LENGTH = "context_length"
    RATE_LIMITED = "rate_limited"
    OVERLOADED = "overloaded"
    SERVER = "server"
    CONNECTION = "connection"
    TIMEOUT = "timeout"
    PROTOCOL = "protocol"
    CONTENT_FILTER = "content_filter"


class ProviderError(WorkbenchError):
    """A model provider refused or failed."""

    def __init__(
        self,
        message: str,
        *,
        kind: ProviderErrorKind,
        status: int | None = None,
        retry_after_s: float | None = None,
        sent: bool = True,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind
        self.status = status
        self.retry_after_s = retry_after_s
        self.sent = sent
        """Whether the request may have reached the provider, and so may be billed."""


class BudgetError(WorkbenchError):
    """A run cannot start, or was stopped, because of its spend cap."""
