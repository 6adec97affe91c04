"""The bank's own lines: imported, solved into postings, matched by hand, taken apart again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.content import Content

from paylink_tui.domain.bank_words import item_word
from paylink_tui.domain.errors import BadInput, PayLinkError
from paylink_tui.domain.money import display
from paylink_tui.domain.text import fold_words, visible
from paylink_tui.domain.trust import BankItem, Proposal, StatementLine, StatementReport
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.dialogs.entry_draft import EntryDraft
from paylink_tui.tui.keys import key_of
from paylink_tui.tui.paint import apart, dim
from paylink_tui.tui.screens.trust import GROUP, NEW, SHARED, TrustScreen
from paylink_tui.tui.widgets.cells import Cell, day, text
from paylink_tui.tui.widgets.rows_layout import Column

MATCH = Command("bank-lines.match", "m", "Match", "Match the line by marking postings.", GROUP, True)


@dataclass(frozen=True, slots=True)
class BankRow:
    """A line of the bank, and what it seems to be."""

    line: StatementLine
    proposal: Proposal | None

    @property
    def explained(self) -> bool:
        """Whether something in the book could be it."""
        return self.proposal is not None and bool(self.proposal.items)


class BankLinesScreen(TrustScreen[BankRow]):
    """Lines of one account's statements, the newest first."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("bank-lines.import", "f", "Import", "Import a bank statement, OFX or CSV.", GROUP, True),
        Command("bank-lines.accept", "a", "Accept", "Accept what the line seems to be.", GROUP, True),
        Command(
            "bank-lines.accept-all", "A", "Accept sure", "Accept every proposal that is sure.", GROUP, True
        ),
        MATCH,
        Command("bank-lines.unmatch", "x", "Unmatch", "Take the line's matches back.", GROUP),
        *SHARED,
    )
    BINDINGS = bindings(ACTIONS)

    view = 2
    noun = "line"

    def none_yet(self) -> str:
        """How lines come here."""
        return "The bank has told nothing yet: import a statement."

    def columns(self) -> Sequence[Column[BankRow]]:
        """When, how much, what it is, and the bank's own words."""
        return (
            Column("Day", lambda one: Cell(day(one.line.posted_on, self.today), "faint"), 6, whole=True),
            Column("Amount", self._amount, 10, right=True, whole=True),
            Column("It is", match_state, 14, most=36),
            Column("Bank says", lambda one: Cell(one.line.description), 10, most=44),
            Column("Number", lambda one: Cell(one.line.number, "faint"), 6, most=14, drop=1),
        )

    def _amount(self, one: BankRow) -> Cell:
        return Cell(display(one.line.amount, self.currency), "amount")

    def key(self, row: BankRow) -> int:
        """Lines are told apart by number."""
        return row.line.id

    async def page(self, words: str, after: BankRow | None, limit: int) -> Sequence[BankRow]:
        """Lines with every word typed in what is seen of them."""
        if after is not None or not self.account:
            return ()
        lines = await self.services.trust.lines(self.account)
        solved = {one.line.id: one for one in await self.services.trust.solve(self.account)}
        asked = fold_words(words).split()
        rows = [BankRow(one, solved.get(one.id)) for one in reversed(lines)]
        return [one for one in rows if all(word in self._words(one) for word in asked)]

    def _words(self, one: BankRow) -> str:
        amount = display(one.line.amount, self.currency)
        return fold_words(one.line.description, one.line.number, amount, match_state(one).text)

    async def detail(self, row: BankRow, width: int) -> Content | None:
        """The line whole, and the postings it is or seems to be."""
        line = row.line
        amount = Content.styled(display(line.amount, self.currency), "bold")
        lines = [
            apart(dim(line.posted_on.isoformat()), amount, width),
            Content(visible(line.description, 300)),
            text(match_state(row)),
        ]
        lines += [self._item(one, width) for one in await self.services.trust.items_of(line)]
        if row.proposal is not None:
            lines.append(dim(visible(row.proposal.why, 300)))
            lines += [self._item(one, width) for one in row.proposal.items]
        elif not line.matched:
            match, new = key_of(self.app, MATCH), key_of(self.app, NEW)
            lines.append(dim(f"Nothing in the book explains it: {new} enters it, {match} matches by hand."))
        return Content("\n").join(lines)

    def _item(self, one: BankItem, width: int) -> Content:
        left = Content(
            f"  {day(one.day, self.today)}  {one.about} {item_word(one.kind)}  {visible(one.who, 40)}"
        )
        return apart(left, Content(f"  {display(one.amount, self.currency)}"), width)

    def action_new(self) -> None:
        """Make the entry that explains the line under the cursor, else an empty one."""
        row = self.list.row
        if row is None or row.line.matched or row.explained:
            super().action_new()
            return
        line = row.line
        self.make_entry(
            line.offer,
            draft=EntryDraft(
                line.offer,
                self.account,
                amount=abs(line.amount),
                number=line.number,
                purpose=line.description,
                dated=line.posted_on.isoformat(),
            ),
        )

    @work(group="write", exit_on_error=False)
    async def action_accept(self) -> None:
        """Accept what the line under the cursor seems to be."""
        row = self.list.row
        if row is None or self.writable is None:
            return
        if row.line.matched or not row.explained or row.proposal is None:
            said = "is matched already" if row.line.matched else "is explained by nothing in the book"
            self.app.notify(f"The line of {row.line.posted_on} {said}.")
            return
        await self.attempt(self.services.trust.accept([row.proposal]))

    @work(group="write", exit_on_error=False)
    async def action_accept_all(self) -> None:
        """Accept everything that is sure."""
        if self.writable is None:
            return
        sure = [one for one in await self.services.trust.solve(self.account) if one.sure and one.items]
        if not sure:
            self.app.notify("No proposal is sure: accept one by one, or match by hand.")
            return
        await self.attempt(self.services.trust.accept(sure))
        self.app.notify(f"{len(sure)} lines matched.")

    @work(group="write", exit_on_error=False)
    async def action_match(self) -> None:
        """Mark the postings that the line under the cursor is made of."""
        from paylink_tui.tui.dialogs.match_dialog import MatchDialog

        row = self.list.row
        if row is None or self.writable is None:
            return
        if row.line.matched:
            self.app.notify("It is matched already: take that back first.")
            return
        await self.app.push_screen_wait(MatchDialog(self.services, self.account, self.currency, row.line))
        self.load(fresh=True)

    @work(group="write", exit_on_error=False)
    async def action_unmatch(self) -> None:
        """Take the matches of the line under the cursor back."""
        row = self.list.row
        if row is not None and self.writable is not None:
            await self.attempt(self.services.trust.unmatch(row.line.id))

    @work(group="write", exit_on_error=False)
    async def action_import(self) -> None:
        """Import a statement, after saying what is in it."""
        from paylink_tui.tui.dialogs.confirm import ConfirmDialog
        from paylink_tui.tui.dialogs.path import PathDialog

        if self.writable is None:
            return
        lines = [f"A statement of {self.account}, as the bank exports it: OFX, QFX or CSV."]
        file = await self.app.push_screen_wait(PathDialog("Import a bank statement", lines))
        if file is None:
            return
        try:
            data = await asyncio.to_thread(_read, file)
            trust = self.services.trust
            report = await trust.import_statement(self.account, file.name, data, dry_run=True)
            title = f"Import {file.name}"
            if await self.app.push_screen_wait(
                ConfirmDialog(title, report_lines(report, self.currency), "Import")
            ):
                done = await trust.import_statement(self.account, file.name, data)
                self.app.notify(f"{done.new} new lines, {done.known} known already.")
        except PayLinkError as problem:
            self.say_no(problem)
        self.load(fresh=True)


def match_state(one: BankRow) -> Cell:
    """Glyph and word: matched, likely, perhaps, unexplained."""
    if one.line.matched:
        count = len(one.line.matched)
        return Cell("✓ Matched" if count == 1 else f"✓ Matched  {count}", "good")
    if one.proposal is None or not one.proposal.items:
        return Cell("! Unexplained", "bad")
    names = [item.about or item_word(item.kind) for item in one.proposal.items]
    more = f" +{len(names) - 3}" if len(names) > 3 else ""
    word = "◆ Likely" if one.proposal.sure else "◇ Perhaps"
    return Cell(f"{word}  {', '.join(names[:3])}{more}", "accent" if one.proposal.sure else "warn")


def report_lines(report: StatementReport, currency: str) -> list[str]:
    """What an import would do."""
    if report.repeated:
        return ["This very file was imported before: nothing is done."]
    lines = [f"{report.new} new lines, {report.known} known already, {report.first_on} to {report.last_on}."]
    if report.closing_balance is not None:
        lines.append(
            f"The bank’s balance on {report.closing_on}: {display(report.closing_balance, currency)}."
        )
    return lines


def _read(file: Path) -> bytes:
    """The file's bytes.

    Raises:
        BadInput: it cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadInput(f"{file} cannot be read: {reason}.", "Check the path.") from None
