"""Every setting, declared once: its type, default, bounds, title and description."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from prompt_workbench.domain.errors import InvalidInputError, NotFoundError

SettingValue: TypeAlias = bool | int | float | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that a person can choose for all their projects."""

    key: str
    title: str
    description: str
    default: SettingValue
    choices: tuple[str, ...] = ()
    """The allowed texts; empty allows any."""
    low: float | None = None
    high: float | None = None

    def checked(self, value: object) -> SettingValue:
        """Return the value.

        Raises:
            InvalidInputError: It has the wrong type, or is none of the choices.
        """
        wanted = type(self.default)
        if type(value) is int and wanted is float:
            value = float(value)
        if not isinstance(value, bool | int | float | str) or type(value) is not wanted:
            raise InvalidInputError(f"{self.title} cannot be {value!r}.")
        if self.choices and value not in self.choices:
            raise InvalidInputError(
                f"{self.title} cannot be “{value}”.", hint=f"Choose {_listed(self.choices)}."
            )
        if not isinstance(value, str) and not _is_between(value, self.low, self.high):
            raise InvalidInputError(
                f"{self.title} cannot be {value}.",
                hint=f"It lies between {self.low} and {self.high}.",
            )
        return value


THEME = Setting(
    key="appearance.theme",
    title="Theme",
    description="Light, dark, or whichever the system uses.",
    default="system",
    choices=("system", "light", "dark"),
)
AUTHOR = Setting(
    key="author",
    title="Your name",
    description="Stands beside the prompt versions you save; empty takes the name of your account.",
    default="",
)
LOCAL_THREADS = Setting(
    key="local.threads",
    title="Threads of the local model",
    description="How many processor threads the local model uses; 0 takes half of the cores.",
    default=0,
    low=0,
    high=64,
)
OFFLINE = Setting(
    key="network.offline",
    title="Offline",
    description=(
        "While this is on, only this computer is reached, and nothing is downloaded. It "
        "holds from the next call on, also for runs under way."
    ),
    default=False,
)
RECENT_PROJECTS = Setting(
    key="projects.recent",
    title="Recent projects kept",
    description="How many of the projects you opened last are listed.",
    default=10,
    low=0,
    high=50,
)

SETTINGS: Mapping[str, Setting] = {
    setting.key: setting for setting in (THEME, AUTHOR, OFFLINE, LOCAL_THREADS, RECENT_PROJECTS)
}


def setting(key: str) -> Setting:
    """Return the setting of that key.

    Raises:
        NotFoundError: There is none.
    """
    try:
        return SETTINGS[key]
    except KeyError:
        raise NotFoundError(
            f"There is no setting {key}.", hint=f"Known are: {', '.join(SETTINGS)}."
        ) from None


def _listed(choices: tuple[str, ...]) -> str:
    return ", ".join(choices[:-1]) + f" or {choices[-1]}" if choices[1:] else choices[0]


def _is_between(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)
