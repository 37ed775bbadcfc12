"""A program that writes calls into a ledger as fast as it can, and says what was stored.

For each line that it reads it starts a copy of itself that writes until it is killed.
"""

from __future__ import annotations

import asyncio
import os
import sys

from tests.storage.examples import answer, sent

from prompt_workbench.storage.ledger import ProjectLedger

_AT_ONCE = 4


def say(word: str, about: object) -> None:
    """Tell the test something at once."""
    sys.stdout.write(f"{word} {about}\n")
    sys.stdout.flush()


async def write(location: str, run_id: str) -> None:
    """Write calls for ever."""
    ledger = ProjectLedger.open(location)
    run = await ledger.run(run_id)
    assert await ledger.acquire(run_id)

    async def keep_calling(case: int) -> None:
        while True:
            call = sent(run, case=case)
            await ledger.sent(call)
            say("sent", call.id)
            await ledger.settled(answer(call, "x" * 2_000), cache_key=call.id)
            say("settled", call.id)

    async with asyncio.TaskGroup() as group:
        for case in range(_AT_ONCE):
            group.create_task(keep_calling(case))


def main(location: str, run_id: str) -> None:
    """Start a writing copy for each line of input."""
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            asyncio.run(write(location, run_id))
        say("writing", pid)
        os.waitpid(pid, 0)
        say("killed", pid)


if __name__ == "__main__":
    main(*sys.argv[1:])
