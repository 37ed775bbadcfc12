"""Loading litellm reaches no network, and leaves litellm without one."""

from __future__ import annotations

import os
import subprocess
import sys

_LOADING = """
import sys
seen = []
sys.addaudithook(lambda event, arguments: seen.append(event) if event in NETWORK else None)
from prompt_workbench.providers import litellm_child
NETWORK = litellm_child._NETWORK
litellm_child.refuse_network()
litellm = litellm_child.load_litellm()
assert not seen, seen
import asyncio, socket, urllib.request
for reach in (
    lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
    lambda: socket.getaddrinfo("localhost", 443),
    lambda: urllib.request.urlopen("http://127.0.0.1:9/"),
):
    try:
        reach()
    except (PermissionError, OSError) as error:
        assert "no network of its own" in str(error), error
    else:
        raise AssertionError("it was reached")
assert not litellm.callbacks
assert not litellm.success_callback
assert not litellm.failure_callback
print("done")
"""


def test_litellm_is_loaded_without_a_network() -> None:
    code = _LOADING.replace("event in NETWORK", "event.startswith('socket.') and event in NETWORK")
    code = "NETWORK = ()\n" + code
    environment = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "OPENAI_API_KEY": "sk-x"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip().endswith("done"), done.stderr
