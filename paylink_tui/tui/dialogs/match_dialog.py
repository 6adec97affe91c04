"""Matching one bank line by hand: postings are marked until they add up to it."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from paylink_tui.domain.bank_words import item_word
from paylink_tui.domain.errors import PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.trust import BankItem, StatementLine
from paylink_tui.services.bundle import Services
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.dialog import LEAVE, Dialog
from paylink_tui.tui.paint import dim
from paylink_tui.tui.widgets.cells import COLOURS, Cell
from paylink_tui.tui.widgets.mark_list import MarkList
from paylink_tui.tui.widgets.rows_layout import Column


class MatchDialog(Dialog[StatementLine | None]):
    """Enter matches the line once nothing is left of it."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("match.accept", "enter", "Match", "Match the line with what is marked.", "Match", True, True),
        Command("marks.mark", "space", "Mark", "Mark or unmark the posting.", "Match", True),
        LEAVE,
    )
    BINDINGS = bindings(one for one in ACTIONS if one.id != "marks.mark")

    def __init__(self, services: Services, account: str, currency: str, line: StatementLine) -> None:
        super().__init__("Match a bank line")
        self.services = services
        self._account, self._currency, self._line = account, currency, line

    def body(self) -> ComposeResult:
        """The line, the postings nothing is matched to, and the sum so far."""
        words = visible(self._line.description, 120)
        amount = display(self._line.amount, self._currency)
        yield Static(
            Content.assemble(dim(f"{self._line.posted_on}  "), (amount, "bold"), f"  {words}"),
            id="line",
            markup=False,
        )
        yield MarkList[BankItem](
            (
                Column("Day", lambda one: Cell(one.day.isoformat(), "faint"), 10, whole=True),
                Column(
                    "Amount",
                    lambda one: Cell(display(one.amount, self._currency), "amount"),
                    10,
                    right=True,
                    whole=True,
                ),
                Column("What", lambda one: Cell(f"{one.about} {item_word(one.kind)}".strip()), 8, most=20),
                Column("Who", lambda one: Cell(one.who), 10, most=30),
                Column("Number", lambda one: Cell(one.number, "faint"), 6, most=16, drop=1),
            ),
            lambda one: one.transfer_id,
            id="marked",
        )
        yield Static(id="sum", markup=False)

    def on_mount(self) -> None:
        """Read the postings."""
        self.query_one(MarkList).focus()
        self._load()

    @work(exclusive=True, group="load", exit_on_error=False)
    async def _load(self) -> None:
        try:
            found = await self.services.trust.unmatched(self._account)
        except PayLinkError as problem:
            self.show_problem(problem)
            return
        near = sorted(found, key=self._far)
        marks: MarkList[BankItem] = self.query_one(MarkList)
        marks.set_empty("Every posting is matched already.")
        marks.set_rows(near)
        self._tell()

    def _far(self, one: BankItem) -> tuple[bool, int]:
        """Postings of the line's own direction first, the nearest day leading."""
        return (one.amount > 0) != (self._line.amount > 0), abs((one.day - self._line.posted_on).days)

    @property
    def _chosen(self) -> tuple[BankItem, ...]:
        marks: MarkList[BankItem] = self.query_one(MarkList)
        return marks.marked

    @property
    def _left(self) -> int:
        """Minor units of the line that nothing marked explains."""
        return self._line.amount - sum(one.amount for one in self._chosen)

    @on(MarkList.Marked)
    def _tell(self) -> None:
        self.show_problem(None)
        sums = [display(one, self._currency) for one in (self._line.amount - self._left, self._line.amount)]
        said = f"Marked {len(self._chosen)}: {sums[0]} of {sums[1]}"
        if not self._left:
            verdict = ("   ✓ adds up: Enter matches", COLOURS["good"])
        else:
            verdict = (f"   {display(self._left, self._currency)} left", COLOURS["warn"])
        self.query_one("#sum", Static).update(Content.assemble((said, "bold"), verdict))

    def action_accept(self) -> None:
        """Match, if it adds up to the cent."""
        if not self._chosen:
            self.show_problem("Mark the postings that the bank line is made of: space marks.")
        elif self._left:
            self.show_problem(f"{display(self._left, self._currency)} of the line is not explained yet.")
        else:
            self._match()

    @work(group="post", exclusive=True, exit_on_error=False)
    async def _match(self) -> None:
        try:
            done = await self.services.trust.match(self._line.id, [one.transfer_id for one in self._chosen])
        except PayLinkError as problem:
            self.show_problem(problem)
        else:
            self.dismiss(done)
