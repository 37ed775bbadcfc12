"""The pages of the help: their sections, links, and what a search finds."""

from __future__ import annotations

import pytest

from prompt_workbench.ui.help.pages import (
    HelpPage,
    Place,
    anchor_of,
    find,
    shipped_pages,
)

MAIL = HelpPage(
    name="mail",
    text="# Mail\n\nLetters.\n\n## The `--cap` option\n\nStops *spending*.\n\n"
    "```sh\n# not a heading\npwb run\n```\n\n### Last\n\nSee [the cap](#the---cap-option).\n",
)
ROADS = HelpPage(name="roads", text="# Roads\n\nHow letters travel, and spending.\n")


def test_a_page_has_a_section_for_each_heading_but_not_for_comments_in_code() -> None:
    assert [section.title for section in MAIL.sections] == ["Mail", "The --cap option", "Last"]
    assert "not a heading" in MAIL.sections[1].text


@pytest.mark.parametrize(
    ("title", "anchor"),
    [
        ("What it costs", "what-it-costs"),
        ("The `--cap` option", "the---cap-option"),
        ("Stop, and go on!", "stop-and-go-on"),
    ],
)
def test_anchors_are_those_of_github(title: str, anchor: str) -> None:
    assert anchor_of(title) == anchor


@pytest.mark.parametrize(
    ("link", "place"),
    [
        ("roads.md", Place(page="roads")),
        ("roads.md#top", Place(page="roads", anchor="top")),
        ("#last", Place(page="mail", anchor="last")),
    ],
)
def test_a_link_names_a_place(link: str, place: Place) -> None:
    assert Place.parsed(link, within="mail") == place


def test_a_search_finds_every_word_and_puts_titles_first() -> None:
    hits = find((MAIL, ROADS), "SPENDING")
    found = [(hit.title, hit.page_title) for hit in hits]
    assert found == [("The --cap option", "Mail"), ("Roads", "")]
    assert [hit.title for hit in find((ROADS, MAIL), "cap")] == ["The --cap option", "Last"]
    assert find((MAIL, ROADS), "letters travel")[0].place == Place(page="roads")
    assert find((MAIL, ROADS), "letters nowhere") == []
    assert find((MAIL, ROADS), " ") == []


def test_the_shipped_pages_start_with_the_first_steps() -> None:
    names = [page.name for page in shipped_pages()]
    assert names[0] == "getting-started"
    assert len(names) == len(set(names))
