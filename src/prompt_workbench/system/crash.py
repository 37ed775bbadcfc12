"""Reports of unexpected errors: written on this machine only, without what people typed."""

from __future__ import annotations

import platform
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from prompt_workbench.system.files import replace_private_file
from prompt_workbench.system.paths import log_dir

_KEPT = 20
_SECRET = re.compile(
    r"(?i)(?:bearer\s+\S+|\b(?:sk|pk|rk|gsk|xai|hf|ghp|AIza)[-_]?[A-Za-z0-9_\-]{12,}"
    r"|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)|\b[A-Za-z0-9_\-]{40,}\b)"
)
_LONGEST_LINE = 300


def write_report(error: BaseException) -> Path:
    """Write what happened into the log folder and return the file.

    A message may quote what a person or a model wrote, so only the beginning of its first
    line is kept, with everything that looks like a key removed.
    """
    from importlib.metadata import version  # slow to import, and only needed here

    moment = datetime.now(UTC)
    path = log_dir() / f"crash-{moment:%Y%m%d-%H%M%S-%f}.txt"
    head = (
        f"Prompt Workbench {version('prompt-workbench')}, Python {platform.python_version()}, "
        f"{platform.platform()}, {moment.isoformat(timespec='seconds')}"
    )
    text = "\n".join((head, "", *_lines(error), ""))
    replace_private_file(path, text.encode(errors="backslashreplace"))
    for old in sorted(log_dir().glob("crash-*.txt"))[:-_KEPT]:
        old.unlink(missing_ok=True)
    return path


def redacted(text: str) -> str:
    """Return one line of a report without keys, and not longer than it needs to be."""
    hidden = _SECRET.sub("[hidden]", text.replace(str(Path.home()), "~"))
    return hidden if len(hidden) <= _LONGEST_LINE else f"{hidden[:_LONGEST_LINE]} …"


def _lines(error: BaseException) -> Iterator[str]:
    for each in _chain(error, []):
        for line in "".join(traceback.format_tb(each.__traceback__)).splitlines():
            yield redacted(line)
        first_line, _, _ = str(each).strip().partition("\n")
        yield redacted(f"{type(each).__module__}.{type(each).__qualname__}: {first_line}")


def _chain(error: BaseException, seen: list[BaseException]) -> Iterator[BaseException]:
    """Yield what led to an error, the error, and those that it stands for."""
    if error in seen:
        return
    seen.append(error)
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _chain(earlier, seen)
    yield error
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _chain(each, seen)
