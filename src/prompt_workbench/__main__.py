"""The only entry: the app, the command line, and the child processes of both.

Child processes start through hidden subcommands of the same entry, so that a frozen
build, which has no Python interpreter to call, can start them too.
"""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

_CHILDREN = {
    "_worker": "prompt_workbench.worker",
    "_litellm": "prompt_workbench.providers.litellm_child",
    "_local-model": "prompt_workbench.providers.local.server",
    "_render": "prompt_workbench.system.render_child",
    "_tokens": "prompt_workbench.providers.token_child",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments ask for and return the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    child = _CHILDREN.get(arguments[0]) if arguments else None
    module = imported(child or "prompt_workbench.app")
    code: int = module.main(arguments[1:] if child else arguments)
    return code


def imported(name: str) -> ModuleType:
    """Import a module without looking for garbage meanwhile, which takes an eighth longer."""
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.enable()


if __name__ == "__main__":
    sys.exit(main())
