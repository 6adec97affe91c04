"""Trust money moved by hand in the book kept by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tests.simulation.going_back import GoingBack
from tests.simulation.ledgers import OPERATING, Envelope


@dataclass
class Entry:
    """A trust entry; client 0 for a shortage and its restoring."""

    number: int
    kind: str
    account: int
    client: int
    matter: int
    to_matter: int
    amount: int
    asked_by: str
    asked_at: datetime | None = None
    """Its day is the one it was asked for, whenever a second person approves it."""
    state: str = "posted"
    undone: bool = False

    @property
    def place(self) -> Envelope:
        return (self.account, self.client, self.matter)

    @property
    def target(self) -> Envelope:
        """Where its money goes, if it stays in trust."""
        return (self.account, self.client, self.to_matter if self.kind == "move" else self.matter)


class Entries(GoingBack):
    """Receipts, disbursements, moves, shortages and what makes them good."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[int, Entry] = {}

    def may_enter(self, one: Entry) -> str:
        """The rule that says no; empty when none does."""
        if one.kind == "receipt":
            return ""
        if one.kind == "restore":
            return "trust-shortage" if one.amount > self.short[one.account] else ""
        if one.kind == "shortage":
            return "trust-shortage" if one.amount > self.bank[one.account] else ""
        there = self.money[one.place]
        if there >= one.amount:
            return ""
        kept, coming = self.held[one.place], self._coming(one.place)
        waits = (kept and there + kept >= one.amount) or (coming and there + coming >= one.amount)
        return "trust-cleared" if waits else "trust-never-negative"

    def too_early(self, one: Entry, day: date, today: date) -> bool:
        """Whether its money was not all there yet when its day ended, or not at the end of each day since.

        What was kept of today is of an hour that has passed: today has not ended.
        """
        held = [closing[one.place] for at, closing in self.closings.items() if day <= at < today]
        return one.kind == "disbursement" and min(held, default=one.amount) < one.amount

    def _coming(self, place: Envelope) -> int:
        """Authorized money that was said beforehand to be for this envelope."""
        return sum(
            one.amount
            for one in self.payments.values()
            if one.state == "authorized"
            and one.intent is not None
            and (one.account, one.intent.client, one.intent.matter) == place
        )

    def post(self, one: Entry, sign: int = 1) -> None:
        """Do what an entry says, or with -1 take it back."""
        amount = sign * one.amount
        if one.kind == "restore":
            self.bank[one.account] += amount
            self.short[one.account] -= amount
            self.firm["losses"] += amount
            self.bank[OPERATING] -= amount
        elif one.kind == "shortage":
            self.short[one.account] += amount
            self.bank[one.account] -= amount
        else:
            self._move(one, amount)
        one.state, one.undone = "posted", sign < 0

    def _move(self, one: Entry, amount: int) -> None:
        self.known.update(dict.fromkeys(sorted({one.place, one.target})))
        if one.kind != "receipt":
            self.money[one.place] -= amount
        if one.kind != "disbursement":
            self.money[one.target] += amount
        if one.kind != "move":
            self.bank[one.account] += amount if one.kind == "receipt" else -amount

    def may_undo(self, one: Entry) -> bool:
        """Whether what it brought is still there."""
        if one.state != "posted" or one.undone:
            return False
        if one.kind == "shortage":
            return self.short[one.account] >= one.amount
        if one.kind in ("receipt", "move"):
            return self.money[one.target] >= one.amount
        return True
