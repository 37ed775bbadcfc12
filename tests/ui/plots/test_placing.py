"""Names of dots: beside their dot, in the plot, over nothing else."""

from __future__ import annotations

from itertools import combinations

from prompt_workbench.ui.plots.placing import Box, placed

AREA = (300.0, 150.0)


def test_a_name_is_above_its_dot_where_there_is_room() -> None:
    assert placed([(150, 80)], [(60, 16)], AREA) == [Box(120, 56, 60, 16)]


def test_a_name_at_an_edge_stays_in_the_plot() -> None:
    boxes = placed([(2, 2), (298, 148)], [(60, 16), (60, 16)], AREA)
    assert all(box is not None and box.is_within(*AREA) for box in boxes)


def test_names_cover_neither_each_other_nor_another_dot() -> None:
    dots = [(20.0 + 9 * step, 30.0 + 11 * step) for step in range(8)]
    boxes = [box for box in placed(dots, [(90, 16)] * 8, AREA) if box is not None]
    assert boxes
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    covered = [dot for dot in dots if any(box.meets(Box(*dot, 1, 1)) for box in boxes)]
    assert covered == []


def test_a_name_wider_than_the_plot_is_left_out() -> None:
    assert placed([(150, 80)], [(400, 16)], AREA) == [None]
