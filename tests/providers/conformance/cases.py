"""The cases that every adapter has to pass, declared where they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias, TypeVar

import pytest

from prompt_workbench.domain.requests import Interface
from prompt_workbench.providers.interfaces import INTERFACES


class Litellm(StrEnum):
    """The two ways in which answers come through litellm; both are put to every case."""

    CHAT = "litellm-chat"
    """In the form of chat completions: litellm writes the request only."""
    TRANSLATED = "litellm-translated"
    """In another form, here Anthropic's: litellm reads the answer, too."""


Subject: TypeAlias = Interface | Litellm
SUBJECTS: tuple[Subject, ...] = (*INTERFACES, *Litellm)

Test = TypeVar("Test", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A row of the table in the help."""

    title: str
    module: str
    """The module that declares it."""
    lacks: Mapping[Subject, str] = field(default_factory=dict)
    """Why it cannot happen through an interface."""


CASES: dict[str, Case] = {}


def case(title: str, *, lacks: Mapping[Subject, str] | None = None) -> Callable[[Test], Test]:
    """Put a test to every interface through which it can happen, and into the table."""
    why = lacks or {}
    subjects = [each for each in SUBJECTS if each not in why]

    def declare(test: Test) -> Test:
        module = test.__module__.rpartition(".")[2]
        CASES[title] = Case(title=title, module=module, lacks=why)
        return pytest.mark.parametrize("desk", subjects, indirect=True)(test)

    return declare
