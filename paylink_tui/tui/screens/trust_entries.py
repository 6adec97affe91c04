"""Trust money moved by hand: what was entered, by whom, what waits for a second person, what was undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual import work
from textual.content import Content

from paylink_tui.domain.money import display
from paylink_tui.domain.text import fold_words, visible
from paylink_tui.domain.trust import EntryKind, EntryState, EntryView
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.paint import apart, dim, when
from paylink_tui.tui.screens.trust import GROUP, SHARED, TrustScreen
from paylink_tui.tui.widgets.cells import Cell, day, text, whose
from paylink_tui.tui.widgets.rows_layout import Column

STATES: Final = {
    EntryState.REQUESTED: ("‖", "To approve", "warn"),
    EntryState.POSTED: ("✓", "Posted", "good"),
    EntryState.WITHDRAWN: ("–", "Withdrawn", "faint"),
}
MOST: Final = 1_000
"""Entries read at most."""


class EntriesScreen(TrustScreen[EntryView]):
    """Trust entries, the newest first."""

    ACTIONS: ClassVar[tuple[Command, ...]] = (
        Command("entries.approve", "a", "Approve", "Approve the entry, which posts it.", GROUP, True),
        Command("entries.withdraw", "x", "Withdraw", "Take back an entry that waits.", GROUP, True),
        Command("entries.undo", "u", "Undo", "Reverse what the entry posted.", GROUP, True),
        *SHARED,
    )
    BINDINGS = bindings(ACTIONS)

    view = 4
    noun = "entry"
    nouns = "entries"

    def none_yet(self) -> str:
        """How the first is made."""
        return "Nothing was moved by hand yet."

    def columns(self) -> Sequence[Column[EntryView]]:
        """What, whose, how much, and how far it is."""
        return (
            Column("Entry", lambda one: Cell(one.name), 5, whole=True),
            Column("Dated", lambda one: Cell(day(one.dated_on, self.today), "faint"), 6, whole=True),
            Column("What", lambda one: Cell(one.kind.value.capitalize()), 12),
            Column("Whose", _owner, 12, most=34, drop=4),
            Column(
                "Amount",
                lambda one: Cell(display(one.amount, one.currency), "amount"),
                10,
                right=True,
                whole=True,
            ),
            Column("State", entry_state, 12),
            Column("Payee", lambda one: Cell(one.payee or one.purpose, "faint"), 8, most=24, drop=2),
            Column("By", lambda one: Cell(one.requested_by, "faint"), 6, most=14, drop=1),
        )

    def key(self, row: EntryView) -> int:
        """Entries are told apart by number."""
        return row.id

    async def page(self, words: str, after: EntryView | None, limit: int) -> Sequence[EntryView]:
        """Entries of the account with every word typed in what is seen of them."""
        if after is not None:
            return ()
        found = await self.services.trust.entries(self.account or None, limit=MOST)
        asked = fold_words(words).split()
        return [one for one in found if all(word in _words(one) for word in asked)]

    async def detail(self, row: EntryView, width: int) -> Content | None:
        """Everything about an entry: who asked, who approved, why it was undone."""
        lines = [
            apart(
                Content.styled(f"{row.name}  {row.kind.value.capitalize()}", "bold"),
                text(entry_state(row)),
                width,
            ),
            apart(
                dim(visible(row.account_name, 40)),
                Content.styled(display(row.amount, row.currency), "bold"),
                width,
            ),
        ]
        facts = (
            ("Whose", _owner(row).text),
            ("To", whose(row.client_name, row.to_matter_number) if row.kind is EntryKind.MOVE else ""),
            ("Method", f"{row.method} {row.number}".strip()),
            ("Payee", row.payee),
            ("Purpose", row.purpose),
            ("Dated", row.dated_on.isoformat()),
            ("Asked by", f"{row.requested_by}, {when(row.requested_at, self.zone, self.now)}"),
            (
                "Approved",
                f"{row.approved_by}, {when(row.approved_at, self.zone, self.now)}" if row.approved_at else "",
            ),
            ("Why", row.reason),
        )
        lines += [dim(f"{label:10}") + Content(visible(said, 200)) for label, said in facts if said]
        return Content("\n").join(lines)

    @work(group="write", exit_on_error=False)
    async def action_approve(self) -> None:
        """Approve the entry under the cursor, once it was shown whole."""
        from paylink_tui.tui.dialogs.confirm import ConfirmDialog

        row = self.list.row
        if row is None or self.writable is None:
            return
        amount = display(row.amount, row.currency)
        lines = [
            f"{row.kind.value.capitalize()} of {amount} for {_owner(row).text or 'trust'}.",
            f"Payee {row.payee or '–'}; {row.purpose or 'no purpose told'}.",
            f"Asked by {row.requested_by}, {when(row.requested_at, self.zone, self.now)}.",
        ]
        if await self.app.push_screen_wait(ConfirmDialog(f"Approve {row.name}", lines, "Approve")):
            await self.attempt(self.services.trust.approve(row.name))

    @work(group="write", exit_on_error=False)
    async def action_withdraw(self) -> None:
        """Take the entry under the cursor back while it waits."""
        row = self.list.row
        if row is not None and (reason := await self._reason(f"Withdraw {row.name}", row)) is not None:
            await self.attempt(self.services.trust.withdraw(row.name, reason))

    @work(group="write", exit_on_error=False)
    async def action_undo(self) -> None:
        """Reverse the entry under the cursor."""
        row = self.list.row
        if row is not None and (reason := await self._reason(f"Undo {row.name}", row)) is not None:
            await self.attempt(self.services.trust.undo(row.name, reason))

    async def _reason(self, title: str, row: EntryView) -> str | None:
        from paylink_tui.tui.dialogs.reason import ReasonDialog

        if self.writable is None:
            return None
        amount = display(row.amount, row.currency)
        lines = [f"{row.kind.value.capitalize()} of {amount}, {_owner(row).text or row.account_name}."]
        return await self.app.push_screen_wait(ReasonDialog(title, lines))


def entry_state(one: EntryView) -> Cell:
    """Glyph and word; what was undone says so."""
    glyph, word, look = ("↩", "Undone", "faint") if one.undone else STATES[one.state]
    return Cell(f"{glyph} {word}", look)


def _owner(one: EntryView) -> Cell:
    return Cell(whose(one.client_name, one.matter_number) if one.client_name else "")


def _words(one: EntryView) -> str:
    return fold_words(
        one.name,
        one.kind.value,
        one.client_name,
        one.client_code,
        one.matter_number,
        one.payee,
        one.purpose,
        one.number,
        one.requested_by,
        one.state.value,
    )
