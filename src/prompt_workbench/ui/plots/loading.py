"""Imports what charts stand on before they are needed; light to import itself."""

from __future__ import annotations

import asyncio
from importlib import import_module


async def charts_loaded() -> None:
    """Import numpy in a thread, then pyqtgraph here.

    Modules of PySide must not be imported in a thread: PySide makes its types while it is
    imported, and crashes now and then when the window is painted meanwhile.
    """
    await asyncio.to_thread(import_module, "numpy")
    import_module("pyqtgraph")
