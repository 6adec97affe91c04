"""What can be wrong with a person's keymap."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Bound(NamedTuple):
    """A command's id and its keys, as the program has them."""

    id: str
    keys: str


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


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was probably meant; empty when none is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), 1, 0.4)), "")


def _unknown(id: str, ids: list[str]) -> str:
    near = nearest(id, ids)
    return f"[keymap] there is no command {id}" + (f"; did you mean {near}?" if near else "")
