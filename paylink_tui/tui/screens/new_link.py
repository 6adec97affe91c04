"""The link generator as a screen of its own, where it does not fit beside the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Container

from paylink_tui.domain.views import LinkView
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.paths import style
from paylink_tui.tui.screens.link_actions import LinkActions
from paylink_tui.tui.widgets.footer_line import FooterLine
from paylink_tui.tui.widgets.link_panel import LinkPanel

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services

COMMANDS = (
    Command("new-link.submit", "ctrl+n", "Create and copy", "Make the link and copy its URL.", "New link"),
    Command("new-link.copy", "y", "Copy URL", "Copy the link's URL again.", "New link", True),
    Command("new-link.share", "Y", "Share", "Copy the link in another form.", "New link", True),
    Command("new-link.qr", "Q", "QR code", "Show the link's QR code.", "New link", True),
    Command("new-link.leave", "escape", "Back", "Go back to the transactions.", "New link", True),
)


class NewLinkScreen(LinkActions):
    """Makes links; tells the home screen of each."""

    ACTIONS: ClassVar[tuple[Command, ...]] = COMMANDS
    CSS_PATH = [style("sheets")]
    BINDINGS = bindings(COMMANDS)

    def __init__(self, services: Services, made: Callable[[LinkView], None]) -> None:
        super().__init__()
        self.services = services
        self._made = made

    def compose(self) -> ComposeResult:
        """The panel alone."""
        with Container(id="maker", classes="panel") as maker:
            maker.border_title = "New link"
            yield LinkPanel(id="panel")
        yield FooterLine(COMMANDS)

    async def on_mount(self) -> None:
        """Fill the panel and let the person type."""
        panel = self.query_one(LinkPanel)
        await self.fill_panel(panel)
        panel.start()

    def action_submit(self) -> None:
        """Make the link."""
        self.query_one(LinkPanel).action_submit()

    def action_leave(self) -> None:
        """Go back, taking the newest link along."""
        if self.newest is not None:
            self._made(self.newest)
        self.dismiss(None)
