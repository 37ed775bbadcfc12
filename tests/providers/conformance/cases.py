"""The cases that every adapter has to pass, declared where they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from prompt_workbench.domain.requests import Interface

Test = TypeVar("Test", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A row of the table in the help."""

    title: str
    module: str
    """The module that declares it."""
    lacks: Mapping[Interface, str] = field(default_factory=dict)
    """Why it cannot happen through an interface."""


CASES: dict[str, Case] = {}


def case(title: str, *, lacks: Mapping[Interface, str] | None = None) -> Callable[[Test], Test]:
    """Put a test to every interface through which it can happen, and into the table."""
    why = lacks or {}
    interfaces = [each for each in Interface if each not in why]

    def declare(test: Test) -> Test:
        module = test.__module__.rpartition(".")[2]
        CASES[title] = Case(title=title, module=module, lacks=why)
        return pytest.mark.parametrize("desk", interfaces, indirect=True)(test)

    return declare
