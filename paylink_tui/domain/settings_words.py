"""What the first frame needs of the settings file, taken without the checks, which cost time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class DeskWords(NamedTuple):
    """The parts of the file that decide how the first frame looks; what is no text is left out."""

    theme: str = ""
    keymap: Mapping[str, str] = {}
    views: Mapping[str, str] = {}


def desk_words(found: Mapping[str, Any]) -> DeskWords:
    """The words of a file as TOML reads it; what is wrong with it, the check tells."""
    desk = found.get("desk")
    theme = desk.get("theme") if isinstance(desk, dict) else ""
    return DeskWords(
        theme if isinstance(theme, str) else "", _texts(found.get("keymap")), _texts(found.get("views"))
    )


def flat(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table without tables in it: `home.link = "k"`, which TOML nests, is the key `home.link`."""
    told: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            told |= {f"{name}.{rest}": one for rest, one in flat(value).items()}
        else:
            told[name] = value
    return told


def _texts(table: object) -> dict[str, str]:
    found = flat(table) if isinstance(table, dict) else {}
    return {name: value for name, value in found.items() if isinstance(value, str)}
