"""The evaluator that compares numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from prompt_workbench.engine.evaluators.base import (
    EvaluatorType,
    Evidence,
    Option,
    OptionKind,
    Options,
    Verdict,
    unscored,
)

_APART = "'\u2019\u00a0\u2009\u202f"
_POINT = re.compile(
    rf"(?<!\w)[-−+]?(?:\d{{1,3}}(?:[,{_APART}]\d{{3}})+(?!\d)|\d+)"
    r"(?:\.\d+)?(?:[eE][-+]?\d{1,3}(?!\d))?"
    r"|(?<![\w.])[-−+]?\.\d+"
)
"""A number with a decimal point, its thousands perhaps set apart."""

_COMMA = re.compile(rf"(?<!\w)[-−+]?(?:\d{{1,3}}(?:[.{_APART}]\d{{3}})+(?!\d)|\d+)(?:,\d+)?")
"""A number with a decimal comma."""

_SEARCHED = 1 << 20
"""So many characters at the end of an answer are searched for its last number."""

_LONGEST = 1000
"""A run of more characters is no number that anybody meant."""

_NO_PART_OF_NUMBER = re.compile(rf"[,+{_APART}]")


def last_number(text: str, *, decimal_comma: bool = False) -> Decimal | None:
    """Return the last number in a text, or None."""
    found = (_COMMA if decimal_comma else _POINT).findall(text[-_SEARCHED:])
    if not found or len(found[-1]) > _LONGEST:
        return None
    digits = found[-1].replace("−", "-")
    if decimal_comma:
        digits = digits.replace(".", "").replace(",", ".")
    return Decimal(_NO_PART_OF_NUMBER.sub("", digits))


def _judge(evidence: Evidence, options: Options) -> Verdict:
    comma = bool(options["decimal_comma"])
    expected = _expected(evidence, decimal_comma=comma)
    if expected is None:
        return unscored("The expected output has no number.")
    found = last_number(evidence.text, decimal_comma=comma)
    if found is None:
        wanted = _shown(expected)
        return Verdict(passed=False, explanation=f"No number in the answer; expected {wanted}.")
    absolute, relative = Decimal(str(options["absolute"])), Decimal(str(options["relative"]))
    passed = abs(found - expected) <= max(absolute, relative * abs(expected))
    return Verdict(
        passed=passed,
        label=_shown(found),
        explanation=f"The last number is {_shown(found)}; expected {_shown(expected)}.",
    )


def _expected(evidence: Evidence, *, decimal_comma: bool) -> Decimal | None:
    value = evidence.expected_output
    if isinstance(value, int | float) and not isinstance(value, bool):
        # As JSON it has a decimal point, whatever the answers use.
        return last_number(str(value))
    return last_number(evidence.expected_text or "", decimal_comma=decimal_comma)


def _shown(number: Decimal) -> str:
    return f"{number:,}" if len(number.as_tuple().digits) <= 20 else f"{number:.6e}"


NUMERIC = EvaluatorType(
    type="numeric",
    title="Number",
    description="The last number in the answer is the expected one, or near enough to it.",
    judge=_judge,
    options=(
        Option(
            name="absolute",
            kind=OptionKind.NUMBER,
            title="Absolute tolerance",
            description="How far the number may be from the expected one.",
            default=0,
        ),
        Option(
            name="relative",
            kind=OptionKind.NUMBER,
            title="Relative tolerance",
            description="The same as a share of the expected number: 0.01 allows one per cent.",
            default=0,
        ),
        Option(
            name="decimal_comma",
            kind=OptionKind.FLAG,
            title="Decimal comma",
            description="Read 1.234,5 as the number that others write 1,234.5.",
            default=False,
        ),
    ),
)
