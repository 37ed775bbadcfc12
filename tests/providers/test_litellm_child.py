"""Loading litellm reaches no network, and leaves litellm without one."""

from __future__ import annotations

import os
import subprocess
import sys

_LOADING = """
import sys
seen = []
from prompt_workbench.providers import litellm_child
from prompt_workbench.system.no_network import NETWORK_EVENTS, refuse_network
sys.addaudithook(lambda event, _: seen.append(event) if event in NETWORK_EVENTS else None)
refuse_network()
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
    environment = {**os.environ, "HTTP_PROXY": "http://127.0.0.1:9", "OPENAI_API_KEY": "sk-x"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _LOADING],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip().endswith("done"), done.stderr
