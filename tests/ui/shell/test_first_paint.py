"""The window is on the screen before anything heavy is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HEAVY = {
    "aiohttp", "alembic", "asyncio", "httpx", "jsonschema", "keyring", "litellm", "numpy",
    "openai", "pydantic", "pyqtgraph", "rapidfuzz", "regex", "scipy", "sqlalchemy", "sqlite3",
    "pysqlite3", "sqlmodel", "xllamacpp", "httptools", "msgspec", "prompt_workbench.domain.calls",
    "prompt_workbench.domain.prompts", "prompt_workbench.engine.protocol",
    "prompt_workbench.services.workbench", "prompt_workbench.ui.kit.dialogs",
}  # fmt: skip

SCRIPT = """
import json, sys
from prompt_workbench.app import wired_projects
from prompt_workbench.ui import start

def stop(app, desk):
    print(json.dumps({"painted": desk.window.was_painted, "modules": sorted(sys.modules)}))

start._run = stop
start.run_app(wired_projects(), location=sys.argv[1])
"""


def test_nothing_heavy_is_imported_before_the_first_paint(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "acme.pwb")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["painted"]
    assert HEAVY.isdisjoint(found["modules"])
