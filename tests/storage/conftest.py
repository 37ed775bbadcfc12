"""Projects to test on: a new file, and a new database on a server that the tests start."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.storage.postgres_server import PostgresServer, start_server

from prompt_workbench.storage.ledger import ProjectLedger
from prompt_workbench.storage.project import Project


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Return a running PostgreSQL server; without any, the tests that ask for it are skipped."""
    with start_server() as server:
        yield server


@pytest.fixture
def postgres_location(postgres_server: PostgresServer) -> Iterator[str]:
    """Return the address of a new, empty database."""
    with postgres_server.database() as location:
        yield location


@pytest.fixture(params=["sqlite", "postgres"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where a new project can be made, in both kinds of database."""
    if request.param == "sqlite":
        return str(tmp_path / "example.pwb")
    address: str = request.getfixturevalue("postgres_location")
    return address


@pytest.fixture
async def project(location: str) -> AsyncIterator[Project]:
    """Return a new project, once in each kind of database."""
    made = Project.create(location)
    yield made
    await made.close()


@pytest.fixture
async def ledger(project: Project) -> AsyncIterator[ProjectLedger]:
    """Return the ledger of the project."""
    opened = ProjectLedger.open(project.location)
    yield opened
    await opened.close()
