"""How values are written: as canonical JSON."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from prompt_workbench_runtime.render.values import UnwritableValueError, text_of

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(json_values.filter(lambda value: not isinstance(value, str)))
def test_values_are_written_as_rfc_8785_says(value: object) -> None:
    assert text_of(value) == rfc8785.dumps(value).decode()


def test_large_whole_numbers_keep_all_their_digits() -> None:
    assert text_of(2**60 + 1) == "1152921504606846977"
    with pytest.raises(UnwritableValueError, match="bits"):
        text_of(2**20_000)


def test_endless_nesting_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(UnwritableValueError, match="nested deeper than 100"):
        text_of(endless)
