"""The bank's statements in a random history: imported, matched, reconciled, and months closed."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from hypothesis import strategies as st

from paylink_tui.domain.errors import ChangedMeanwhile
from tests.services.desk import ACCOUNTS
from tests.simulation.bank import Bank, after, first_day, last_day, month_of
from tests.simulation.entries import Entry
from tests.simulation.stage import PICKS, day_of, pick, rule
from tests.simulation.trustees import TRUST, Trustees

RULE = "trust-three-way"
_LATE = """
SELECT j.id, j.kind, j.effective_on FROM journal j
 WHERE j.id > ? AND substr(j.effective_on, 1, 7) <= ? LIMIT 5"""
_UNEQUAL = """
SELECT s.id, s.amount FROM statement_line s JOIN bank_match m ON m.line_id = s.id
  JOIN transfer t ON t.id = m.transfer_id
  JOIN ledger_account a ON a.kind = 'bank' AND a.bank_account_id = s.account_id
   AND a.id IN (t.debit_id, t.credit_id)
 GROUP BY s.id, s.amount
HAVING s.amount <> sum(CASE WHEN t.debit_id = a.id THEN t.amount ELSE -t.amount END) LIMIT 5"""


class Months(Trustees):
    """What a bookkeeper does at month end."""

    def __init__(self) -> None:
        super().__init__()
        self.banks = {number: Bank() for number in TRUST}
        self.closed = ""
        self._mark = 0
        """The newest journal there was when the newest month was closed."""

    def entry_approved(self, one: Entry) -> None:
        if one.asked_at is not None:
            self.follow_banks(day_of(one.asked_at))

    def follow_banks(self, on: date | None = None) -> None:
        """Tell each bank what the book did on a day; a closed month takes nothing any more."""
        day = on or self.today()
        if month_of(day) <= self.closed:
            day = first_day(after(self.closed))
        for number, bank in self.banks.items():
            bank.follow(day, self.book.bank[number], self.book.short[number])

    async def all_agree(self) -> None:
        self.follow_banks()
        await super().all_agree()
        reader = self.desk.database.reader
        if self.closed:
            late = await reader.rows(_LATE, (self._mark, self.closed))
            assert not late, f"posted into a closed month: {late}"
        if any(bank.told for bank in self.banks.values()):
            unequal = await reader.rows(_UNEQUAL)
            assert not unequal, f"matched with another amount: {unequal}"

    @rule(account=PICKS, keep=st.integers(0, 2), again=st.booleans())
    def bank_tells(self, account: int, keep: int, again: bool) -> None:
        """A statement is imported, perhaps twice; it repeats lines of the one before."""
        number, today = pick(TRUST, account), self.today()
        bank = self.banks[number]
        if month_of(today) <= self.closed:
            return
        bank.work(today, keep)
        if not bank.lines:
            return
        data = bank.ofx(today) if number == TRUST[0] else bank.csv()
        name, new = ACCOUNTS[number - 1][0], len(bank.lines) - bank.told

        told = []

        async def tell() -> None:
            told.append(await self.desk.trust.import_statement(name, "bank", data))

        assert self.give(tell) == ""
        found = told[-1]
        assert found.new == new or (self.again and found.new == 0), (found, new)
        assert found.new + found.known == len(bank.listed()), found
        if again:
            found = self.run(self.desk.trust.import_statement(name, "bank", data))
            assert (found.repeated, found.new) == (True, 0)
        bank.told = len(bank.lines)
        bank.statement_on = max(bank.statement_on, today)

    @rule(account=PICKS)
    def match_bank(self, account: int) -> None:
        """What is sure is accepted at once, what is not one by one."""
        name = ACCOUNTS[pick(TRUST, account) - 1][0]
        proposals = [
            one for one in self.run(self.desk.trust.solve(name)) if month_of(one.line.posted_on) > self.closed
        ]
        sure = [one for one in proposals if one.sure]
        assert self.give(lambda: self.desk.trust.accept(sure)) in ("", RULE if self.again else "")
        for one in proposals:
            if not one.sure:
                with suppress(ChangedMeanwhile):
                    self.run(self.desk.trust.accept([one]))

    @rule(account=PICKS, which=PICKS)
    def unmatch(self, account: int, which: int) -> None:
        """A match is taken back; never in a closed month."""
        name = ACCOUNTS[pick(TRUST, account) - 1][0]
        line = pick([one for one in self.run(self.desk.trust.lines(name)) if one.matched], which)
        said = self.give(lambda: self.desk.trust.unmatch(line.id))
        if month_of(line.posted_on) <= self.closed:
            assert said == RULE, said
        else:
            assert said == "" or (self.again and said == RULE), said

    @rule(sign=st.booleans())
    def month_end(self, sign: bool) -> None:
        """Reconcile what can be, and close the month if all of it could."""
        month = after(self.closed) if self.closed else "2026-11"
        ready = {number: self.reconcile(number, month) for number in self.used(month)}
        others = [name for name in self.approvers() if name != "mia"]
        expected = "second-person" if others and not sign else ""
        if not expected and (self.today() <= last_day(month) or not all(ready.values())):
            expected = RULE
        who = others[0] if others and sign else None
        said = self.give(lambda: self.desk.trust.close(month, approve=who))
        assert said == expected or (self.again and said == RULE), (said, expected, ready)
        if not expected:
            self.closed = month
            self.seen["month closed"] += 1
            rows = self.run(self.desk.database.reader.rows("SELECT max(id) FROM journal"))
            self._mark = rows[0][0]

    def used(self, month: str) -> list[int]:
        """Trust accounts whose book was posted to by the end of a month."""
        last = last_day(month)
        return [number for number, bank in self.banks.items() if bank.used_by(last)]

    def reconcile(self, number: int, month: str) -> bool:
        """Keep the three numbers of a month, if they can be; what is kept is what is true."""
        bank, last, name = self.banks[number], last_day(month), ACCOUNTS[number - 1][0]
        given = None if number == TRUST[0] else bank.balance_on(last)
        said_no = not self.may_reconcile(number, last, given)
        said = self.give(lambda: self.desk.trust.reconcile(name, month, given, dry_run=False))
        assert said == (RULE if said_no else ""), (said, said_no)
        if said_no:
            return False
        self.seen["month reconciled"] += 1
        kept = self.run(self.desk.trust.reconcile(name, month, given)).three_way
        book, short = bank.book_on(last)
        assert (kept.bank_balance, kept.book, kept.ledgers) == (bank.balance_on(last), book, book + short)
        return True

    def may_reconcile(self, number: int, last: date, given: int | None) -> bool:
        """Whether the month is over, the bank told all of it, every line is matched and nothing is short."""
        bank = self.banks[number]
        book, short = bank.book_on(last)
        if self.today() <= last or short:
            return False
        if bank.statement_on == date.min:
            return given is not None and given == book
        if given is None and bank.statement_on < last:
            return False
        told = sum(one.amount for one in bank.lines[: bank.told] if one.day <= last)
        lines = self.run(self.desk.trust.lines(ACCOUNTS[number - 1][0], unmatched=True))
        return told == bank.balance_on(last) and not any(one.posted_on <= last for one in lines)
