"""A fake provider that serves beside a window or a command, in a thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from prompt_workbench.providers.fake import FakeProvider
from prompt_workbench.providers.fake_replies import Script
from prompt_workbench.providers.fake_speech import echo


@contextmanager
def served(script: Script = echo) -> Iterator[FakeProvider]:
    """Serve while the block runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = FakeProvider(script)
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
