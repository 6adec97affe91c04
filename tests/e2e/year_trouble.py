"""What goes wrong in a year: eChecks that bounce, refunds, disputes won and lost."""

from __future__ import annotations

from datetime import date, timedelta

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.refunds import RefundState
from paylink_tui.domain.trust_entries import EntryKind, NewEntry
from tests.e2e import year_firm as firm
from tests.e2e.year_bank import workday
from tests.e2e.year_days import Days, Paid


class Trouble:
    """Returns, refunds and disputes, each some times a year."""

    def __init__(self, days: Days) -> None:
        self.days = days
        self.desk = days.desk
        self.dice = days.dice
        self.undecided: list[tuple[date, Paid]] = []

    async def on(self, day: date) -> None:
        """Let happen what goes wrong on a day; early on, some of each."""
        if self.dice.random() < 0.05:
            await self.bounce(day)
        if self.dice.random() < 0.06:
            await self.refund(day)
        if self.dice.random() < 0.04:
            await self.dispute(day)
        for decided, one in [due for due in self.undecided if due[0] <= day]:
            self.undecided.remove((decided, one))
            await self.decide(day, one)
        await self._restore(day)

    def _untroubled(self, day: date, *, echeck: bool) -> Paid | None:
        """One of the payments of the last weeks that nothing happened to."""
        recent = day - timedelta(days=40)
        found = [
            one
            for one in self.days.paid
            if one.echeck is echeck and not one.troubled and recent <= one.completes < day
        ]
        if not found:
            return None
        one = self.dice.choice(found)
        one.troubled = True
        return one

    async def bounce(self, day: date) -> None:
        """An eCheck comes back: the bank takes all of it from the account it went to, spent or not."""
        one = self._untroubled(day, echeck=True)
        if one is not None:
            before = await self._told_to_move(one)
            await self.desk.sandbox.give_back(one.name)
            if one.trust:
                self.days.trust.book(day, -one.amount, "ACH RETURN")
            self._move(day, await self._told_to_move(one) - before)
            self.days.did("return")

    async def refund(self, day: date) -> None:
        """Give a part or all of a payment back, as far as its owner still has it."""
        one = self._untroubled(day, echeck=self.dice.random() < 0.3)
        if one is None:
            return
        amount = one.amount if self.dice.random() < 0.5 else self.dice.randrange(1, one.amount)
        try:
            asked = await self.desk.refunds.request(one.name, amount, reason="asked by the client")
            if asked.state is RefundState.REQUESTED:
                asked = await self.days.approver.refunds.approve(asked.name)
        except Refused:
            self.days.did("refund refused")
            return
        assert asked.state is RefundState.DONE
        if one.trust:
            self.days.trust.book(workday(day, 1), -amount, "CARD REFUND", known=day)
        self.days.did("refund")

    async def dispute(self, day: date) -> None:
        """A card holder disputes a payment; it is decided some weeks later."""
        one = self._untroubled(day, echeck=False)
        if one is not None:
            await self.desk.sandbox.dispute(one.name, "open")
            self.undecided.append((day + timedelta(days=self.dice.randrange(10, 45)), one))
            self.days.did("dispute")

    async def decide(self, day: date, one: Paid) -> None:
        """Won, nothing moves; lost, what the client's ledger held of it moves from trust to operating."""
        won = self.dice.random() < 0.5
        before = await self._told_to_move(one)
        await self.desk.sandbox.dispute(one.name, "won" if won else "lost")
        self._move(day, await self._told_to_move(one) - before)
        self.days.did("dispute won" if won else "dispute lost")

    def _move(self, day: date, amount: int) -> None:
        """The bookkeeper moves money between the two accounts; positive comes to trust."""
        if amount:
            words = "TRANSFER FROM OPERATING" if amount > 0 else "TRANSFER TO OPERATING"
            self.days.trust.book(day, amount, words)

    async def _told_to_move(self, one: Paid) -> int:
        """What the desk has told the bookkeeper to move to trust for a payment, in cents: fees its return
        or dispute undid, less what a lost dispute left to operating."""
        rows = await self.desk.database.reader.rows(
            "SELECT coalesce(sum(CASE WHEN t.debit_id = a.id THEN t.amount ELSE -t.amount END), 0)"
            " FROM transfer t JOIN journal j ON j.id = t.journal_id"
            " JOIN ledger_account a ON a.id IN (t.debit_id, t.credit_id)"
            " JOIN bank_account b ON b.id = a.bank_account_id"
            " WHERE a.kind = 'bank' AND b.kind = 'trust' AND j.payment_id = ?"
            " AND (t.kind = 'chargeback' OR (t.kind = 'trust to operating' AND t.reverses_id IS NOT NULL))",
            (int(one.name[1:]),),
        )
        return int(rows[0][0])

    async def _restore(self, day: date) -> None:
        """What the bank took from trust beyond its client's money, operating puts back the same day."""
        rows = await self.desk.database.reader.rows(
            "SELECT coalesce(sum(debits - credits), 0) FROM ledger_account WHERE kind = 'shortage'"
        )
        short = int(rows[0][0])
        if short:
            await self.desk.trust.enter(NewEntry(EntryKind.RESTORE, firm.TRUST, None))
            self.days.trust.book(day, short, "TRANSFER FROM OPERATING")
            self.days.did("shortage restored")
