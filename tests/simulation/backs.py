"""Money that goes back in a random history: refunds asked for here or elsewhere, and disputes."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from paylink_tui.domain.facts import FactKind
from paylink_tui.domain.trust import EntryKind, NewEntry
from paylink_tui.processors.port import Snapshot
from tests.services.desk import CLIENTS, MATTERS
from tests.simulation.going_back import Refund
from tests.simulation.ledgers import Gift, Payment
from tests.simulation.payers import Payers
from tests.simulation.stage import AMOUNTS, LIMIT, PICKS, pick, rule


class Backs(Payers):
    """What refunds and disputes do, by the desk and behind its back."""

    def collected(self) -> list[Payment]:
        """Every payment; those that can be refunded many times over."""
        free = [one for one in self.of("completed") if one.dispute != "open" and one.left > LIMIT]
        return [*self.of("completed"), *free, *free, *free, *self.book.payments.values()]

    @rule(
        which=PICKS,
        amount=st.one_of(st.just(0), AMOUNTS),
        part=st.one_of(st.just(-1), PICKS),
        second=st.booleans(),
    )
    def refund(self, which: int, amount: int, part: int, second: bool) -> None:
        """Somebody asks for a refund: of all that can go back (0), or of less, or of one client's part."""
        payment = pick(self.collected(), which)
        client, matter = (0, 0) if part < 0 else pick(self.book.owners(), part)
        asked_by = "ann" if second else "mia"
        one = Refund(0, payment.number, amount, client, matter, asked_by)
        one.amount = amount or sum(self.book.available(payment, one.mine).values())
        said_no = self.book.may_refund(payment, one.amount or payment.amount, one.mine)
        expected = "txn-refund-completed" if self.book.running(payment) else said_no
        key = self.key()
        whose = CLIENTS[client - 1][0] if client else None
        what = MATTERS[matter - 1][0] if matter else None

        told = []

        async def ask() -> None:
            refunds = (self.other if second else self.desk).refunds
            told.append(
                await refunds.request(
                    payment.number, amount or None, reason="asked", client=whose, matter=what, key=key
                )
            )

        said = self.give(ask)
        assert said == expected, (said, expected)
        if said:
            return
        one.number = told[-1].id
        self.book.refunds[one.number] = one
        if not self.needs_second(one.amount, asked_by):
            self.sent(one)

    def needs_second(self, amount: int, asked_by: str) -> bool:
        return amount > LIMIT and any(one != asked_by for one in self.approvers())

    def approvers(self) -> list[str]:
        return [name for name, role in self.roles.items() if role == "approver"]

    def sent(self, one: Refund) -> None:
        """Follow a refund from being sent to its end, which the processor decides."""
        payment = self.book.payments[one.payment]
        self.book.set_aside(one)
        done = self.charge(payment) == "captured" and one.amount <= self.left_at(payment)
        if done:
            self.gift(payment, one.number, one.amount)
        heard = self.heard_of(payment)
        if heard:
            self.book.tell(payment, set(payment.happened))
        if not done:
            self.book.put_back(one)
        self.seen[f"refund {one.state}"] += 1

    def heard_of(self, payment: Payment) -> bool:
        """Whether the desk has heard anything of a payment just now."""
        query = "SELECT count(*) FROM fact WHERE payment_id = ? AND kind <> 'declined'"
        heard = self.run(self.desk.database.reader.rows(query, (payment.number,)))
        return bool(heard[0][0] > len(payment.told - {"declined"}))

    def gift(self, payment: Payment, number: int, amount: int) -> None:
        """The processor refunded; its own number of that is asked for."""
        snapshot = self.run(self.desk.sandbox_processor.fetch(self.ref(payment)))
        assert isinstance(snapshot, Snapshot)
        known = {gift.ref for gift in payment.gifts.values()}
        new = [
            fact
            for fact in snapshot.facts
            if fact.kind is FactKind.REFUNDED and fact.external_ref not in known
        ]
        assert [fact.amount for fact in new] == [amount]
        name = f"refunded {new[0].external_ref}"
        payment.gifts[name] = Gift(new[0].occurred_at, new[0].external_ref, amount, number)
        payment.happened.append(name)

    @precondition(lambda self: self.book.payments)
    @rule(which=PICKS)
    def void(self, which: int) -> None:
        """Only what is authorized is voided; whether it still is, the processor knows best."""
        payment = pick(self.book.payments.values(), which)
        done = payment.state == "authorized" and self.charge(payment) == "authorized"
        said = self.give(lambda: self.desk.transactions.void(payment.number))
        if done:
            assert said == "" or (self.again and said == "txn-void-authorized"), said
            self.happens(payment, "voided")
        else:
            assert said == "txn-void-authorized", said
        if self.heard_of(payment):
            self.book.tell(payment, set(payment.happened))

    def waiting_refunds(self) -> list[Refund]:
        return [one for one in self.book.refunds.values() if one.state == "requested"]

    @precondition(lambda self: self.waiting_refunds())
    @rule(which=PICKS, second=st.booleans())
    def approve_refund(self, which: int, second: bool) -> None:
        one = pick(self.waiting_refunds(), which)
        payment, who = self.book.payments[one.payment], "ann" if second else "mia"
        if self.approvers() and who not in self.approvers():
            expected = "role-approver"
        elif who == one.asked_by:
            expected = "second-person"
        else:
            expected = self.book.may_refund(payment, one.amount, one.mine)
        said = self.give(lambda: (self.other if second else self.desk).refunds.approve(f"F{one.number}"))
        assert said == expected or (self.again and said == "link-race"), (said, expected)
        if not expected:
            self.sent(one)

    @precondition(lambda self: self.waiting_refunds())
    @rule(which=PICKS)
    def withdraw_refund(self, which: int) -> None:
        one = pick(self.waiting_refunds(), which)
        said = self.give(lambda: self.desk.refunds.withdraw(f"F{one.number}", "not needed"))
        assert said == "" or (self.again and said == "link-race")
        one.state = "withdrawn"

    @precondition(lambda self: self.of("completed"))
    @rule(which=PICKS, amount=AMOUNTS, told=st.booleans())
    def foreign_refund(self, which: int, amount: int, told: bool) -> None:
        """Somebody refunds on the processor's own page, without asking the desk."""
        payment = pick([one for one in self.book.payments.values() if self.charge(one) == "captured"], which)
        amount = min(amount, self.left_at(payment))
        if not amount:
            return
        self.commands += 1
        self.run(self.desk.sandbox_processor.refund(f"elsewhere {self.commands}", self.ref(payment), amount))
        self.gift(payment, 0, amount)
        if told:
            self.poll()

    @precondition(lambda self: self.of("completed"))
    @rule(which=PICKS, end=st.sampled_from(["open", "won", "lost"]), told=st.booleans())
    def dispute(self, which: int, end: str, told: bool) -> None:
        """The payer's bank disputes, or decides; the desk hears of it at once, or later."""
        wanted = {"open": ("captured",), "won": ("disputed",), "lost": ("captured", "disputed")}[end]
        payment = pick([one for one in self.book.payments.values() if self.charge(one) in wanted], which)
        unopened = end == "lost" and self.charge(payment) == "captured" and "dispute won" in payment.happened
        done = self.run(self.desk.sandbox_processor.dispute(self.ref(payment), end))
        assert done == (bool(self.left_at(payment)) and not unopened)
        if done:
            self.happens(payment, "dispute opened" if end == "open" else f"dispute {end}")
            self.remember_opening(payment)
            self.seen[f"dispute {end}"] += 1
        if told:
            self.poll()

    def remember_opening(self, payment: Payment) -> None:
        """When the processor says that each dispute was opened."""
        snapshot = self.run(self.desk.sandbox_processor.fetch(self.ref(payment)))
        assert isinstance(snapshot, Snapshot)
        for fact in snapshot.facts:
            if fact.kind is FactKind.DISPUTE_OPENED:
                name = self.name_of(fact, snapshot.facts)
                payment.opened[name] = (fact.occurred_at, fact.external_ref)

    # Who may what

    @rule(name=st.sampled_from(["mia", "ann"]), role=st.sampled_from(["approver", "bookkeeper"]))
    def give_role(self, name: str, role: str) -> None:
        """An approver gives roles; while there is none, anybody does."""
        by = (self.approvers() or ["mia"])[0]

        async def give() -> None:
            desk = self.desk if by == "mia" else self.other
            await desk.roles.set(name, role, confirmed=True)

        assert self.give(give) == "" or self.again
        self.roles[name] = role

    @rule(which=PICKS, how=st.sampled_from(["link", "refund", "unlink", "receipt", "close"]))
    def audit(self, which: int, how: str) -> None:
        """An auditor reads everything and changes nothing, whatever else would stand in the way."""
        if "rae" not in self.roles:
            by = self.other if self.approvers() == ["ann"] else self.desk
            self.run(by.roles.set("rae", "auditor"))
            self.roles["rae"] = "auditor"
        number = pick(self.book.payments, which)
        receipt = NewEntry(EntryKind.RECEIPT, "IOLTA", 1, "C1", method="cash")
        acts: dict[str, Callable[[], Coroutine[Any, Any, Any]]] = {
            "link": lambda: self.auditor.linking.drop_intent(number),
            "refund": lambda: self.auditor.refunds.request(number, 1, reason="asked"),
            "unlink": lambda: self.auditor.linking.unlink(number, "wrong client"),
            "receipt": lambda: self.auditor.trust.enter(receipt),
            "close": lambda: self.auditor.trust.close("2026-11"),
        }
        said = self.refusal(acts[how]())
        assert said == "role-auditor" or (how == "close" and said == "second-person"), (how, said)
