"""The Create New menu."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog
from paylink_tui.tui.paint import dim

Made = Literal["link", "record"]

_CHOICES: dict[Made, tuple[str, str]] = {
    "link": ("Payment link", "a secure URL for a trust or an operating account"),
    "record": ("Record payment", "from credit, from trust, or money received outside"),
}


class CreateNewMenu(Dialog[Made | None]):
    """Chooses what to make; `l` and `r` choose at once."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("create.link", "l", "Payment link", "Make a payment link.", "Dialog", True),
        Command("create.record", "r", "Record payment", "Record a payment by hand.", "Dialog", True),
        LEAVE,
    )
    BINDINGS = bindings(ACTIONS)

    def __init__(self) -> None:
        super().__init__("Create new")

    def body(self) -> ComposeResult:
        """The two choices."""
        yield OptionList(
            *(
                Option(Content.assemble((f"{name:16}", "bold"), dim(about)), id=made)
                for made, (name, about) in _CHOICES.items()
            ),
            id="choices",
            compact=True,
        )

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss("record" if event.option_id == "record" else "link")

    def action_link(self) -> None:
        """Choose a payment link."""
        self.dismiss("link")

    def action_record(self) -> None:
        """Choose Record Payment."""
        self.dismiss("record")
