"""The look of a page of Markdown: Qt lays it out, the theme's tokens make it legible."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from prompt_workbench.ui.theme.fonts import interface_font, mono_font, points
from prompt_workbench.ui.theme.tokens import FontSize, Space, Tokens

_HEADINGS = {1: FontSize.DISPLAY, 2: FontSize.TITLE}
_LINE_HEIGHT = 135
_CODE_SIZE = FontSize.SMALL
_CELL = 6


def dress(document: QTextDocument, tokens: Tokens) -> None:
    """Give a document that was set from Markdown the fonts, colours and distances of the app."""
    document.setDefaultFont(interface_font(FontSize.BODY))
    document.setDocumentMargin(Space.AROUND)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    for block in _blocks(document):
        _dress_block(block, tokens)
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, tokens)
    for first, last in _code(document):
        _frame(document, first, last, tokens)
    cursor.endEditBlock()


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _code(document: QTextDocument) -> list[tuple[int, int]]:
    """Return where each piece of code begins and ends, from the last to the first."""
    found: list[tuple[int, int]] = []
    for block in _blocks(document):
        if _is_code(block):
            end = block.position() + block.length() - 1
            begun = found and _is_code(block.previous())
            found[-1:] = [(found[-1][0], end)] if begun else [*found[-1:], (block.position(), end)]
    return found[::-1]


def _frame(document: QTextDocument, first: int, last: int, tokens: Tokens) -> None:
    """Put code on a ground of its own; a block alone has no room around it."""
    look = QTextFrameFormat()
    look.setBackground(QColor(tokens.hover))
    look.setPadding(Space.INSIDE)
    look.setBottomMargin(Space.INSIDE)
    _marked(document, first, last).insertFrame(look)
    above = QTextBlockFormat()
    above.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    QTextCursor(document.findBlock(first)).mergeBlockFormat(above)


def _dress_block(block: QTextBlock, tokens: Tokens) -> None:
    cursor = QTextCursor(block)
    level = block.blockFormat().headingLevel()
    shape = QTextBlockFormat()
    if _is_code(block):
        shape.setNonBreakableLines(False)
        shape.setTopMargin(0)
        shape.setBottomMargin(0)
    else:
        shape.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        shape.setTopMargin(Space.AROUND if level > 1 else 0)
        shape.setBottomMargin(0 if cursor.currentTable() is not None else _below(block))
    cursor.mergeBlockFormat(shape)
    for start, end, look in _pieces(block):
        dressed = _heading(look, level) if level else _words(look, tokens, code=_is_code(block))
        _marked(block.document(), start, end).setCharFormat(dressed)


def _below(block: QTextBlock) -> int:
    return Space.HALF if _is_item(block) and _is_item(block.next()) else Space.INSIDE


def _is_item(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().objectIndex() >= 0


def _words(look: QTextCharFormat, tokens: Tokens, *, code: bool) -> QTextCharFormat:
    """Return the look of words: code in the mono font, links in their colour."""
    if code or look.fontFixedPitch():
        look.setFont(mono_font(_CODE_SIZE))
        if not code:
            look.setBackground(QColor(tokens.hover))
    if look.isAnchor():
        look.setForeground(QColor(tokens.accent))
        look.setFontUnderline(False)
    return look


def _heading(look: QTextCharFormat, level: int) -> QTextCharFormat:
    # An adjustment would win over the size.
    look.clearProperty(QTextFormat.Property.FontSizeAdjustment.value)
    size = _HEADINGS.get(level, FontSize.BODY)
    if look.fontFixedPitch():
        look.setFont(mono_font(size))
    look.setFontPointSize(points(size))
    look.setFontWeight(QFont.Weight.DemiBold)
    return look


def _dress_table(table: QTextTable, tokens: Tokens) -> None:
    shape = table.format()
    shape.setBorder(1)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderBrush(QBrush(QColor(tokens.border)))
    shape.setBorderCollapse(True)
    shape.setCellPadding(_CELL)
    shape.setCellSpacing(0)
    shape.setTopMargin(Space.HALF)
    shape.setBottomMargin(Space.BETWEEN)
    shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    table.setFormat(shape)
    for section in range(table.columns()):
        cell = table.cellAt(0, section)
        ground = cell.format()
        ground.setBackground(QColor(tokens.surface_raised))
        cell.setFormat(ground)
        words = QTextCharFormat()
        words.setForeground(QColor(tokens.text_muted))
        words.setFontWeight(QFont.Weight.DemiBold)
        first, last = cell.firstCursorPosition().position(), cell.lastCursorPosition().position()
        _marked(table.document(), first, last).mergeCharFormat(words)


def _pieces(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    """Return start, end and format of the runs of a block, before any of them is changed."""
    found = []
    run = block.begin()
    while not run.atEnd():
        piece = run.fragment()
        end = piece.position() + piece.length()
        found.append((piece.position(), end, piece.charFormat()))
        run += 1
    return found


def _marked(document: QTextDocument, first: int, last: int) -> QTextCursor:
    cursor = QTextCursor(document)
    cursor.setPosition(first)
    cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
    return cursor


def _is_code(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().hasProperty(
        QTextFormat.Property.BlockCodeFence.value
    )
