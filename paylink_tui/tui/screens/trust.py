"""What the views of Trust share: the three numbers on top, the row of views, and moving money by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any, ClassVar, Final, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.content import Content

from paylink_tui.domain.errors import NotFound, PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.text import visible
from paylink_tui.domain.trust import EntryKind, EntryState, EntryView, ThreeWay
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command
from paylink_tui.tui.dialogs.entry_draft import EntryDraft
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.paint import clickable, dim
from paylink_tui.tui.screens.list_screen import FILTER, LEAVE, ListScreen
from paylink_tui.tui.widgets.header_line import HeaderLine
from paylink_tui.tui.widgets.kept_lines import KeptLines
from paylink_tui.tui.widgets.trust_bar import TrustBar

Row = TypeVar("Row")

GROUP: Final = "Trust"
VIEWS: Final = ("Clients", "Bank lines", "Outstanding", "Entries", "Months")
"""What can be looked at, by the digits."""
MODULES: Final = (
    ("trust_clients", "TrustClientsScreen"),
    ("trust_lines", "BankLinesScreen"),
    ("trust_outstanding", "OutstandingScreen"),
    ("trust_entries", "EntriesScreen"),
    ("trust_months", "MonthsScreen"),
)
"""Where each is, to be imported on use."""
NEW = Command("trust.new", "n", "New entry", "Receive, disburse, move, or tell a shortage.", GROUP, True)
RESTORE = Command("trust.restore", "S", "Restore", "Restore what is short in trust from operating.", GROUP)
ACCOUNT = Command("trust.account", "o", "Account", "Go on to the next trust account.", GROUP)
SEE: Final = tuple(
    Command(f"trust.view-{digit}", str(digit), name, f"Show {name.lower()}.", GROUP, run=f"see({digit})")
    for digit, name in enumerate(VIEWS, 1)
)
SHARED: Final = (NEW, RESTORE, ACCOUNT, *SEE, FILTER, LEAVE)
"""What every view can do."""


class TrustViews(KeptLines):
    """The views in a line, the one on screen marked."""

    auto_links = False

    def __init__(self, shown: int, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown = shown

    def render(self) -> Content:
        """`1 Clients  2 Bank lines ...`: each by its key, and by a click."""
        return Content("   ").join(self._told(digit, name) for digit, name in enumerate(VIEWS, 1))

    def _told(self, digit: int, name: str) -> Content:
        style = "bold underline $text-accent" if digit == self._shown else "$foreground 75%"
        key = dim(f"{key_of(self.app, SEE[digit - 1])} ")
        return clickable(key + Content.styled(name, style), f"screen.see({digit})")


class TrustScreen(ListScreen[Row]):
    """One view of Trust. The bar above is the same on all of them."""

    view: ClassVar[int] = 1
    """Its digit."""
    follows = frozenset({"account", "client", "payment", "refund", "trust_entry", "statement", "month"})

    def __init__(self, services: Services, account: str = "") -> None:
        """A view of one trust account by name; of the first when none is named."""
        super().__init__(services)
        self.account = account
        self.three: tuple[ThreeWay, ...] = ()
        """The three numbers of every trust account, as read last."""

    def compose(self) -> ComposeResult:
        """The bar and the views under the header."""
        for widget in super().compose():
            yield widget
            if widget.id == "header":
                yield TrustBar(id="three")
                yield TrustViews(self.view, id="views")

    async def figures(self) -> None:
        """Read the three numbers together with the header's figures."""
        await super().figures()
        self.three = await self.services.trust.three_way()
        self.query_one(HeaderLine).three = self.three
        bar = self.query_one(TrustBar)
        bar.restore = key_of(self.app, RESTORE)
        bar.today, bar.shown = self.today, self.three
        names = [one.account_name for one in self.three]
        if self.account not in names and names:
            self.account = names[0]
            self.entitle()

    def on_mount(self) -> None:
        """Name the view."""
        self.entitle()

    def entitle(self) -> None:
        """Say in the border what is shown, and of which account."""
        of = f" · {visible(self.account, 40)}" if self.account and self.view > 1 else ""
        self.query_one("#rows").border_title = Content(f"{VIEWS[self.view - 1]}{of}")

    @property
    def numbers(self) -> ThreeWay:
        """The three numbers of the account on screen.

        Raises:
            NotFound: the firm has no trust account.
        """
        for one in self.three:
            if one.account_name == self.account:
                return one
        raise NotFound("There is no trust account.", "Add one: paylink accounts add NAME --type trust")

    def action_see(self, digit: int) -> None:
        """Show another view of the same account."""
        if digit != self.view:
            self.app.switch_screen(view_classes()[digit - 1](self.services, self.account))

    def action_account(self) -> None:
        """Go on to the next trust account."""
        names = [one.account_name for one in self.three]
        if len(names) > 1:
            self.account = names[(names.index(self.account) + 1) % len(names)]
            self.entitle()
            self.load()
        else:
            self.app.notify("There is no other trust account.")

    # Moving money by hand

    def action_new(self) -> None:
        """Make an entry."""
        self.make_entry(EntryKind.RECEIPT)

    def action_restore(self) -> None:
        """Restore what is short, of the account that is."""
        short = [one for one in self.three if one.shortage]
        if not short:
            self.app.notify("Nothing is short in trust.")
            return
        mine = next((one for one in short if one.account_name == self.account), short[0])
        self.make_entry(EntryKind.RESTORE, draft=EntryDraft(EntryKind.RESTORE, mine.account_name))

    @work(group="write", exit_on_error=False)
    async def make_entry(self, kind: EntryKind, *, draft: EntryDraft | None = None) -> None:
        """Open the dialog of an entry, filled from `draft`, and tell what became of it."""
        from paylink_tui.tui.dialogs.entry_dialog import EntryDialog

        if self.writable is None:
            return
        begun = draft or EntryDraft(kind, self.account)
        if not begun.account:
            self.app.notify("The trust accounts are still being read.")
            return
        made = await self.app.push_screen_wait(EntryDialog(self.services, begun, await self.accounts()))
        if made is not None:
            self.app.notify(told(made))
            self.load(fresh=True)

    async def accounts(self) -> Sequence[str]:
        """Names of the trust accounts."""
        found = await self.services.firm.accounts()
        return [one.name for one in found if one.kind is AccountKind.TRUST]

    async def attempt(self, doing: Awaitable[object]) -> None:
        """Await a command and read again; a refusal is told."""
        try:
            await doing
        except PayLinkError as problem:
            self.say_no(problem)
        self.load(fresh=True)


def told(made: EntryView) -> str:
    """What became of an entry, for a toast."""
    amount = display(made.amount, made.currency)
    if made.state is EntryState.REQUESTED:
        return f"{made.name}: {amount} waits for another person’s approval."
    return f"{made.name} posted: {made.kind.value} of {amount}."


def view_classes() -> list[type[TrustScreen[Any]]]:
    """The screens of the views, in the order of their digits."""
    from importlib import import_module

    return [getattr(import_module(f"paylink_tui.tui.screens.{module}"), name) for module, name in MODULES]
