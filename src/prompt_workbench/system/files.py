"""Replace a small file as a whole, so that a reader never sees half of it."""

from __future__ import annotations

import os
from pathlib import Path


def replace_private_file(path: Path, content: bytes) -> None:
    """Write the content beside the path, flush it to disk and move it into place.

    The file is readable by its owner only (mode 0600).

    Raises:
        OSError: It cannot be written; what was there before is untouched.
    """
    import tempfile  # with its random numbers it is slow to import, and start-up only reads

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # mkstemp creates with mode 0600, which the move keeps.
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
