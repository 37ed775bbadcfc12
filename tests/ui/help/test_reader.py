"""Reading in the help: places, the way back, links, what a search offers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject

from prompt_workbench.ui.help.pages import HelpPage, Place
from prompt_workbench.ui.help.reader import HelpReader

FIRST = HelpPage(name="first", text="# First\n\nStart.\n")
NEXT = HelpPage(name="next", text="# Next\n\n## Part\n\nGo on.\n")


@pytest.fixture
def reader(qapp) -> HelpReader:
    owner = QObject(qapp)
    made = HelpReader((FIRST, NEXT), owner)
    made.start_at(Place(page="first"))
    yield made
    owner.deleteLater()


def test_back_and_forward_are_those_of_a_browser(reader) -> None:
    reader.go(Place(page="next"))
    reader.go(Place(page="next", anchor="part"))
    reader.back()
    assert (reader.place, reader.can_go_forward) == (Place(page="next"), True)
    reader.back()
    assert (reader.page, reader.can_go_back) == (FIRST, False)
    reader.back()
    reader.forward()
    assert reader.page == NEXT
    reader.go(Place(page="first"))
    assert not reader.can_go_forward


def test_a_link_leads_to_another_page_or_within_the_page(reader) -> None:
    reader.follow("next.md#part")
    assert reader.place == Place(page="next", anchor="part")
    reader.follow("#other")
    assert reader.place == Place(page="next", anchor="other")


def test_a_page_that_is_not_there_is_not_gone_to(reader) -> None:
    reader.follow("nowhere.md")
    assert reader.place == Place(page="first")
    reader.start_at(Place(page="nowhere"))
    assert reader.page == FIRST


@pytest.mark.parametrize(
    "link", ["https://example.org/a", "http://example.org", "file:///etc/passwd", "javascript:a"]
)
def test_only_the_web_can_be_left_for_and_only_when_asked(reader, link: str) -> None:
    asked: list[str] = []
    reader.web_asked.connect(asked.append)
    reader.follow(link)
    assert asked == ([link] if link.startswith("http") else [])
    assert reader.place == Place(page="first")


def test_without_a_word_every_page_is_offered(reader) -> None:
    assert [hit.title for hit in reader.found(" ")] == ["First", "Next"]
    assert [hit.title for hit in reader.found("go on")] == ["Part"]
