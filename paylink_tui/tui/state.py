"""What the desk remembers from one day to the next: the theme, the account of the last link."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress

from paylink_tui.tui.paths import state_file


def load() -> dict[str, str]:
    """What was kept; nothing when there is nothing, or when it cannot be read."""
    path = state_file()
    if not path.exists():
        return {}
    import json

    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def keep(values: Mapping[str, str]) -> None:
    """Remember these beside what is remembered already; a disk that refuses loses only that."""
    import json

    path = state_file()
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    text = json.dumps({**load(), **values}, indent=1, sort_keys=True)
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh.write_text(text + "\n", "utf-8")
        fresh.replace(path)
