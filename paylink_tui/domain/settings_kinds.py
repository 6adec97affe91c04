"""A value as TOML gives it, taken as the kind its setting has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin

from paylink_tui.domain.settings_rules import Rule
from paylink_tui.domain.settings_words import flat
from paylink_tui.domain.text import visible

LONGEST: Final = 500
"""Characters of one text."""

Item = Callable[[object], Any]
Say = Callable[[str, str], None]
"""Told where in a value something is wrong, and what."""


class Wrong(Exception):
    """A value that cannot be taken, with what it must be."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def take(kind: Any, value: object, rule: Rule | None, folder: Path, say: Say) -> Any:
    """`value` as a `kind` that keeps the rule; a relative path starts at `folder`.

    Of a list or a table the good items are taken, and the others told to `say`.

    Raises:
        Wrong: nothing of it can be taken.
    """
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return take(next(one for one in inner if one is not NoneType), value, rule, folder, say)
    if origin is tuple:
        return _list(value, lambda item: take(inner[0], item, rule, folder, say), say)
    if origin is Mapping:
        return _table(value, inner, rule, folder, say)
    if kind is Path:
        return folder / _path(value)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _choice(kind, value)
    taken = _text(value) if kind is str else _plain(kind, value, rule)
    if rule is not None and not rule.passes(taken):
        raise Wrong(f"must be {rule.must_be}, not {shown(value)}")
    return taken


def shown(value: object) -> str:
    """A value as the file has it, short enough for a sentence."""
    words = {True: "true", False: "false"}.get(value) if isinstance(value, bool) else None
    if words is None:
        words = f'"{value}"' if isinstance(value, str) else str(value)
    return "a table" if isinstance(value, dict) else visible(words, 60)


def _plain(kind: type, value: object, rule: Rule | None) -> object:
    """A number or a yes-or-no; TOML's `true` is not the number one."""
    if type(value) is kind:
        return value
    wanted = "true or false" if kind is bool else rule.must_be if rule else "a whole number"
    raise Wrong(f"must be {wanted}, not {shown(value)}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(f"must be text in quotes, not {shown(value)}")
    if len(value) > LONGEST or not value.isprintable():
        raise Wrong(f"must be one line of at most {LONGEST} printable characters")
    return value.strip()


def _path(value: object) -> Path:
    try:
        return Path(_text(value)).expanduser()
    except RuntimeError:
        raise Wrong(f"must not start at the home folder of a user nobody knows: {shown(value)}") from None


def _choice(kind: type[StrEnum], value: object) -> StrEnum:
    for one in kind:
        if one.value == value:
            return one
    raise Wrong(f"must be one of {', '.join(kind)}, not {shown(value)}")


def _list(value: object, item: Item, say: Say) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise Wrong(f'must be a list like ["..."], not {shown(value)}')
    taken = []
    for one in value:
        try:
            taken.append(item(one))
        except Wrong as wrong:
            say("", wrong.reason)
    return tuple(taken)


def _table(value: object, kinds: tuple[Any, ...], rule: Rule | None, folder: Path, say: Say) -> Any:
    """A table; its keys may be written with dots and without quotes."""
    if not isinstance(value, dict):
        raise Wrong(f"must be a table, not {shown(value)}")
    key, kind = kinds
    taken: dict[Any, Any] = {}
    for name, one in flat(value).items():

        def told(where: str, reason: str, name: str = name) -> None:
            say(name, reason)

        try:
            known = _choice(key, name) if issubclass(key, StrEnum) else name
            taken[known] = take(kind, one, rule, folder, told)
        except Wrong as wrong:
            say(name, wrong.reason)
    return taken
