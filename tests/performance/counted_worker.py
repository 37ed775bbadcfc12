"""The product's call worker, which leaves behind how often its ledger committed.

``python -m tests.performance.counted_worker FILE`` is started by the benchmarks in the place
of ``python -m prompt_workbench _worker``; nothing else about it differs.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from prompt_workbench.__main__ import imported


def main() -> int:
    """Be the worker."""
    worker = imported("prompt_workbench.worker")
    ledger_type = worker.ProjectLedger
    close = ledger_type.close

    async def noted(ledger: Any) -> None:
        await asyncio.to_thread(Path(sys.argv[1]).write_text, str(ledger.commits))
        await close(ledger)

    ledger_type.close = noted
    code: int = worker.main([])
    return code


if __name__ == "__main__":
    sys.exit(main())
