"""A link's QR code over the whole screen, black on white whatever the theme."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.money import display
from paylink_tui.domain.views import LinkView
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.paint import badge, dim, plain
from paylink_tui.tui.paths import style

COMMANDS = (Command("qr.leave", "escape,Q,q,enter", "Back", "Leave the code.", "QR code", True),)
ROOM = 2
"""Lines beside the code: what it is for, and how to leave."""


class QrScreen(ModalScreen[None]):
    """Held up to a payer's phone. The quiet zone shrinks before the code is cut."""

    ACTIONS: ClassVar[tuple[Command, ...]] = COMMANDS
    CSS_PATH = [style("sheets")]
    BINDINGS = bindings(COMMANDS)

    def __init__(self, link: LinkView) -> None:
        super().__init__()
        self._link = link

    def compose(self) -> ComposeResult:
        """What it is for, the code, and how to leave."""
        yield Static(self._title(), id="qr-title")
        with Container(id="qr-room"):
            yield Static("", id="qr-code")
        yield Static(dim(f"{key_of(self.app, COMMANDS[0])} back"), id="qr-keys")

    def on_resize(self) -> None:
        """Draw the code as large a quiet zone allows."""
        self.query_one("#qr-code", Static).update(self._code())

    def _title(self) -> Content:
        one = self._link
        amount = "open amount" if one.amount is None else display(one.amount, one.currency)
        words = Content.styled(f"{one.name}  {amount}  ", "bold") + badge(one.account_kind.value)
        return words + Content("  ") + plain(one.reference, 60)

    def _code(self) -> Content:
        from paylink_tui.services.qr import half_blocks

        width, height = self.app.size.width, self.app.size.height - ROOM
        for border in (4, 2, 1):
            try:
                lines = half_blocks(self._link.url, border=border)
            except BadInput as problem:
                return Content(problem.message)
            if len(lines) <= height and len(lines[0]) <= width:
                return Content.styled("\n".join(lines), "#000000 on #ffffff")
        return Content(
            f"The code needs {len(lines[0])} by {len(lines) + ROOM} characters: make the window larger,"
            f" or copy the URL.\n\n{self._link.url}"
        )

    def action_leave(self) -> None:
        """Back to the desk."""
        self.dismiss(None)
