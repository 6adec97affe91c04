"""Everything that can be done on the home screen, and its saved views."""

from __future__ import annotations

from typing import Final, NamedTuple

from paylink_tui.tui.commands import Command


class View(NamedTuple):
    """A filter that is worth a digit."""

    name: str
    query: str


VIEWS: Final = (
    View("All", ""),
    View("To link", "status:to-link"),
    View("Authorized", "status:authorized"),
    View("Trust", "account:trust"),
    View("This month", "paid:month"),
    View("Failed", "status:failed,returned"),
)
"""The views everybody has; the config file adds more, up to nine."""
TO_LINK: Final = 2
"""The digit of the view of what waits to be linked."""

MONEY, LINKS, TABLE, PLACES, DESK = "Transactions", "Payment links", "Table", "Screens", "Desk"

HOME: Final = (
    Command("home.filter", "slash", "Filter", "Filter the table by words or terms.", TABLE, True),
    Command("home.link", "l", "Link", "Say whose the transaction or the marked ones are.", MONEY, True),
    Command("home.new-link", "n", "New link", "Make a payment link; Enter copies it.", LINKS, True),
    Command("home.copy", "y", "Copy URL", "Copy the URL of the transaction's link.", LINKS, True),
    Command("home.record", "r", "Record", "Record a payment from credit, trust or outside.", MONEY, True),
    Command("home.undo", "u", "Undo", "Undo by reversal what can be undone.", MONEY, True),
    Command("home.why", "w", "Why", "Tell what is allowed, and which rule forbids the rest.", MONEY, True),
    Command("home.detail", "d", "Detail", "Show or hide the detail of the transaction.", TABLE),
    Command("home.void", "x", "Void", "Void the authorized transaction, or the marked ones.", MONEY),
    Command("home.refund", "R", "Refund", "Refund the completed transaction, or the marked ones.", MONEY),
    Command("home.export", "e", "Export", "Write the marked rows, or all that is shown, as CSV.", TABLE),
    Command("home.create", "c", "Create New", "Open the Create New menu.", MONEY),
    Command("home.share", "Y", "Share", "Copy the link as Markdown, button, e-mail or text message.", LINKS),
    Command("home.qr", "Q", "QR code", "Show the link's QR code over the whole screen.", LINKS),
    Command("home.sort", "s", "Sort", "Sort by the next column.", TABLE),
    Command("home.turn", "S", "Reverse", "Reverse the order.", TABLE),
    Command("home.links", "L", "Links", "Open the payment links.", PLACES),
    Command("home.invoices", "I", "Invoices", "Open the invoices.", PLACES),
    Command("home.clients", "C", "Clients", "Open clients and matters with their ledger cards.", PLACES),
    Command("home.activity", "A", "Activity", "Open the log of who did what.", PLACES),
    Command("home.refunds", "F", "Refunds", "Open the refunds, those to approve first.", PLACES),
    Command("home.trust", "T", "Trust", "Open Trust: bank, book and clients.", PLACES),
    Command("home.panel-1", "f1", "Transactions", "Go to the table.", PLACES, run="panel(1)"),
    Command("home.panel-2", "f2", "New link", "Go to the link generator.", PLACES, run="panel(2)"),
    Command("home.panel-3", "f3", "Detail", "Go to the detail pane, to scroll it.", PLACES, run="panel(3)"),
    Command("home.back", "escape", "Back", "Leave the panel for the table.", PLACES),
    *(
        Command(
            f"home.view-{digit}",
            str(digit),
            f"View {digit}",
            "Show a saved view: 1 to 9." if digit == 1 else f"Show the saved view {digit}.",
            TABLE,
            listed=digit == 1,
            run=f"view({digit})",
        )
        for digit in range(1, 10)
    ),
)

DESK_COMMANDS: Final = (
    Command("desk.help", "question_mark", "Help", "Show every key.", DESK, True),
    Command("desk.command_palette", "ctrl+p", "Actions", "Find any action by its name.", DESK),
    Command("desk.as-of", "colon", "As of", "Open the books as they stood at a moment, to be read.", DESK),
    Command("desk.now", "full_stop", "Now", "Come back from the past to the books of now.", DESK),
    Command("desk.check", "f8", "Check the books", "Check every rule over the books.", DESK),
    Command("desk.theme", "t", "Theme", "Go on to the next theme.", DESK),
    Command("desk.leave", "q", "Quit", "Leave the desk.", DESK),
)
