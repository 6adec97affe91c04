"""The person's own configuration: keys for commands by their ids, and saved views."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from paylink_tui.tui.paths import config_file


@dataclass(frozen=True)
class Config:
    """What the config file says; empty without one."""

    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys by command id."""
    views: Mapping[str, str] = field(default_factory=dict)
    """Queries by the names of saved views, in the file's order."""
    problem: str = ""
    """Why the file could not be read."""


class Bound(NamedTuple):
    """A command's id and its keys, as the program has them."""

    id: str
    keys: str


def read_config() -> Config:
    """The config file; one that cannot be read counts as empty and says why."""
    path = config_file()
    if not path.exists():
        return Config()
    import tomllib

    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        return Config(problem=f"{path} is left out: {problem}")
    keymap, views = _strings(found.get("keymap")), _strings(found.get("views"))
    if keymap is None or views is None:
        return Config(problem=f"{path} is left out: [keymap] and [views] are tables of text")
    return Config(keymap, views)


def _strings(table: Any) -> dict[str, str] | None:
    if table is None:
        return {}
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        return None
    return dict(table)


def problems(keymap: Mapping[str, str], known: Iterable[Bound]) -> list[str]:
    """What is wrong with a keymap: ids nobody has, with the nearest one, and keys that clash."""
    table = {one.id: one.keys for one in known}
    told = [_unknown(id, list(table)) for id in keymap if id not in table]
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for id, keys in table.items():
        for key in keymap.get(id, keys).split(","):
            places[id.partition(".")[0], key.strip()].append(id)
    for (_, key), ids in places.items():
        if len(ids) > 1 and any(id in keymap for id in ids):
            told.append(f"[keymap] the key {key} is given to {' and '.join(ids)}")
    return told


def _unknown(id: str, ids: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(id, ids, 1, 0.4)
    return f"[keymap] there is no command {id}" + (f"; did you mean {near[0]}?" if near else "")
