"""The viewer of Markdown: legible in both appearances, and it loads nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtWidgets import QApplication

from prompt_workbench.ui.help.text_view import MarkdownView
from prompt_workbench.ui.theme.apply import Theme, ThemeMode
from prompt_workbench.ui.theme.fonts import MONO_FAMILY
from prompt_workbench.ui.theme.tokens import DARK

PAGE = (
    "# Title\n\nWords and `code`.\n\n```\nfirst\nsecond\n```\n\n"
    "## Below\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
)


@pytest.fixture
def view(qapp: QApplication, theme: Theme) -> Iterator[MarkdownView]:
    made = MarkdownView("Help text", theme)
    made.resize(500, 300)
    yield made
    theme.set_mode(ThemeMode.LIGHT)
    made.close()
    made.deleteLater()


def families(view: MarkdownView, word: str) -> list[str]:
    return list(view.document().find(word).charFormat().font().families())


def test_code_is_set_in_the_mono_font_and_words_are_not(view) -> None:
    view.show_markdown(PAGE)
    for code in ("code", "first", "second"):
        assert families(view, code)[0] == MONO_FAMILY
    assert MONO_FAMILY not in families(view, "Words")


def test_headings_stand_out_by_their_size(view) -> None:
    view.show_markdown(PAGE)
    sizes = [
        view.document().find(word).charFormat().font().pointSizeF()
        for word in ("Title", "Below", "Words")
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


def test_another_appearance_repaints_the_page_where_it_is(view, theme: Theme) -> None:
    view.show_markdown(PAGE + "\n\nline" * 200)
    view.show()
    view.verticalScrollBar().setValue(150)
    theme.set_mode(ThemeMode.DARK)
    ground = view.document().find("code").charFormat().background().color()
    assert ground == QColor(DARK.hover)
    assert view.verticalScrollBar().value() == 150


def test_an_anchor_is_brought_to_the_top(view) -> None:
    view.show_markdown("# Top\n\n" + "line\n\n" * 100 + "## What it `costs`\n\n" + "line\n\n" * 100)
    view.show()
    view.scroll_to("what-it-costs")
    assert view.cursorForPosition(view.viewport().rect().topLeft()).block().text() == (
        "What it costs"
    )


def test_the_words_of_a_search_are_marked(view) -> None:
    view.show_markdown(PAGE)
    view.mark("WORDS below")
    assert len(view.extraSelections()) == 2
    view.mark("")
    assert view.extraSelections() == []


@pytest.mark.parametrize(
    "text",
    [
        "![]({path})",
        "![](file://{path})",
        '<img src="file://{path}">',
        '<table background="{path}"><tr><td>a</td></tr></table>',
        "<link rel=stylesheet href={path}>",
        "![](http://127.0.0.1:9/a.png)",
    ],
)
def test_nothing_that_a_text_refers_to_is_opened(view, tmp_path: Path, text: str) -> None:
    """A pipe without a writer stands for the file: opening it would never end."""
    pipe = tmp_path / "picture.png"
    os.mkfifo(pipe)
    view.show_markdown(text.format(path=pipe))
    view.show()
    view.grab()
    picture = view.loadResource(QTextDocument.ResourceType.ImageResource, QUrl(str(pipe)))
    assert isinstance(picture, QImage)
    assert (picture.width(), picture.height()) == (1, 1)


def test_html_is_shown_as_it_is_written(view) -> None:
    view.show_markdown("a <b>bold</b> claim")
    assert "<b>bold</b>" in view.toPlainText()


def test_a_click_on_a_link_opens_nothing_by_itself(view) -> None:
    asked: list[str] = []
    view.link_asked.connect(asked.append)
    view.show_markdown("# Top\n\n[away](other.md#there)")
    view.anchorClicked.emit(QUrl("other.md#there"))
    assert asked == ["other.md#there"]
    assert view.toPlainText().startswith("Top")
