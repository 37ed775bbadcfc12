"""A database server is one more host that is reached, unless it is reached through a file."""

from __future__ import annotations

from typing import Any

from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.storage.postgres import _connected
from prompt_workbench.storage.project import Project
from prompt_workbench.system.egress import covering
from prompt_workbench.system.egress_log import contacts


class Dialect:
    """Notes whether what it connects to is announced."""

    def __init__(self) -> None:
        self.purposes: list[Purpose | None] = []

    def connect(self, *arguments: Any, **options: Any) -> str:
        self.purposes.append(covering())
        return f"connected to {options['host']}"


def test_the_server_of_a_project_is_in_the_egress_log() -> None:
    dialect = Dialect()
    for _ in range(2):
        options = {"host": "db.example.org", "port": 6000, "password": "secret"}
        assert _connected(dialect, None, (), options) == "connected to db.example.org"
    assert dialect.purposes == [Purpose.PROJECT] * 2
    (found,) = contacts()
    assert (found.host, found.purpose) == ("db.example.org:6000", Purpose.PROJECT)
    assert (found.sent, found.received) == (None, None)


async def test_a_server_that_is_reached_through_a_file_is_no_host(postgres_location: str) -> None:
    assert "?host=/" in postgres_location
    project = Project.create(postgres_location)
    await project.close()
    assert contacts() == ()
