"""Cases are known by their content."""

from prompt_workbench.domain.datasets import Case, dataset_hash, input_columns


def test_equal_cases_have_one_id_whatever_the_order_of_their_keys() -> None:
    assert Case(inputs={"a": 1, "b": "x"}).id == Case(inputs={"b": "x", "a": 1}).id


def test_an_absent_expectation_is_not_an_empty_one() -> None:
    assert Case(inputs={"a": 1}).id != Case(inputs={"a": 1}, expected_output="").id


def test_the_order_of_cases_is_part_of_a_dataset_version() -> None:
    assert dataset_hash(["x", "y"]) != dataset_hash(["y", "x"])


def test_columns_come_in_order_of_first_appearance() -> None:
    cases = [Case(inputs={"q": 1}), Case(inputs={"context": 2, "q": 3})]
    assert input_columns(cases) == ("q", "context")
