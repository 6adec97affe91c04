"""Whole documents of the domain, exact to the letter, against the files in `goldens/`.

`PAYLINK_GOLDENS=write` writes them anew, to be read before they are kept.
"""

from __future__ import annotations

import os
from difflib import unified_diff
from pathlib import Path

GOLDENS = Path(__file__).parent / "goldens"
WRITES = os.environ.get("PAYLINK_GOLDENS") == "write"


def same(name: str, text: str) -> None:
    """The document is the one that is kept under its name; a carriage return is kept as `\\r`."""
    file, text = GOLDENS / f"{name}.txt", text.replace("\r", "\\r")
    if WRITES:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    kept = file.read_text(encoding="utf-8")
    differs = "\n".join(unified_diff(kept.splitlines(), text.splitlines(), "kept", "now", n=1, lineterm=""))
    assert kept == text, differs
