"""Where keys of servers are kept, and who gets them."""

from __future__ import annotations

import pytest
from keyring.errors import KeyringLocked

from prompt_workbench.app import wired_projects
from prompt_workbench.domain.errors import HostError, InvalidInputError, NotFoundError
from prompt_workbench.services.keys import KeyPlace, KeyState, VaultState
from prompt_workbench.services.models import Endpoint
from prompt_workbench.services.person import Person
from prompt_workbench.settings.store import SettingsStore, memory
from prompt_workbench.system.paths import config_dir
from prompt_workbench.system.secrets import KeyVault

REMOTE = Endpoint(name="remote", base_url="https://api.example.org/v1")


@pytest.fixture
def person() -> Person:
    return wired_projects().person


async def state(person: Person, name: str) -> KeyState:
    return (await person.keys.states())[0][name]


async def test_a_key_is_kept_for_one_server_only(
    person: Person, memory_keyring: dict[tuple[str, str], str]
) -> None:
    await person.models.add_endpoint(REMOTE)
    status = await person.keys.set("remote", " sk-canary ")
    assert status.state is VaultState.AVAILABLE
    assert await person.keys.all() == {"https://api.example.org": "sk-canary"}

    moved = Endpoint(name="remote", base_url="https://evil.example.org/v1")
    await person.models.add_endpoint(moved)
    assert await person.keys.all() == {}
    await person.models.add_endpoint(REMOTE)
    await person.keys.forget("remote")
    assert memory_keyring == {}


async def test_a_server_that_is_removed_takes_its_key_with_it(
    person: Person, memory_keyring: dict[tuple[str, str], str]
) -> None:
    twin = Endpoint(name="twin", base_url="https://api.example.org/v2")
    for endpoint in (REMOTE, twin):
        await person.models.add_endpoint(endpoint)
    await person.keys.set("remote", "sk-canary")
    await person.models.remove("remote")
    assert await person.keys.all() == {"https://api.example.org": "sk-canary"}
    await person.models.remove("twin")
    assert memory_keyring == {}


async def test_a_key_never_travels_in_clear(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person.models.add_endpoint(Endpoint(name="lan", base_url="http://10.0.0.5/v1"))
    with pytest.raises(InvalidInputError, match="without encryption"):
        await person.keys.set("lan", "sk-canary")
    monkeypatch.setenv("PWB_KEY_LAN", "sk-canary")
    assert await person.keys.all() == {}


async def test_a_key_can_come_from_the_environment(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person.models.add_endpoint(Endpoint(name="my-ai", base_url="https://a.example.org/v1"))
    monkeypatch.setenv("PWB_KEY_MY_AI", "sk-canary")
    assert await person.keys.all() == {"https://a.example.org": "sk-canary"}
    assert await state(person, "my-ai") == KeyState(
        place=KeyPlace.ENVIRONMENT, variable="PWB_KEY_MY_AI"
    )


OPENAI = "https://api.openai.com"


async def test_a_known_provider_is_called_with_the_key_of_its_own_variable_only(
    person: Person, monkeypatch: pytest.MonkeyPatch, memory_keyring: dict[tuple[str, str], str]
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    assert await person.keys.all() == {OPENAI: "sk-canary"}, "without being added, too"
    await person.models.add_endpoint(Endpoint(name="openai", base_url="https://evil.example.org"))
    assert await person.keys.all() == {OPENAI: "sk-canary"}, "whatever calls itself openai"
    assert (await state(person, "openai")).place is KeyPlace.NONE
    assert memory_keyring == {}, "what is read from the environment is never written"


async def test_of_several_keys_the_one_that_was_meant_most_is_taken(
    person: Person, monkeypatch: pytest.MonkeyPatch, memory_keyring: dict[tuple[str, str], str]
) -> None:
    await person.models.add_endpoint(Endpoint(name="work", base_url=f"{OPENAI}/v1"))

    async def now() -> tuple[KeyPlace, str]:
        return (await state(person, "work")).place, (await person.keys.all())[OPENAI]

    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-openai-variable")
    assert await now() == (KeyPlace.ENVIRONMENT, "sk-from-openai-variable")
    await person.keys.set("work", "sk-from-keyring-canary")
    assert await now() == (KeyPlace.KEYRING, "sk-from-keyring-canary")
    monkeypatch.setenv("PWB_KEY_WORK", "sk-from-own-variable")
    assert await now() == (KeyPlace.ENVIRONMENT, "sk-from-own-variable")
    await person.keys.set("work", "sk-from-session-canary", only_now=True)
    assert await now() == (KeyPlace.SESSION, "sk-from-session-canary")


async def test_of_a_key_only_its_end_is_told_and_of_a_short_one_nothing(
    person: Person, memory_keyring: dict[tuple[str, str], str]
) -> None:
    await person.models.add_endpoint(REMOTE)
    await person.keys.set("remote", "sk-canary-0123456789")
    assert await state(person, "remote") == KeyState(place=KeyPlace.KEYRING, ending="6789")
    await person.keys.set("remote", "sk-canary")
    assert await state(person, "remote") == KeyState(place=KeyPlace.KEYRING)


async def test_without_a_keyring_a_key_is_kept_for_now_and_that_is_said(person: Person) -> None:
    await person.models.add_endpoint(REMOTE)
    status = await person.keys.set("remote", "sk-canary")
    assert not status.persistent
    assert "until this program ends" in status.sentence
    assert await person.keys.all() == {"https://api.example.org": "sk-canary"}
    assert await wired_projects().person.keys.all() == {}
    for wrong in ("", "  ", "two\nlines", "two words", "schlüssel", "k" * 1_001):
        with pytest.raises(InvalidInputError):
            await person.keys.set("remote", wrong)
    with pytest.raises(NotFoundError):
        await person.keys.set("none", "sk-canary")


class LockedKeyring:
    """A keyring that waits for its password."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked


async def test_while_the_keyring_is_locked_it_is_not_known_whether_there_is_a_key() -> None:
    person = Person(store=SettingsStore(), memory=memory(), vault=KeyVault(LockedKeyring))
    await person.models.add_endpoint(REMOTE)
    assert (await state(person, "remote")).place is KeyPlace.UNKNOWN
    assert (await person.keys.states())[1].state is VaultState.LOCKED
    await person.keys.set("remote", "sk-canary")
    assert (await state(person, "remote")).place is KeyPlace.SESSION
    with pytest.raises(HostError, match="may still be in it"):
        await person.keys.forget("remote")
    assert (await state(person, "remote")).place is KeyPlace.UNKNOWN
    with pytest.raises(HostError, match="remote is removed"):
        await person.models.remove("remote")
    assert await person.models.endpoints() == ()


async def test_the_password_of_a_proxy_is_kept_for_its_user_there_and_in_no_file(
    person: Person, memory_keyring: dict[tuple[str, str], str]
) -> None:
    await person.models.add_endpoint(REMOTE)
    with pytest.raises(InvalidInputError, match="told no name"):
        await person.keys.set_proxy_password("remote", "pass canary")
    await person.providers.connect("remote", {"proxy": "http://ada@proxy.example:3128"})
    await person.keys.set_proxy_password("remote", "pass canary")
    assert await person.keys.all() == {"proxy ada@proxy.example:3128": "pass canary"}
    files = [path for path in config_dir().rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"canary" in path.read_bytes()]

    await person.providers.connect("remote", {"proxy": "http://ada@evil.example:3128"})
    assert await person.keys.all() == {}
    await person.providers.connect("remote", {"proxy": "http://ada@proxy.example:3128"})
    await person.models.remove("remote")
    assert memory_keyring == {}


async def test_the_password_of_a_proxy_can_come_from_the_environment(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await person.models.add_endpoint(REMOTE)
    await person.providers.connect("remote", {"proxy": "http://ada@proxy.example"})
    monkeypatch.setenv("PWB_PROXY_PASSWORD_REMOTE", "from there")
    assert await person.keys.all() == {"proxy ada@proxy.example:80": "from there"}


async def test_an_empty_password_forgets_the_one_before(
    person: Person, memory_keyring: dict[tuple[str, str], str]
) -> None:
    await person.models.add_endpoint(REMOTE)
    await person.providers.connect("remote", {"proxy": "http://ada@proxy.example"})
    await person.keys.set_proxy_password("remote", "once")
    await person.keys.set_proxy_password("remote", "")
    assert memory_keyring == {}
