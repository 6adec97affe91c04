"""One record per thing a person can do; bindings, footer, help and palette are all made from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Command:
    """A user action of one screen, dialog or of the whole desk."""

    id: str
    """Stable and unique, like `home.link`; `[keymap]` in the config file names it. The node that declares
    the command has the method `action_` plus the part after the last dot (`action_link`)."""
    key: str
    """Textual key names, the first of them shown; several are separated by commas."""
    label: str
    """One or two words for the footer."""
    help: str
    """A sentence for `?` and the palette: what it does, starting with a verb."""
    group: str = "Desk"
    """The heading it stands under in the help."""
    footer: bool = False
    """Whether the footer shows it."""
    priority: bool = False
    """Whether it wins over the widget that has the focus."""
    listed: bool = True
    """Whether the help has a line for it; the saved views share one."""
    run: str = ""
    """The Textual action with its parameters, where it is not named after the id."""

    @property
    def action(self) -> str:
        """The Textual action it runs on the node that declares it."""
        return self.run or self.id.rpartition(".")[2].replace("-", "_")


@runtime_checkable
class Commanded(Protocol):
    """A screen or dialog that declares what can be done on it."""

    ACTIONS: ClassVar[tuple[Command, ...]]


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """The `BINDINGS` of a class whose `ACTIONS` are `commands`."""
    return [
        Binding(
            one.key,
            one.action,
            one.label,
            show=one.footer,
            tooltip=one.help,
            id=one.id,
            priority=one.priority,
        )
        for one in commands
    ]
