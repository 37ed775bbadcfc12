"""Evaluators that compare texts: exact, label and contains."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from prompt_workbench.domain.canonical import Json
from prompt_workbench.engine.evaluators.base import (
    IGNORE_CASE,
    EvaluatorType,
    Evidence,
    Option,
    OptionKind,
    Options,
    Verdict,
    unscored,
)

_WORD = re.compile(r"\w+")
_BLANK = re.compile(r"\s+")


def _exact(evidence: Evidence, options: Options) -> Verdict:
    expected = _compared(evidence.expected_text or "", options)
    if _compared(evidence.text, options) == expected:
        return Verdict(passed=True, explanation="The answer is the expected output.")
    return Verdict(passed=False, explanation=f"Expected “{_short(expected)}”.")


def _compared(text: str, options: Options) -> str:
    text = unicodedata.normalize("NFC", text)
    if options["ignore_space"]:
        text = _BLANK.sub(" ", text).strip()
    return text.casefold() if options["ignore_case"] else text


def _contains(evidence: Evidence, options: Options) -> Verdict:
    wanted = options["text"] if isinstance(options["text"], str) else evidence.expected_text
    if not wanted:
        return unscored("There is no text to look for: neither in the options nor in the case.")
    text, part = (unicodedata.normalize("NFC", item) for item in (evidence.text, wanted))
    if options["ignore_case"]:
        text, part = text.casefold(), part.casefold()
    found = part in text
    verb = "contains" if found else "does not contain"
    return Verdict(passed=found, explanation=f"The answer {verb} “{_short(wanted)}”.")


def _label(evidence: Evidence, options: Options) -> Verdict:
    expected = _words(evidence.expected_text or "")
    if not expected:
        return unscored("The expected output has no letter or digit, so it is no label.")
    known = {_words(label): label for label in _texts(options["labels"])}
    known.pop("", None)
    known.setdefault(expected, evidence.expected_text or "")
    found = _found_labels(_words(evidence.text), tuple(known))
    names = [known[label].strip() for label in found]
    if found == [expected]:
        return Verdict(passed=True, label=names[0], explanation=f"The answer says “{names[0]}”.")
    wanted = known[expected].strip()
    if not found:
        return Verdict(passed=False, explanation=f"No label in the answer; expected “{wanted}”.")
    said = " and ".join(f"“{name}”" for name in names)
    label = names[0] if len(names) == 1 else ""
    return Verdict(
        passed=False, label=label, explanation=f"The answer says {said}; expected “{wanted}”."
    )


def _found_labels(answer: str, labels: tuple[str, ...]) -> list[str]:
    """Return the labels that stand in the answer as whole words, in alphabetical order.

    Longer labels are looked for first, so that “very good” is not also “good”.
    """
    rest = f" {answer} "
    found = []
    for label in sorted(labels, key=len, reverse=True):
        if f" {label} " in rest:
            found.append(label)
            rest = rest.replace(f" {label} ", "  ")
    return sorted(found)


def _words(text: str) -> str:
    """Return the words of a text without case and punctuation, separated by one space."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _texts(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:80]}…"


EXACT = EvaluatorType(
    type="exact",
    title="Exact match",
    description="The answer is the expected output, character by character.",
    judge=_exact,
    options=(
        IGNORE_CASE,
        Option(
            name="ignore_space",
            kind=OptionKind.FLAG,
            title="Ignore space",
            description="Ignore space at the ends, and how much there is between words.",
            default=True,
        ),
    ),
)

LABEL = EvaluatorType(
    type="label",
    title="Label",
    description=(
        "The expected label is in the answer as a whole word, whatever the case and "
        "punctuation, and no other known label is."
    ),
    judge=_label,
    options=(
        Option(
            name="labels",
            kind=OptionKind.TEXTS,
            title="Labels",
            description="All labels there are; an answer that names two of them fails.",
            default=[],
        ),
    ),
)

CONTAINS = EvaluatorType(
    type="contains",
    title="Contains",
    description="A text occurs in the answer.",
    judge=_contains,
    options=(
        Option(
            name="text",
            kind=OptionKind.TEXT,
            title="Text",
            description="What to look for; when empty, the expected output of the case.",
        ),
        replace(IGNORE_CASE, default=True),
    ),
    needs_expected=False,
)
