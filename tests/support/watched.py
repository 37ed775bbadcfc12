"""Runs a program with a hook that has the last word on what leaves this computer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]

_BEFORE = """
import json, sys
seen = []
_EVENTS = {
    "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
    "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
}

class LeftError(Exception):
    "The program reached for another computer, or looked it up, and was kept from it."

def _watch(event, arguments):
    if event in _EVENTS:
        place = arguments[-1] if event != "socket.getaddrinfo" else arguments[0]
        if isinstance(place, tuple):
            place = place[0]
        if isinstance(place, str) and place.startswith(("/", "\\0")):
            return
        seen.append(f"{event} {place}")
        if place not in {"127.0.0.1", "::1", "localhost", None}:
            raise LeftError(seen[-1])
"""
_AFTER = """
print("\\n" + json.dumps({"seen": seen, "result": globals().get("result")}))
"""


def watched(program: str, *, hook_first: bool = True) -> dict[str, Any]:
    """Run a program in a process of its own; return what it left in `result`, and what it saw.

    Args:
        program: Python; it may set `result`, and calls `watch()` where the hook comes later.
        hook_first: Whether the hook is there before anything is imported.
    """
    hook = "sys.addaudithook(_watch)\n"
    whole = _BEFORE + (hook if hook_first else f"def watch(): {hook}") + program + _AFTER
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))}
    done = subprocess.run(
        [sys.executable, "-c", whole],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env=environment,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
