"""Writes the tables of the help page on providers from what the suite declares.

Run ``python -m tests.providers.conformance.table`` after a case was added.
"""

from __future__ import annotations

import importlib
import re

from tests.providers.conformance.cases import CASES, Case, Litellm, Subject
from tests.providers.conformance.wire_names import SETTINGS

from prompt_workbench.domain.requests import Interface
from prompt_workbench.system.paths import resources_dir

PAGE = resources_dir() / "help" / "providers.md"
TITLES = {
    Interface.OPENAI_CHAT: "Chat completions",
    Interface.OPENAI_RESPONSES: "Responses",
    Interface.ANTHROPIC_MESSAGES: "Anthropic messages",
    Interface.GEMINI: "Gemini",
}
COLUMNS = (*TITLES.values(), "litellm")
GROUPS = {
    "Requests": "test_requests",
    "Published forms": "test_schemas",
    "Answers": "test_answers",
    "Token counts": "test_counts",
    "Failures": "test_failures",
}


def with_tables(page: str) -> str:
    """Return the page with its tables as the suite declares them.

    A table ends its section, and stands under the first paragraph there.
    """
    for title, table in (
        ("Settings of a model on the wire", _settings()),
        ("What every interface is tested for", _cases()),
    ):
        head = f"## {title}\n\n"
        before, _, rest = page.partition(head)
        section, *others = re.split(r"^(?=## )", rest, maxsplit=1, flags=re.MULTILINE)
        words = section.strip().split("\n\n")[0]
        end = f"\n\n{others[0]}" if others else "\n"
        page = f"{before}{head}{words}\n\n{table}{end}"
    return page


def _head(first: str) -> list[str]:
    return [f"| {first} | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]


def _settings() -> str:
    lines = _head("setting")
    for name, paths in SETTINGS.items():
        cells = [paths[each].rpartition(".")[2] if each in paths else "refused" for each in TITLES]
        cells.append("passed on" if Interface.OPENAI_CHAT in paths else "refused")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cases() -> str:
    lines, notes = _head("case"), []
    for group, module in GROUPS.items():
        importlib.import_module(f"tests.providers.conformance.{module}")
        lines.append(f"| **{group}** |" + " |" * len(COLUMNS))
        for each in [each for each in CASES.values() if each.module == module]:
            notes += [why for why in dict.fromkeys(each.lacks.values()) if why not in notes]
            cells = [_cell(each, notes, subject) for subject in TITLES]
            cells.append(_cell(each, notes, *Litellm))
            lines.append(f"| {each.title} | " + " | ".join(cells) + " |")
    explained = [f"({number}) {why}" for number, why in enumerate(notes, start=1)]
    return "\n\n".join(["\n".join(lines), *explained])


def _cell(case: Case, notes: list[str], *subjects: Subject) -> str:
    """Return a tick where any of the subjects is tested, and why one is not."""
    why = dict.fromkeys(case.lacks[subject] for subject in subjects if subject in case.lacks)
    tick = ["✓"] if any(subject not in case.lacks for subject in subjects) else []
    return " ".join([*tick, *(f"({notes.index(each) + 1})" for each in why)])


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
