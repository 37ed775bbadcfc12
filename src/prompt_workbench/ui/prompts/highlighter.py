"""Colours the variables of a template and underlines what is wrong with them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from typing_extensions import override

from prompt_workbench.domain.templates import Finding, FindingKind, Severity
from prompt_workbench.ui.theme.apply import Theme
from prompt_workbench_runtime.render import VariableUse

_VARIABLES = ("variable", "local")
_KINDS = (*_VARIABLES, "error", "warning")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the text with one look."""

    start: int
    end: int
    kind: str


class TemplateHighlighter(QSyntaxHighlighter):
    """Paints spans that were found elsewhere, and moves them along while the text is typed.

    The templates are analysed in a thread a moment after a key was pressed. Until the answer
    is there the spans found before keep their places in the words they belong to.
    """

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        # Connected before the highlighter's own slot, so that it paints spans moved already.
        self.setDocument(None)
        document.contentsChange.connect(self._move_spans)
        self.setDocument(document)
        self._theme = theme
        self._spans: list[Span] = []
        self._formats = _formats(theme)
        theme.changed.connect(self._change_theme)

    def show_uses(self, uses: Iterable[VariableUse] | None, findings: Iterable[Finding]) -> None:
        """Show where the variables are now; only the lines that differ are painted again."""
        if uses is None:  # not to be told at the moment: those found before stay
            variables = [span for span in self._spans if span.kind in _VARIABLES]
        else:
            variables = [
                Span(use.start, use.end, "local" if use.local else "variable") for use in uses
            ]
        spans = sorted((*variables, *(_problem(finding) for finding in findings)))
        changed = set(spans) ^ set(self._spans)
        self._spans = spans
        document = self.document()
        blocks = {document.findBlock(span.start).blockNumber() for span in changed}
        blocks |= {document.findBlock(max(span.end - 1, 0)).blockNumber() for span in changed}
        for number in sorted(blocks):
            block = document.findBlockByNumber(number)
            if block.isValid():
                self.rehighlightBlock(block)

    @override
    def highlightBlock(self, text: str) -> None:
        start = self.currentBlock().position()
        end = start + len(text)
        # Spans are sorted by their start; one that began a few lines above may reach in here.
        first = max(bisect_left(self._spans, Span(start, 0, "")) - 8, 0)
        for span in self._spans[first:]:
            if span.start >= end:
                break
            if span.end > start:
                place = max(span.start - start, 0)
                self._add_format(place, min(span.end, end) - start - place, span.kind)

    def _add_format(self, place: int, length: int, kind: str) -> None:
        for offset in range(place, place + length):
            merged = self.format(offset)
            merged.merge(self._formats[kind])
            self.setFormat(offset, 1, merged)

    def _move_spans(self, position: int, removed: int, added: int) -> None:
        if not self._spans:
            return
        shift, end = added - removed, position + removed
        moved: list[Span] = []
        for span in self._spans:
            if span.end <= position:
                moved.append(span)
            elif span.start >= end:
                moved.append(replace(span, start=span.start + shift, end=span.end + shift))
            elif span.start <= position and span.end >= end:
                moved.append(replace(span, end=span.end + shift))
        self._spans = moved

    def _change_theme(self) -> None:
        self._formats = _formats(self._theme)
        self.rehighlight()


def _problem(finding: Finding) -> Span:
    # A value that is not filled in yet is no mistake in the text.
    wrong = finding.severity is Severity.ERROR and finding.kind is not FindingKind.MISSING
    kind = "error" if wrong else "warning"
    return Span(finding.start, max(finding.end, finding.start + 1), kind)


def _formats(theme: Theme) -> dict[str, QTextCharFormat]:
    tokens = theme.tokens
    made = {kind: QTextCharFormat() for kind in _KINDS}
    made["variable"].setForeground(QColor(tokens.accent))
    made["variable"].setBackground(QColor(tokens.variable))
    made["variable"].setFontWeight(QFont.Weight.Bold)
    made["local"].setForeground(QColor(tokens.text_muted))
    for kind, colour in (("error", tokens.danger), ("warning", tokens.warning)):
        made[kind].setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        made[kind].setUnderlineColor(QColor(colour))
    return made
