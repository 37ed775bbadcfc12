"""The audit hook, in processes of their own, since it cannot be taken out again.

Behind it stands another one that lets nothing out: if the guard misses something, the test says
what that was, and still nothing leaves this computer.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.watched import watched

from prompt_workbench.system.egress_log import contacts

GUARDED = """
import asyncio, socket
from prompt_workbench.system.egress_guard import OfflineError, guard
switch = [True]
guard(lambda: switch[0])
watch()

def outcome(work):
    try:
        work()
    except OfflineError:
        return "refused"
    except LeftError:
        return "let out"
    except Exception as error:
        inner = error
        while inner is not None:
            if "Offline is switched on" in str(inner):
                return "refused"
            if isinstance(inner, LeftError):
                return "let out"
            inner = inner.__cause__ or inner.__context__
        return repr(error)
    return "done"
"""

WAYS = {
    "a look-up": "socket.getaddrinfo('far.example', 443)",
    "an old look-up": "socket.gethostbyname('far.example')",
    "a look-up of an address": "socket.gethostbyaddr('192.0.2.1')",
    "the name of an address": "socket.getnameinfo(('192.0.2.1', 80), 0)",
    "a connection by name": "socket.create_connection(('far.example', 443), timeout=1)",
    "a connection by address": "socket.create_connection(('192.0.2.1', 443), timeout=1)",
    "one that tells its errors": "socket.socket().connect_ex(('192.0.2.1', 443))",
    "one of IPv6": "socket.socket(socket.AF_INET6).connect(('2001:db8::1', 443))",
    "a datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    "a message": "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('192.0.2.1', 53))",
    "asyncio by name": "asyncio.run(asyncio.open_connection('far.example', 443))",
    "asyncio by address": "asyncio.run(asyncio.open_connection('192.0.2.1', 443))",
    "urllib": "__import__('urllib.request').request.urlopen('http://far.example/', timeout=1)",
    "httpx": "__import__('httpx').get('http://far.example/', trust_env=False)",
    "smtplib": "__import__('smtplib').SMTP('far.example', timeout=1)",
}


def outcomes(*, offline: bool) -> dict[str, str]:
    tries = ", ".join(f"{name!r}: outcome(lambda: {code})" for name, code in WAYS.items())
    program = f"{GUARDED}switch[0] = {offline}\nresult = {{{tries}}}\n"
    found: dict[str, str] = watched(program, hook_first=False)["result"]
    return found


def test_whatever_a_library_connects_with_is_refused_while_offline() -> None:
    assert outcomes(offline=True) == dict.fromkeys(WAYS, "refused")
    assert {contact.refused for contact in contacts()} == {True}


def test_online_nothing_is_refused_and_every_host_is_noted() -> None:
    assert outcomes(offline=False) == dict.fromkeys(WAYS, "let out")
    found = {(contact.host.partition(":")[0], contact.refused) for contact in contacts()}
    assert found == {("far.example", False), ("192.0.2.1", False), ("[2001", False)}
    assert {contact.sent for contact in contacts()} == {None}


LOCAL: dict[str, str] = {
    "a server of this computer": "socket.create_connection(server.getsockname()).close()",
    "by its name": "socket.create_connection(('localhost', server.getsockname()[1])).close()",
    "its look-up": "socket.getaddrinfo('localhost', 80)",
}


@pytest.mark.parametrize("code", LOCAL.values(), ids=LOCAL)
def test_this_computer_is_reached_while_offline(code: str) -> None:
    program = f"{GUARDED}server = socket.create_server(('127.0.0.1', 0))\n"
    found = watched(f"{program}result = outcome(lambda: {code})\nserver.close()", hook_first=False)
    assert found["result"] == "done"
    assert contacts() == ()


@pytest.mark.skipif("not hasattr(__import__('socket'), 'AF_UNIX')")
def test_sockets_that_are_files_are_no_network() -> None:
    """The keyring is reached through one."""
    program = f"""{GUARDED}
import tempfile
with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
    server.bind(f"{{folder}}/it")
    server.listen()
    with socket.socket(socket.AF_UNIX) as line:
        result = outcome(lambda: line.connect(f"{{folder}}/it"))
"""
    assert watched(program, hook_first=False)["result"] == "done"


def test_the_switch_counts_as_it_is_at_each_attempt() -> None:
    program = f"""{GUARDED}
result = []
for on in (True, False, True):
    switch[0] = on
    result.append(outcome(lambda: socket.getaddrinfo("far.example", 443)))
"""
    found = watched(program, hook_first=False)["result"]
    assert found == ["refused", "let out", "refused"]


def test_of_two_switches_the_last_one_is_asked() -> None:
    program = f"{GUARDED}guard(lambda: False)\nresult = outcome({LOOK_UP})"
    assert watched(program, hook_first=False)["result"] == "let out"


LOOK_UP = 'lambda: socket.getaddrinfo("far.example", 443)'


@pytest.mark.parametrize(
    ("purpose", "offline", "expected"),
    [
        ("MODELS", False, ("let out", {("far.example", "models", False)})),
        (
            "MODELS",
            True,
            ("refused", {("far.example", "models", False), ("far.example", "models", True)}),
        ),
        # What was answered has to be stored where the project is, also when it is on a server.
        ("PROJECT", True, ("let out", {("far.example", "project", False)})),
    ],
)
def test_what_was_announced_is_no_other_contact(
    purpose: str, offline: bool, expected: tuple[str, Any]
) -> None:
    program = f"""{GUARDED}
from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.system.egress import announced
switch[0] = {offline}
with announced("far.example", Purpose.{purpose}):
    result = outcome({LOOK_UP})
"""
    outcome = watched(program, hook_first=False)["result"]
    found = {(each.host, each.purpose.value, each.refused) for each in contacts()}
    assert (outcome, found) == expected


def test_a_look_up_in_a_thread_belongs_to_what_was_announced() -> None:
    program = f"""{GUARDED}
import threading
from prompt_workbench.domain.contacts import Purpose
from prompt_workbench.system.egress import announced
switch[0], result = False, []
with announced("far.example", Purpose.MODELS):
    for host in ("far.example", "elsewhere.example"):
        work = lambda: result.append(outcome(lambda: socket.getaddrinfo(host, 443)))
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
"""
    assert watched(program, hook_first=False)["result"] == ["let out", "let out"]
    assert {(each.host, each.purpose.value) for each in contacts()} == {
        ("far.example", "models"),
        ("elsewhere.example", "other"),
    }
