"""Write an exported text to the file that a person chose."""

from __future__ import annotations

from pathlib import Path

from prompt_workbench.domain.errors import HostError


def write_new_text(path: Path, text: str) -> Path:
    """Write the text as UTF-8, replacing the file, and return its path.

    Raises:
        HostError: The file cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise HostError(
            f"{path} cannot be written: {error.strerror}.",
            hint="Choose another folder, or make room on the disk.",
        ) from None
    return path
