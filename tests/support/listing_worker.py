"""The product's call worker, which leaves behind the names of the modules that it imported.

``python -m tests.support.listing_worker FILE`` takes the place of
``python -m prompt_workbench _worker``; nothing else about it differs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from prompt_workbench.__main__ import main

if __name__ == "__main__":
    code = main(["_worker"])
    Path(sys.argv[1]).write_text(json.dumps(sorted(sys.modules)))
    sys.exit(code)
