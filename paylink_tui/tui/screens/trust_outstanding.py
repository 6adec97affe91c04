"""What book and bank do not both have: how old it is, and what has waited too long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content

from paylink_tui.domain.bank_words import item_word
from paylink_tui.domain.money import display
from paylink_tui.domain.text import fold_words, visible
from paylink_tui.domain.trust import Outstanding
from paylink_tui.tui.commands import Command, bindings
from paylink_tui.tui.paint import dim
from paylink_tui.tui.screens.trust import SHARED, TrustScreen
from paylink_tui.tui.widgets.cells import Cell, day
from paylink_tui.tui.widgets.rows_layout import Column


class OutstandingScreen(TrustScreen[Outstanding]):
    """Outstanding items of one account, the oldest first."""

    ACTIONS: ClassVar[tuple[Command, ...]] = SHARED
    BINDINGS = bindings(ACTIONS)

    view = 3
    noun = "item"

    def none_yet(self) -> str:
        """Nothing is on its way."""
        return "Nothing is outstanding: the bank has all that the book has."

    def columns(self) -> Sequence[Column[Outstanding]]:
        """Since when, what, how much, how old."""
        return (
            Column("Day", lambda one: Cell(day(one.item.day, self.today), "faint"), 6, whole=True),
            Column("What", lambda one: Cell(_what(one)), 10, most=20),
            Column("Who", lambda one: Cell(one.item.who), 10, most=34),
            Column("In", lambda one: self._side(one, 1), 10, right=True, whole=True),
            Column("Out", lambda one: self._side(one, -1), 10, right=True, whole=True),
            Column("Age", outstanding_age, 10),
            Column(
                "Where",
                lambda one: Cell("at the bank" if one.at_bank else "in the book", "faint"),
                11,
                drop=1,
            ),
        )

    def _side(self, one: Outstanding, sign: int) -> Cell:
        return Cell(display(abs(one.amount), self.currency) if one.amount * sign > 0 else "", "amount")

    def key(self, row: Outstanding) -> int:
        """Items are told apart by their transfer."""
        return row.item.transfer_id

    async def page(self, words: str, after: Outstanding | None, limit: int) -> Sequence[Outstanding]:
        """Items with every word typed in what is seen of them."""
        if after is not None or not self.account:
            return ()
        asked = fold_words(words).split()
        found = await self.services.trust.outstanding(self.account)
        return [one for one in found if all(word in self._words(one) for word in asked)]

    def _words(self, one: Outstanding) -> str:
        amount = display(one.amount, self.currency)
        return fold_words(one.item.about, item_word(one.item.kind), one.item.who, one.item.number, amount)

    async def detail(self, row: Outstanding, width: int) -> Content | None:
        """What an item waits for."""
        one = row.item
        lines = [
            Content.styled(_what(row), "bold"),
            Content(visible(one.who, 120)),
            Content(display(row.amount, self.currency)),
            dim(
                "The bank has it, the book only later."
                if row.at_bank
                else "The book has it, the bank not yet."
            ),
        ]
        if one.number:
            lines.append(dim(f"number {visible(one.number, 60)}"))
        if row.stale:
            lines.append(
                Content.styled(f"! It is older than {row.stale} days: ask about it.", "bold $text-error")
            )
        return Content("\n").join(lines)


def _what(one: Outstanding) -> str:
    return f"{one.item.about} {item_word(one.item.kind)}".strip()


def outstanding_age(one: Outstanding) -> Cell:
    """Days, with a sign once it is stale."""
    days = f"{one.age} day{'' if one.age == 1 else 's'}"
    return Cell(f"! {days}" if one.stale else days, "bad" if one.stale else "")
