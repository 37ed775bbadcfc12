"""Programs of others that our adapters talk to: run before a release, by their own command."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

_UP_WITHIN_S = 120
_DOWN_WITHIN_S = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    """Name the folder into which the set-up put the programs."""
    parser.addoption("--peers", metavar="FOLDER", help="where packaging/test installed them")


@pytest.fixture
def peers(request: pytest.FixtureRequest) -> Path:
    """Return the folder with the programs; without it the test is skipped, visibly."""
    folder = request.config.getoption("peers", default=None)
    if folder is None:
        pytest.skip("programs of others are not installed here: packaging/test --peers")
    return Path(folder)


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], *, log: Path) -> Iterator[str]:
    """Run a server, with its port as the last argument; yield its address once it listens."""
    port = _free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, str(port)], env=dict(environment), stdout=output, stderr=output
        )
        try:
            _await_port(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(_DOWN_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    ends_at = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < ends_at and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"{process.args} does not listen: {log.read_text()[-2000:]}")
