"""Where the desk finds its styles, and keeps a person's configuration and its own state."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

CONFIG_VARIABLE: Final = "PAYLINK_CONFIG"
"""Environment variable that names another configuration file."""

_PACKAGE: Final = Path(__file__).resolve().parent.parent


def style(name: str) -> Path:
    """A style sheet: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "styles" / f"{name}.tcss"
    return installed if installed.exists() else _PACKAGE.parent / "styles" / f"{name}.tcss"


def config_file() -> Path:
    """The person's own file: keys and saved views. It need not exist."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("paylink") / "config.toml"


def state_file() -> Path:
    """What the desk remembers from one day to the next; it can be deleted without harm."""
    from platformdirs import user_state_path

    return user_state_path("paylink") / "desk.json"
