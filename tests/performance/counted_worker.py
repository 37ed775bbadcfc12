"""The product's call worker, which leaves behind how often its ledger committed.

``python -m tests.performance.counted_worker FILE`` is started by the benchmarks in the place
of ``python -m prompt_workbench _worker``; nothing else about it differs.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from prompt_workbench import worker
from prompt_workbench.storage.ledger import ProjectLedger


class _CountedLedger(ProjectLedger):
    """A ledger that notes its commits when it is closed."""

    @staticmethod
    def open(location: str | Path) -> ProjectLedger:
        ledger = ProjectLedger.open(location)
        close = ledger.close

        async def noted() -> None:
            await asyncio.to_thread(Path(sys.argv[1]).write_text, str(ledger.commits))
            await close()

        ledger.close = noted  # type: ignore[method-assign]
        return ledger


def main() -> int:
    """Be the worker."""
    worker.ProjectLedger = _CountedLedger  # type: ignore[attr-defined]
    return worker.main([])


if __name__ == "__main__":
    sys.exit(main())
