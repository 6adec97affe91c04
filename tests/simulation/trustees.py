"""Trust money moved by hand in a random history."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.trust import EntryKind, NewEntry
from tests.services.desk import ACCOUNTS, CLIENTS, MATTERS
from tests.simulation.backs import Backs
from tests.simulation.entries import Entry
from tests.simulation.ledgers import KINDS
from tests.simulation.stage import AMOUNTS, PICKS, day_of, pick, rule

TRUST = [number for number, kind in KINDS.items() if kind == "trust"]
WAYS = ["receipt"] * 3 + ["disbursement"] * 3 + ["move"] * 2 + ["shortage", "restore", "restore"]


class Trustees(Backs):
    """Receipts, disbursements, moves, shortages; approved, withdrawn, undone."""

    @rule(
        how=st.sampled_from(WAYS), account=PICKS, owner=PICKS, to=PICKS, amount=AMOUNTS, second=st.booleans()
    )
    def enter(self, how: str, account: int, owner: int, to: int, amount: int, second: bool) -> None:
        number = pick(TRUST, account)
        funded = [
            place for place, held in self.book.money.items() if held > 0 and place[0] in TRUST and place[1]
        ]
        places = [*funded, *funded, *((number, *one) for one in self.book.owners())]
        number, client, matter = pick(places, owner) if how in ("disbursement", "move") else (
            number,
            *pick(self.book.owners(), owner),
        )  # fmt: skip
        others = [0, *(at for at, (_, whose) in enumerate(MATTERS, 1) if whose == client)]
        to_matter = pick([one for one in others if one != matter], to) if how == "move" else 0
        if how in ("shortage", "restore"):
            client = matter = 0
        if how == "restore":
            number = pick([*(one for one in TRUST if self.book.short[one]), number], owner)
            if not self.book.short[number]:
                return
            amount = amount if amount % 2 else self.book.short[number]
        one = Entry(0, how, number, client, matter, to_matter, amount, "ann" if second else "mia")
        self._enter(one, second)

    def _enter(self, one: Entry, second: bool) -> None:
        expected, key, told = self.book.may_enter(one), self.key(), []

        async def ask() -> None:
            desk = self.other if second else self.desk
            told.append(await desk.trust.enter(self.written(one), key))

        said = self.give(ask)
        assert said == expected, (said, expected)
        if said:
            return
        one.number = told[-1].id
        self.book.entries[one.number] = one
        if one.kind == "disbursement" and self.needs_second(one.amount, one.asked_by):
            one.state, one.asked_at = "requested", self.clock.now()
        else:
            self.book.post(one)

    def written(self, one: Entry) -> NewEntry:
        """An entry as a person writes it."""
        return NewEntry(
            EntryKind(one.kind),
            ACCOUNTS[one.account - 1][0],
            one.amount,
            CLIENTS[one.client - 1][0] if one.client else None,
            MATTERS[one.matter - 1][0] if one.matter else None,
            MATTERS[one.to_matter - 1][0] if one.to_matter else None,
            method="wire" if one.kind in ("receipt", "disbursement") else "",
            payee="Clerk of Court",
            purpose="filing fee",
        )

    def waiting_entries(self) -> list[Entry]:
        return [one for one in self.book.entries.values() if one.state == "requested"]

    @precondition(lambda self: self.waiting_entries())
    @rule(which=PICKS, second=st.booleans())
    def approve_entry(self, which: int, second: bool) -> None:
        one, who = pick(self.waiting_entries(), which), "ann" if second else "mia"
        if self.approvers() and who not in self.approvers():
            expected = "role-approver"
        elif who == one.asked_by:
            expected = "second-person"
        else:
            expected = self.book.may_enter(one)
            if not expected and one.asked_at and self.book.too_early(one, day_of(one.asked_at), self.today()):
                expected = "trust-never-negative"
        said = self.give(lambda: (self.other if second else self.desk).trust.approve(f"E{one.number}"))
        assert said == expected or (self.again and said == "txn-states"), (said, expected)
        if not expected:
            self.book.post(one)
            self.entry_approved(one)

    def entry_approved(self, one: Entry) -> None:
        """What else follows when a second person lets an entry be posted."""

    @precondition(lambda self: self.waiting_entries())
    @rule(which=PICKS)
    def withdraw_entry(self, which: int) -> None:
        one = pick(self.waiting_entries(), which)
        said = self.give(lambda: self.desk.trust.withdraw(f"E{one.number}", "not needed"))
        assert said == "" or (self.again and said == "txn-states")
        one.state = "withdrawn"

    @precondition(lambda self: self.book.entries)
    @rule(which=PICKS)
    def undo_entry(self, which: int) -> None:
        one = pick(self.book.entries.values(), which)
        expected = "" if self.book.may_undo(one) else "link-undo"
        if one.state == "posted" and not one.undone and self.at_bank(one):
            expected = "trust-three-way"
        said = self.give(lambda: self.desk.trust.undo(f"E{one.number}", "typed twice"))
        assert said == expected or (not expected and self.again and said == "link-undo"), (said, expected)
        if not expected:
            self.book.post(one, -1)

    def at_bank(self, one: Entry) -> bool:
        """Whether a line of the bank was matched with an entry."""
        rows = self.run(
            self.desk.database.reader.rows(
                """SELECT 1 FROM bank_match m JOIN transfer t ON t.id = m.transfer_id
                     JOIN journal j ON j.id = t.journal_id WHERE j.trust_entry_id = ? LIMIT 1""",
                (one.number,),
            )
        )
        return bool(rows)

    @rule(account=PICKS)
    def restore_nothing(self, account: int) -> None:
        """What is not short cannot be restored."""
        number = pick(TRUST, account)
        if self.book.short[number]:
            return
        try:
            self.run(self.desk.trust.enter(NewEntry(EntryKind.RESTORE, ACCOUNTS[number - 1][0])))
        except BadInput:
            return
        raise AssertionError("restored what was not short")
