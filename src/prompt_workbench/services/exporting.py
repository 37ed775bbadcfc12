"""Write an exported text to the file that a person chose."""

from __future__ import annotations

from pathlib import Path

from prompt_workbench.domain.errors import HostError
from prompt_workbench.system.files import replace_file


def write_new_text(path: Path, text: str) -> Path:
    """Write the text as UTF-8, in the place of what was there, and return the path.

    Raises:
        HostError: The file cannot be written; what was there before is untouched.
    """
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise HostError(
            f"{path} cannot be written: {error.strerror}.",
            hint="Choose another folder, or make room on the disk.",
        ) from None
    return path
