"""What holds for every test: a home of its own, loopback only, and nothing left behind."""

from __future__ import annotations

import asyncio
import gc
import inspect
import logging
import os
import re
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
import qasync
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from tests.support.loopback_only import sitecustomize as loopback_only

from prompt_workbench.system import egress

_GUARD = str(Path(loopback_only.__file__).parent)
_REMOVED = re.compile(r"_API_KEY$|_PROXY$|^PWB_|^PYTEST_ADDOPTS$", re.IGNORECASE)
_GRACE_S = 2.0
"""How long something that is ending may take to end."""

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_GUARD, os.environ.get("PYTHONPATH"))))
for _name in [name for name in os.environ if _REMOVED.search(name)]:
    del os.environ[_name]

hypothesis.settings.register_profile("suite", deadline=None, database=None, derandomize=True)
hypothesis.settings.load_profile("suite")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let no two tests run the real local model at once: each takes a whole processor core."""
    for item in items:
        if "model_weights" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("local-model"))


@pytest.fixture(scope="session")
def model_weights() -> Path:
    """Return the real local model's weights, which the set-up put into the user's cache.

    A session fixture, because a test itself sees a home of its own.
    """
    from tests.support import local_model

    return local_model.weights()


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give the test an empty home, with the folders that desktop programs use under it."""
    home = tmp_path_factory.mktemp("home")
    runtime = home / "run"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "USERPROFILE"):
            patch.setenv(name, str(home))
        for name in ("CONFIG", "DATA", "CACHE", "STATE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        for name in ("APPDATA", "LOCALAPPDATA"):
            patch.setenv(name, str(home / name.lower()))
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        yield home


@pytest.fixture(autouse=True)
def _no_egress_kept(home: Path) -> Iterator[None]:
    """Forget whom a test reached, which the process would write down when it ends."""
    yield
    egress.BOOK._all.clear()


@pytest.fixture(autouse=True)
def _loopback_only() -> Iterator[None]:
    """Fail a test that tried to reach another machine, even where the error was handled."""
    loopback_only.attempts.clear()
    yield
    assert not loopback_only.attempts


@pytest.fixture(autouse=True)
def _no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which anything logs a warning or an error.

    What a test provokes it names: ``@pytest.mark.expects_log("^logger: the message")``.
    """
    expected = [re.compile(mark.args[0]) for mark in request.node.iter_markers("expects_log")]
    records: list[logging.LogRecord] = []
    make_record = logging.getLogRecordFactory()

    def watch(*args: object, **kwargs: object) -> logging.LogRecord:
        record = make_record(*args, **kwargs)
        if record.levelno >= logging.WARNING:
            records.append(record)
        return record

    # A handler would miss loggers that do not propagate.
    logging.setLogRecordFactory(watch)
    yield
    logging.setLogRecordFactory(make_record)
    seen = [f"{record.name}: {record.getMessage()}" for record in records]
    unexpected = [line for line in seen if not any(pattern.search(line) for pattern in expected)]
    assert not unexpected
    missing = [p.pattern for p in expected if not any(p.search(line) for line in seen)]
    assert not missing, f"expected in the log, but not there: {missing}"


@pytest.fixture(autouse=True)
def _no_thread_left(home: Path) -> Iterator[None]:
    """Fail a test after which a thread still runs."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _GRACE_S
    left = []
    for thread in set(threading.enumerate()) - before:
        # A dummy stands for a thread that Python did not start, and never goes away.
        if not isinstance(thread, threading._DummyThread):
            thread.join(max(0.0, deadline - time.monotonic()))
            left += [thread.name] if thread.is_alive() else []
    assert not left, f"threads left running: {left}"


@pytest.fixture(autouse=True)
def _no_task_left(request: pytest.FixtureRequest, _no_thread_left: None) -> None:
    """Fail a coroutine test after whose fixtures are gone a task still runs."""
    if inspect.iscoroutinefunction(request.function):
        # Asked for first, it is torn down last, when all fixtures have cleaned up.
        request.getfixturevalue("_tasks_have_ended")


@pytest.fixture
async def _tasks_have_ended() -> AsyncIterator[None]:
    yield
    left = asyncio.all_tasks() - {asyncio.current_task()}
    if left:
        _, left = await asyncio.wait(left, timeout=_GRACE_S)
    assert not left, f"tasks left running: {left}"


@pytest.fixture(autouse=True)
def _no_window_left() -> Iterator[None]:
    """Fail a test that leaves a window or a running timer of the application behind."""
    windows, timers = _windows(), _timers()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if len(_windows()) > len(windows):
        gc.collect()
    new_windows = [window for window in _windows() if window not in windows]
    new_timers = [timer for timer in _timers() if timer not in timers]
    for window in new_windows:
        window.deleteLater()
    for timer in new_timers:
        timer.stop()
    assert not new_windows, "give it to qtbot.addWidget, or close it"
    assert not new_timers


def _windows() -> list[QWidget]:
    # Qt keeps one tool tip of its own and hides it after a while.
    return [w for w in QApplication.topLevelWidgets() if w.metaObject().className() != "QTipLabel"]


def _timers() -> list[QTimer]:
    app = QCoreApplication.instance()
    return [timer for timer in app.findChildren(QTimer) if timer.isActive()] if app else []


class _Loop(qasync.QEventLoop):
    """Counts as running between its runs too: there, Qt's events step tasks as well."""

    def _after_run_forever(self) -> None:
        super()._after_run_forever()
        asyncio._set_running_loop(self)


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    """Return Qt's event loop as asyncio's; a test that leaves a task behind fails."""
    loop = _Loop(qapp, already_running=False)
    asyncio.set_event_loop(loop)
    # As in the app: widgets that are garbage must not be collected in one of its threads.
    gc.disable()
    gc.collect()
    gc.freeze()  # so that collecting at the end looks at what the test made only
    yield loop
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.wait(left, timeout=_GRACE_S))
    loop.close()
    asyncio._set_running_loop(None)
    asyncio.set_event_loop(None)
    gc.collect()
    gc.enable()
    assert not left, f"tasks left running: {[task.get_name() for task in left]}"


@pytest.fixture
def memory_keyring() -> Iterator[dict[tuple[str, str], str]]:
    """Give the test a keyring in memory, and return what is in it by service and name."""
    import keyring
    from keyring.backend import KeyringBackend
    from keyring.errors import PasswordDeleteError

    secrets: dict[tuple[str, str], str] = {}

    class MemoryKeyring(KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return secrets.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            secrets[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            if secrets.pop((service, username), None) is None:
                raise PasswordDeleteError(username)

    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring())
    yield secrets
    keyring.set_keyring(before)
