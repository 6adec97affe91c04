"""Where the desk finds its styles, and keeps its own state."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent.parent


def style(name: str) -> Path:
    """A style sheet: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "styles" / f"{name}.tcss"
    return installed if installed.exists() else _PACKAGE.parent / "styles" / f"{name}.tcss"


def state_file() -> Path:
    """What the desk remembers from one day to the next; it can be deleted without harm."""
    from platformdirs import user_state_path

    return user_state_path("paylink") / "desk.json"
