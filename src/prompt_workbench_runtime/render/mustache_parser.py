"""The mustache language: from text to a tree of nodes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias

from prompt_workbench_runtime.render.base import MAX_DEPTH, error_at

_BRACES_HINT = "To write literal braces, change the delimiters first: {{=<% %>=}}"
_NAME_HINT = "A tag holds one name without spaces; for expressions choose the Jinja2 language."
_NAME = re.compile(r"""[^\s.{}()"'|,=<>]+(?:\.[^\s.{}()"'|,=<>]+)*""")
_LINE_END = re.compile(r"[ \t]*(?:\r?\n|\Z)")
_KINDS = "{&#^/>!=<$"
"""What a tag can start with; a tag that starts otherwise is a value."""
_ALONE = frozenset("#^/>!=")
"""The kinds of tag that, alone on a line, take the whole line with them."""
_CLOSED_BY = {"{": "}", "=": "="}
"""What stands before the closing delimiter of some tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A tag that is replaced by a value."""

    path: str
    parts: tuple[str, ...]
    """The path split at its dots; empty for the current item."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the text that is repeated or left out."""

    path: str
    parts: tuple[str, ...]
    inverted: bool
    body: tuple[Node, ...]
    start: int
    end: int
    """The end of the opening tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """A tag that is replaced by a snippet."""

    name: str
    indent: str
    """What stands before a tag that is alone on its line; every line gets it."""
    start: int


Node: TypeAlias = str | Value | Section | Partial


@dataclass(slots=True, kw_only=True)
class _Tag:
    """A tag as it was read, before it becomes a node."""

    kind: str
    content: str
    start: int
    end: int
    indent: str = ""


@dataclass(slots=True)
class _Open:
    """A section whose end was not read yet."""

    tag: _Tag
    path: str
    nodes: list[Node] = field(default_factory=list)
    """The nodes read before the section started."""


def parse(text: str) -> tuple[Node, ...]:
    """Return the nodes of a template.

    Raises:
        RenderError: The text is not a valid template.
    """
    return _Parser(text).parse()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._opening, self._closing = "{{", "}}"
        self._line_is_fresh = True
        self._nodes: list[Node] = []
        self._sections: list[_Open] = []

    def parse(self) -> tuple[Node, ...]:
        while (start := self._text.find(self._opening, self._position)) >= 0:
            tag = self._read(start)
            if tag.kind in _ALONE:
                self._skip_alone(tag)
            else:
                self._skip(tag)
            self._take(tag)
        self._literal(len(self._text))
        if self._sections:
            section = self._sections[-1]
            self._fail(section.tag, f"The section “{section.path}” is never closed.")
        return tuple(self._nodes)

    def _read(self, start: int) -> _Tag:
        inside = start + len(self._opening)
        kind = self._text[inside : inside + 1]
        if not kind or kind not in _KINDS:
            kind = ""
        closing = _CLOSED_BY.get(kind, "") + self._closing
        end = self._text.find(closing, inside + len(kind))
        if end < 0:
            raise error_at(self._text, start, "This tag is never closed.", hint=_BRACES_HINT)
        return _Tag(
            kind=kind,
            content=self._text[inside + len(kind) : end],
            start=start,
            end=end + len(closing),
        )

    def _skip_alone(self, tag: _Tag) -> None:
        """Move behind the tag, and take its whole line where nothing else stands on it."""
        before = self._text[self._position : tag.start]
        newline = before.rfind("\n")
        lead = before[newline + 1 :]
        starts_line = (newline >= 0 or self._line_is_fresh) and not lead.strip(" \t")
        line_end = _LINE_END.match(self._text, tag.end) if starts_line else None
        if line_end is None:
            self._skip(tag)
            return
        tag.indent = lead
        self._literal(tag.start - len(lead))
        self._position = line_end.end()
        self._line_is_fresh = True

    def _skip(self, tag: _Tag) -> None:
        self._literal(tag.start)
        self._position = tag.end
        self._line_is_fresh = False

    def _literal(self, end: int) -> None:
        if end > self._position:
            self._nodes.append(self._text[self._position : end])

    def _take(self, tag: _Tag) -> None:
        match tag.kind:
            case "" | "{" | "&":
                self._value(tag)
            case "#" | "^":
                self._open(tag)
            case "/":
                self._close(tag)
            case ">":
                self._partial(tag)
            case "=":
                self._delimiters(tag)
            case "<" | "$":
                self._fail(tag, "Blocks and parents are not part of this template language.")

    def _name(self, tag: _Tag) -> tuple[str, tuple[str, ...]]:
        path = tag.content.strip()
        if path == ".":
            return path, ()
        if not path:
            self._fail(tag, "This tag has no name.", hint=_BRACES_HINT)
        if not _NAME.fullmatch(path):
            self._fail(tag, f"“{path}” is not a name.", hint=_NAME_HINT)
        return path, tuple(path.split("."))

    def _value(self, tag: _Tag) -> None:
        path, parts = self._name(tag)
        self._nodes.append(Value(path=path, parts=parts, start=tag.start, end=tag.end))

    def _open(self, tag: _Tag) -> None:
        if len(self._sections) == MAX_DEPTH:
            self._fail(tag, f"Sections are nested deeper than {MAX_DEPTH} levels.")
        self._sections.append(_Open(tag, self._name(tag)[0], self._nodes))
        self._nodes = []

    def _close(self, tag: _Tag) -> None:
        path, parts = self._name(tag)
        if not self._sections:
            self._fail(tag, f"There is no open section “{path}” to close.")
        section = self._sections.pop()
        if section.path != path:
            self._fail(tag, f"“{section.path}” must be closed before “{path}”.")
        body, self._nodes = tuple(self._nodes), section.nodes
        self._nodes.append(
            Section(
                path=path,
                parts=parts,
                inverted=section.tag.kind == "^",
                body=body,
                start=section.tag.start,
                end=section.tag.end,
            )
        )

    def _partial(self, tag: _Tag) -> None:
        name = tag.content.strip()
        if not name or len(name.split()) > 1:
            self._fail(tag, "A snippet tag names one snippet, without spaces.")
        self._nodes.append(Partial(name=name, indent=tag.indent, start=tag.start))

    def _delimiters(self, tag: _Tag) -> None:
        pair = tag.content.split()
        if len(pair) != 2 or "=" in tag.content:
            self._fail(tag, "New delimiters are two words, such as {{=<% %>=}}.")
        self._opening, self._closing = pair

    def _fail(self, tag: _Tag, message: str, *, hint: str | None = None) -> NoReturn:
        raise error_at(self._text, tag.start, message, hint=hint)
