"""The style sheet, written from the tokens.

Widgets choose a look through two dynamic properties: ``role`` of a label (``title``,
``heading``, ``muted``, ``danger``, ``warning``, ``positive``) or of a frame (``panel``,
``toast``, ``bar``), and ``kind`` of a button (``primary``, ``quiet``, ``danger``).
"""

from __future__ import annotations

from string import Template

from prompt_workbench.system.paths import resources_dir
from prompt_workbench.ui.theme.fonts import points
from prompt_workbench.ui.theme.tokens import FontSize, Space, Tokens

_SHEET = Template("""
QToolTip { color: $text; background: $surface_raised; border: 1px solid $border; padding: 4px; }
QMainWindow, QDialog { background: $bg; }
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QMenuBar { background: $bg; border-bottom: 1px solid $border; }
QMenuBar::item { padding: 4px 8px; background: transparent; }
QMenuBar::item:selected { background: $hover; border-radius: 4px; }
QMenu { background: $surface_raised; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $text_muted; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }

QLabel[role="display"] { font-size: ${display}pt; font-weight: 600; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="muted"] { color: $text_muted; }
QLabel[role="danger"] { color: $danger; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="positive"] { color: $positive; }
QLabel[role="chip"] { color: $text_muted; background: $hover; border-radius: 4px;
  padding: 1px 6px; }

QFrame[role="panel"] { background: $surface; border: 1px solid $border;
  border-radius: ${radius}px; }
QFrame[role="bar"] { background: $bg; }
QFrame[role="file"] { background: $hover; border: none; border-radius: ${radius}px; }
QFrame[role="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="toast"] { background: $surface_raised; border: 1px solid $border;
  border-radius: ${radius}px; }
QFrame[role="notice"] { background: $selection; border: none; border-radius: ${radius}px; }

QPushButton { background: $surface; border: 1px solid $border; border-radius: ${radius}px;
  padding: 4px 12px; min-height: 18px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $text_muted; background: transparent; }
QPushButton[kind="primary"] { background: $accent; color: $accent_text; border-color: $accent;
  font-weight: 600; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled { background: $hover; color: $text_muted;
  border-color: $border; }
QPushButton[kind="danger"] { color: $danger; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="link"] { background: transparent; border: none; color: $accent; padding: 2px; }
QPushButton[kind="link"]:focus { text-decoration: underline; }
QToolButton { background: transparent; border: 1px solid transparent;
  border-radius: ${radius}px; padding: 3px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $selection; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $text_muted; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateEdit { background: $surface;
  border: 1px solid $border; border-radius: ${radius}px; padding: 3px 7px; min-height: 18px;
  selection-background-color: $selection; selection-color: $text; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: none; background: transparent;
  padding: 0 0 0 7px; }
/* Its text field is higher by itself. */
QAbstractSpinBox { padding-top: 2px; padding-bottom: 1px; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QDateEdit:focus,
QPlainTextEdit:focus { border-color: $accent; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] { border-color: $danger; }
QLineEdit:disabled, QComboBox:disabled { color: $text_muted; background: $bg; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow, QPushButton::menu-indicator { image: url($icons/chevron-$shade.svg);
  width: 14px; height: 14px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 18px; }
QAbstractSpinBox::up-arrow { image: url($icons/chevron-up-$shade.svg); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url($icons/chevron-$shade.svg); width: 12px; height: 12px; }
QPushButton::menu-indicator { subcontrol-position: right center; right: 6px; }
QPushButton[kind="menu"] { padding-right: 24px; }
QCheckBox { spacing: 6px; }
QCheckBox::indicator, QAbstractItemView::indicator { width: 14px; height: 14px;
  border: 1px solid $text_muted; border-radius: 3px; background: $surface; }
QCheckBox::indicator:checked, QMenu::indicator:checked, QAbstractItemView::indicator:checked {
  background: $accent; border-color: $accent; image: url($icons/tick-$shade.svg); }
QCheckBox::indicator:disabled, QAbstractItemView::indicator:disabled {
  border-color: $border; background: $hover; }
QCheckBox::indicator:focus { border-color: $accent; }
QMenu::indicator { width: 14px; height: 14px; margin-left: 6px; border-radius: 3px; }
QMenu::indicator:unchecked { border: 1px solid $border; }
QComboBox QAbstractItemView { background: $surface_raised; border: 1px solid $border;
  selection-background-color: $selection; selection-color: $text; outline: none; }
QPlainTextEdit { background: $surface; border: 1px solid $border; border-radius: ${radius}px;
  selection-background-color: $selection; selection-color: $text; }
QPlainTextEdit[frame="none"], QListView[frame="none"], QTreeView[frame="none"],
QTableView[frame="none"] { border: none; background: transparent; }

QAbstractItemView { background: $surface; border: 1px solid $border; outline: none;
  selection-background-color: $selection; selection-color: $text;
  alternate-background-color: $surface_raised; }
QAbstractItemView::item { padding: 3px 6px; }
QAbstractItemView::item:hover { background: $hover; }
QAbstractItemView::item:selected { background: $selection; color: $text; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: url($icons/closed-$shade.svg); }
QTreeView::branch:has-children:open { image: url($icons/chevron-$shade.svg); }
QTableView { gridline-color: $border; }
QTableCornerButton::section, QHeaderView { background: $surface_raised; border: none; }
QHeaderView::section { background: $surface_raised; color: $text_muted; border: none;
  border-bottom: 1px solid $border; padding: 4px 9px; }

QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; border: none; border-bottom: 2px solid transparent;
  padding: 6px 10px; color: $text_muted; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { color: $accent; }

QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $text_muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QProgressBar { background: $hover; border: none; border-radius: 3px; max-height: 6px;
  min-height: 6px; text-align: center; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QStatusBar { background: $bg; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
QGroupBox { border: none; margin-top: 18px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }

#rail { background: $bg; border: none; border-right: 1px solid $border; }
#rail QToolButton { border-radius: ${radius}px; padding: 6px; }
#navigator, #inspector { background: $bg; }
#page { background: $surface; }
#palette { border: 1px solid $border; background: $surface_raised; }
""")


def style_sheet(tokens: Tokens) -> str:
    """Return the style sheet of the tokens."""
    return _SHEET.substitute(
        bg=tokens.bg,
        surface=tokens.surface,
        surface_raised=tokens.surface_raised,
        hover=tokens.hover,
        border=tokens.border,
        text=tokens.text,
        text_muted=tokens.text_muted,
        accent=tokens.accent,
        accent_text=tokens.accent_text,
        positive=tokens.positive,
        warning=tokens.warning,
        danger=tokens.danger,
        selection=tokens.selection,
        radius=Space.RADIUS,
        icons=(resources_dir() / "icons" / "ui").as_posix(),
        shade="dark" if tokens.dark else "light",
        display=points(FontSize.DISPLAY),
        title=points(FontSize.TITLE),
    )
