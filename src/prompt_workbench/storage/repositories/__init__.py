"""One repository per family of values: they turn rows into frozen domain values and back.

A repository works within the transaction of its connection, and notes the kinds of things
it changed.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from prompt_workbench.domain.changes import Kind
from prompt_workbench.storage.repositories.batches import Batches
from prompt_workbench.storage.repositories.costs import Costs
from prompt_workbench.storage.repositories.generations import Generations
from prompt_workbench.storage.repositories.runs import Runs
from prompt_workbench.storage.repositories.scores import Scores

if TYPE_CHECKING:
    from prompt_workbench.storage.repositories.datasets import Datasets
    from prompt_workbench.storage.repositories.prompts import Prompts


class Repositories:
    """All repositories over one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.changes: set[Kind] = set()
        """The kinds of things that were changed so far."""
        self.runs = Runs(connection, self.changes)
        self.generations = Generations(connection, self.changes)
        self.batches = Batches(connection, self.changes)
        self.scores = Scores(connection, self.changes)
        self.costs = Costs(connection, self.changes)
        self._connection = connection

    # The two whose rows are objects of SQLModel: who needs neither is spared its import.

    @cached_property
    def prompts(self) -> Prompts:
        """The prompts of the project."""
        from prompt_workbench.storage.repositories.prompts import Prompts

        return Prompts(self._connection, self.changes)

    @cached_property
    def datasets(self) -> Datasets:
        """The datasets of the project."""
        from prompt_workbench.storage.repositories.datasets import Datasets

        return Datasets(self._connection, self.changes)
