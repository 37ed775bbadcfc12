"""The pages of the help: their titles, their sections, and where words occur in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from prompt_workbench.system.paths import resources_dir

SHORTCUTS = "shortcuts"
"""The page that is made from the actions."""

FIRST = "getting-started"

_ORDER = (
    FIRST,
    "comparisons",
    "templates",
    "tools-and-failures",
    "datasets",
    "local-model",
    "providers-and-keys",
    "providers",
    "project-files",
    "command-line",
)
"""The order of reading; a page that is not named here stands behind these, by its name."""

_HEADING = re.compile(r"(#{1,6}) +(.+)")
_FENCE = re.compile(r"(```|~~~)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands under it, up to the next heading."""

    title: str
    anchor: str
    level: int
    text: str


@dataclass(frozen=True, kw_only=True)
class HelpPage:
    """A page: its name, by which links and contexts name it, and its Markdown."""

    name: str
    text: str

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The sections in their order; the first one has the title of the page."""
        return tuple(_sections(self.text))

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.sections[0].title


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in the help; an empty anchor means the top of the page."""

    page: str
    anchor: str = ""

    @classmethod
    def parsed(cls, text: str, *, within: str = "") -> Place:
        """Return the place of ``page``, ``page.md``, ``page#anchor`` or ``#anchor``."""
        page, _, anchor = text.partition("#")
        return cls(page=page.removesuffix(".md") or within, anchor=anchor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A section in which the words occur."""

    place: Place
    title: str
    page_title: str = ""
    """Empty where the page itself is meant."""


def shipped_pages() -> tuple[HelpPage, ...]:
    """Return the pages of the resources in the order of reading."""
    found = {
        path.stem: HelpPage(name=path.stem, text=path.read_text(encoding="utf-8"))
        for path in (resources_dir() / "help").glob("*.md")
    }
    known = [found.pop(name) for name in _ORDER if name in found]
    return (*known, *(found[name] for name in sorted(found)))


def find(pages: Iterable[HelpPage], words: str) -> list[Hit]:
    """Return the sections that have every word, those with a word in their title first."""
    wanted = words.casefold().split()
    if not wanted:
        return []
    hits = [hit for page in pages for hit in _hits(page, wanted)]
    hits.sort(key=lambda ranked: ranked[0])
    return [hit for _, hit in hits]


def anchor_of(title: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    kept = re.sub(r"[^\w\- ]", "", plain(title).casefold())
    return kept.replace(" ", "-")


def plain(markdown: str) -> str:
    """Return a line of Markdown without the marks of code, emphasis and links."""
    return re.sub(r"[`*]", "", _LINK.sub(r"\1", markdown))


def _hits(page: HelpPage, wanted: Sequence[str]) -> Iterator[tuple[int, Hit]]:
    for number, section in enumerate(page.sections):
        everything = f"{page.title}\n{section.title}\n{section.text}".casefold()
        if all(word in everything for word in wanted):
            in_title = all(word in section.title.casefold() for word in wanted)
            hit = Hit(place=Place(page=page.name), title=page.title)
            if number:
                place = Place(page=page.name, anchor=section.anchor)
                hit = Hit(place=place, title=section.title, page_title=page.title)
            yield (0 if in_title else 1), hit


def _sections(text: str) -> Iterator[Section]:
    level, title, lines, fence = 1, "", list[str](), ""
    for line in text.splitlines():
        mark = _FENCE.match(line)
        if mark and fence in {"", mark.group(1)}:
            fence = "" if fence else mark.group(1)
        heading = None if fence else _HEADING.fullmatch(line)
        if heading is None:
            lines.append(line)
            continue
        if title:
            yield _section(level, title, lines)
        level, title, lines = len(heading.group(1)), heading.group(2), []
    yield _section(level, title, lines)


def _section(level: int, title: str, lines: Sequence[str]) -> Section:
    return Section(
        title=plain(title), anchor=anchor_of(title), level=level, text=plain("\n".join(lines))
    )
