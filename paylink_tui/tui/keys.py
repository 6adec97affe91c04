"""The keys of commands as they are now, for every word on the screen that names one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.keys import format_key

from paylink_tui.tui.commands import Command

if TYPE_CHECKING:
    from textual.app import App


def key_of(app: App[object], command: Command | str) -> str:
    """The key that runs a command, or the command of that id, now that a person may have changed it.

    Raises:
        KeyError: no command has that id.
    """
    id, default = (command.id, command.key) if isinstance(command, Command) else (command, "")
    remapped: Mapping[str, str] = getattr(app, "remapped", {})
    return key_name(remapped.get(id) or default or _default(id))


def _default(id: str) -> str:
    """The keys of a command as the program has them; for those of home no other screen is imported."""
    from paylink_tui.tui.screens.home_commands import DESK_COMMANDS, HOME

    for one in (*HOME, *DESK_COMMANDS):
        if one.id == id:
            return one.key
    from paylink_tui.tui.registry import known

    return {bound.id: bound.keys for bound in known()}[id]


def key_name(key: str) -> str:
    """The first of a command's keys, as people write it."""
    first = key.split(",")[0]
    modifier, _, last = first.rpartition("+")
    name = {"escape": "esc", "enter": "enter"}.get(last) or format_key(last)
    return f"^{name}" if modifier == "ctrl" else f"{modifier}+{name}" if modifier else name
