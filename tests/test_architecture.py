"""The import contracts hold, and each of them is shown to catch what it forbids."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {
    contract["id"]: contract["name"] for contract in SETTINGS["tool"]["importlinter"]["contracts"]
}

CANARIES = (
    # contract, a module under src/prompt_workbench, a line for its end
    ("layers", "domain/canary.py", "from prompt_workbench import storage"),
    ("layers", "storage/canary.py", "from prompt_workbench.providers import base"),
    ("layers", "providers/canary.py", "from prompt_workbench import services"),
    ("layers", "cli/canary.py", "from prompt_workbench import ui"),
    ("layers", "helpers.py", "LAYER = None"),
    ("runtime-stands-alone", "../prompt_workbench_runtime/canary.py", "import prompt_workbench"),
    ("engine-stores-nothing", "engine/canary.py", "from prompt_workbench import storage"),
    ("worker-is-headless", "worker.py", "import qasync"),
    ("worker-is-headless", "engine/runner.py", "import prompt_workbench.services"),
    ("qt-only-in-ui", "services/canary.py", "from PySide6.QtCore import QObject"),
    ("qt-only-in-ui", "cli/canary.py", "import pyqtgraph"),
    ("pure-domain", "domain/canary.py", "import asyncio"),
    ("sql-only-in-storage", "services/canary.py", "import sqlmodel"),
    ("sql-only-in-storage", "ui/kit/canary.py", "import sqlite3"),
    ("sql-only-in-storage", "worker.py", "import sqlalchemy"),
    ("tables-are-private", "services/canary.py", "from prompt_workbench.storage import tables"),
    ("litellm-is-apart", "providers/canary.py", "import litellm"),
    ("litellm-has-a-process", "worker.py", "from prompt_workbench.providers import litellm_child"),
    ("ui-layers", "ui/prompts/canary.py", "from prompt_workbench.ui import compare"),
    ("ui-layers", "ui/kit/canary.py", "from prompt_workbench.ui import prompts"),
    ("ui-layers", "ui/widgets.py", "LAYER = None"),
    ("ui-uses-services", "ui/prompts/canary.py", "from prompt_workbench import storage"),
    ("ui-uses-services", "cli/canary.py", "from prompt_workbench.engine import ports"),
    ("no-cycles", "domain/canary.py", "import prompt_workbench.services"),
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the source that a test may spoil."""
    copy = tmp_path_factory.mktemp("source") / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def broken_contracts(source: Path, *only: str) -> tuple[list[str], str]:
    """Return the names of the contracts that the source breaks, and the whole report."""
    arguments = [argument for contract in only for argument in ("--contract", contract)]
    report = subprocess.run(
        [
            Path(sys.executable).with_name("lint-imports"),
            *("--config", ROOT / "pyproject.toml", "--no-cache", "--no-logo", *arguments),
        ],
        env={**os.environ, "PYTHONPATH": str(source), "COLUMNS": "500"},
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in report.stdout, report.stdout + report.stderr
    broken = re.findall(r"^(.*) BROKEN(?: \(.*\))?$", report.stdout, flags=re.MULTILINE)
    return broken, report.stdout


def test_the_contracts_hold(source: Path) -> None:
    broken, report = broken_contracts(source)
    assert broken == [], report


@pytest.mark.parametrize(("contract", "module", "line"), CANARIES)
def test_what_a_contract_forbids_is_caught(
    source: Path, contract: str, module: str, line: str
) -> None:
    canary = source / "prompt_workbench" / module
    before = canary.read_text(encoding="utf-8") if canary.exists() else None
    canary.write_text(f"{before or ''}{line}\n", encoding="utf-8")
    try:
        broken, report = broken_contracts(source, contract)
    finally:
        if before is None:
            canary.unlink()
        else:
            canary.write_text(before, encoding="utf-8")
    assert broken == [CONTRACTS[contract]], report


def test_every_contract_has_a_canary() -> None:
    assert {contract for contract, _, _ in CANARIES} == CONTRACTS.keys()
