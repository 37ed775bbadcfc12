"""Rules that a reviewer would otherwise have to remember."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
APP = SOURCE / "prompt_workbench"
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
MAX_MODULE_LINES = 500
MAX_FUNCTION_LINES = 60

Offence = tuple[Path, int, str]


def expect_none(offences: Iterator[Offence], why: str = "") -> None:
    found = [f"{path.relative_to(ROOT)}:{line}: {what}" for path, line, what in offences]
    assert not found, "\n".join([why, *found])


def nodes(*kinds: type[ast.AST], under: Path = SOURCE) -> Iterator[tuple[Path, ast.AST]]:
    for path, tree in TREES.items():
        if path.is_relative_to(under):
            yield from ((path, node) for node in ast.walk(tree) if isinstance(node, kinds))


def calls(where: Callable[[str], bool], *, under: Path = SOURCE) -> Iterator[Offence]:
    """Yield the calls whose dotted name, as far as it is one, satisfies the condition."""
    for path, node in nodes(ast.Call, under=under):
        if where(name := ast.unparse(node.func)):
            yield path, node.lineno, f"{name}()"


def written_by_us() -> Iterator[Path]:
    yield from TREES
    for folder in ("tests", "packaging", ".ci"):
        yield from (
            path for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".sh", ""}
        )


def matches(pattern: str, files: Iterator[Path]) -> Iterator[Offence]:
    for path in files:
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()
            for number, line in enumerate(lines, start=1):
                if found := re.search(pattern, line):
                    yield path, number, found.group()


def output(*arguments: str) -> str:
    """Return what a fresh interpreter prints; its complaints show in the test's."""
    return subprocess.run(
        [sys.executable, *arguments], stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def test_every_module_says_what_it_is_for() -> None:
    expect_none((path, 1, "no docstring") for path, t in TREES.items() if not ast.get_docstring(t))


def test_modules_and_functions_are_small() -> None:
    def big() -> Iterator[Offence]:
        for path in TREES:
            if (count := path.read_text(encoding="utf-8").count("\n")) > MAX_MODULE_LINES:
                yield path, 1, f"{count} lines"
        for path, node in nodes(ast.FunctionDef, ast.AsyncFunctionDef):
            if (count := node.end_lineno - node.lineno + 1) > MAX_FUNCTION_LINES:
                yield path, node.lineno, f"{node.name} has {count} lines"

    expect_none(big())


def test_modules_are_named_after_their_subject() -> None:
    vague = {"util", "utils", "helper", "helpers", "manager", "misc", "common"}
    expect_none((path, 1, path.stem) for path in TREES if vague & set(path.stem.split("_")))


def test_nothing_opens_a_nested_event_loop() -> None:
    """`exec()` inside a task stops the other tasks of the loop; use `open()`."""
    nested = re.compile(r"\.exec_?$|^QFileDialog\.get|^QMessageBox\.(about|crit|info|quest|warn)")
    expect_none(calls(lambda name: bool(nested.search(name)), under=APP / "ui"))


def test_actions_are_declared_once() -> None:
    """A QAction made elsewhere is missing from the palette and from the list of shortcuts."""
    made = calls(lambda name: name.endswith("QAction"), under=APP)
    elsewhere = (found for found in made if not found[0].is_relative_to(APP / "ui" / "actions"))
    expect_none(elsewhere)


def test_nothing_runs_or_unpacks_foreign_code() -> None:
    dangerous = {
        *("eval", "exec", "compile", "__import__", "os.system", "os.popen"),
        *("pickle.load", "pickle.loads", "marshal.loads", "shelve.open", "yaml.load"),
        *("tarfile.open", "shutil.unpack_archive"),
    }
    expect_none(calls(lambda name: name in dangerous or name.endswith(".extractall")))


def test_no_child_opens_a_terminal_of_its_own() -> None:
    """Windows opens one for each child that is started from a window without saying otherwise."""

    def opening() -> Iterator[Offence]:
        for path, node in nodes(ast.Call, under=APP):
            name = ast.unparse(node.func)
            given = {argument.arg for argument in node.keywords}
            starts = name.endswith(("subprocess.Popen", "subprocess.run", "create_subprocess_exec"))
            if starts and "creationflags" not in given:
                yield path, node.lineno, f"{name}() without creationflags"

    expect_none(opening())


def test_sql_is_never_put_together_from_text() -> None:
    """Values are bound; an f-string in a statement is an injection waiting for its value."""
    running = {"text", "execute", "executemany", "executescript", "exec_driver_sql"}

    def built() -> Iterator[Offence]:
        for path, node in nodes(ast.Call, under=APP / "storage"):
            is_built = bool(node.args) and isinstance(node.args[0], ast.JoinedStr | ast.BinOp)
            if is_built and ast.unparse(node.func).rpartition(".")[2] in running:
                yield path, node.lineno, ast.unparse(node)[:80]

    expect_none(built())


def test_domain_values_are_frozen() -> None:
    def thawed() -> Iterator[Offence]:
        for path, node in nodes(ast.ClassDef, under=APP / "domain"):
            for decorator in map(ast.unparse, node.decorator_list):
                missing = {"frozen=True", "slots=True", "kw_only=True"} - set(
                    re.findall(r"\w+=True", decorator)
                )
                if decorator.startswith("dataclass") and missing:
                    yield path, node.lineno, f"{node.name} lacks {', '.join(sorted(missing))}"

    expect_none(thawed())


def test_the_runtime_needs_the_standard_library_only() -> None:
    """Started without site-packages; Jinja2 is needed by those only who write in it."""
    program = f"""
import sys
sys.path.insert(0, {str(SOURCE)!r})
from prompt_workbench_runtime.render import Language, render
print(render("Hello {{{{name}}}}", {{"name": "you"}}, language=Language.MUSTACHE))
"""
    assert output("-I", "-S", "-c", program) == "Hello you\n"


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b", "write an issue, not a note"),
        (r"(?i)\b(?:seam" r"less|blaz" r"ing|cutting.ed" r"ge)\b", "praise says nothing"),
    ],
)
def test_no_text_holds(pattern: str, why: str) -> None:
    expect_none(matches(pattern, written_by_us()), why)


def test_no_check_is_silenced_in_the_source() -> None:
    expect_none(matches(r"#\s*(?:no" r"qa|pragma|pylint|fmt: off)", iter(TREES)))


def test_every_declaration_tells_a_person_what_it_is() -> None:
    """Menus, dialogs, the palette and the help are made from these titles and descriptions."""
    declared = {"ActionSpec", "Column", "EvaluatorType", "Option", "PageSpec", "Setting"}
    described = {"EvaluatorType", "Option", "Setting"}

    def untold() -> Iterator[Offence]:
        for path, node in nodes(ast.Call, under=APP):
            kind = ast.unparse(node.func)
            if kind in declared:
                told = {argument.arg: argument.value for argument in node.keywords}
                if not _is_text(told.get("title"), end=r"[^.\s]"):
                    yield path, node.lineno, f"{kind} without a title"
                if kind in described and not _is_text(told.get("description"), end=r"\."):
                    yield path, node.lineno, f"{kind} without a sentence as its description"

    expect_none(untold())


def _is_text(value: ast.expr | None, *, end: str) -> bool:
    """Return whether a text is given, and, where it is written out, starts and ends well."""
    if isinstance(value, ast.Constant):
        return bool(re.fullmatch(rf"[^a-z\s]|[^a-z\s].*{end}", str(value.value), re.DOTALL))
    return value is not None


@pytest.mark.parametrize(
    "program",
    ["import prompt_workbench.cli.main", "from prompt_workbench.app import main; main(['--help'])"],
)
def test_the_command_line_needs_no_qt_and_no_database(program: str) -> None:
    """Neither its import nor its help may need Qt's libraries, which a server lacks."""
    seen = output("-c", f"{program}; import sys; print(*sys.modules)").split()
    heavy = {"PySide6", "shiboken6", "qasync", "pyqtgraph", "prompt_workbench.storage"}
    assert not heavy & set(seen)
