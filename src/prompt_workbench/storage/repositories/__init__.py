"""One repository per family of values: they turn rows into frozen domain values and back.

A repository works within the transaction of its connection, and notes the kinds of things
it changed.
"""

from __future__ import annotations

from sqlalchemy import Connection

from prompt_workbench.domain.changes import Kind
from prompt_workbench.storage.repositories.costs import Costs
from prompt_workbench.storage.repositories.datasets import Datasets
from prompt_workbench.storage.repositories.generations import Generations
from prompt_workbench.storage.repositories.prompts import Prompts
from prompt_workbench.storage.repositories.runs import Runs
from prompt_workbench.storage.repositories.scores import Scores


class Repositories:
    """All repositories over one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.changes: set[Kind] = set()
        """The kinds of things that were changed so far."""
        self.prompts = Prompts(connection, self.changes)
        self.datasets = Datasets(connection, self.changes)
        self.runs = Runs(connection, self.changes)
        self.generations = Generations(connection, self.changes)
        self.scores = Scores(connection, self.changes)
        self.costs = Costs(connection, self.changes)
