"""Keys in the real keyring of a Linux desktop: gnome-keyring on a session bus of its own.

Skipped where it is not installed: ``apt-get install gnome-keyring dbus``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from prompt_workbench.system.child_process import child_environment

pytestmark = pytest.mark.skipif(
    not (shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    reason="gnome-keyring or dbus-run-session is not installed",
)

SESSION = """
printf 'a password\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
exec "$@"
"""
KEY = "sk-canary-real-keyring"
ROOT = Path(__file__).parents[2]


def on_a_desktop(*arguments: str, unlocked: bool = True) -> dict[str, object]:
    """Return what a program prints that runs in a desktop session with a keyring."""
    inside = ["sh", "-c", SESSION if unlocked else 'exec "$@"', "sh"]
    done = subprocess.run(
        [str(shutil.which("dbus-run-session")), "--", *inside, sys.executable, *arguments],
        env={**child_environment(), "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    # The daemon prints a line of its own when the bus starts it.
    answer: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_a_key_is_kept_found_and_safe_while_the_keyring_is_locked(home: Path) -> None:
    seen = on_a_desktop(str(Path(__file__).with_name("keyring_round_trip.py")), KEY)
    assert seen["kept"] == "available"
    assert seen["found"] == KEY
    assert seen["other"] == []
    assert seen["when_locked"] == seen["set_when_locked"] == "locked"
    assert seen["found_when_locked"] is None
    stored = [path for path in home.rglob("*") if path.is_file()]
    assert any("keyrings" in path.parts for path in stored)
    assert not any(KEY.encode() in path.read_bytes() for path in stored), "it is encrypted"


STATUS = (
    "import json; from prompt_workbench.system.secrets import KeyVault;"
    "print(json.dumps({'state': KeyVault().status().state,"
    "'kept': KeyVault().set('https://api.example.org', 'sk-canary').state}))"
)


def test_a_keyring_that_was_never_unlocked_counts_as_locked() -> None:
    seen = on_a_desktop("-c", STATUS, unlocked=False)
    assert seen["kept"] == "locked"
