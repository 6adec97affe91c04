"""The processor in a random history: payers who pay it, what it does with that, and what of it is told."""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition

from paylink_tui.domain.facts import Fact, FactKind
from paylink_tui.domain.fees import SANDBOX_FEES
from paylink_tui.processors.port import Snapshot
from paylink_tui.services.links import NewLink
from tests.services.desk import ACCOUNTS
from tests.simulation.fuse import Cut
from tests.simulation.model import Payment
from tests.simulation.stage import AMOUNTS, CARD, DECLINED, PICKS, Stage, pick, rule

LATER = {"captured": "authorized", "failed": "authorized", "voided": "authorized", "returned": "captured"}
CHARGES = {
    "returned": ("returned", "dispute lost"),
    "disputed": ("dispute opened",),
    "captured": ("captured",),
    "failed": ("failed",),
    "voided": ("voided",),
    "authorized": ("authorized",),
}
"""How a payment stands at the processor, the latest first, and what brought it there."""


def counted(kind: str, before: int) -> str:
    """The name of an event before which so many of its kind happened."""
    return f"{kind} {before + 1}" if before else kind


class Processing(Stage):
    """Links, payments, and a processor that tells late, twice and wrongly."""

    @initialize()
    def open(self) -> None:
        self.reopen()
        for number in range(1, len(ACCOUNTS) + 1):
            self.mint(number - 1, 0)
        for link, amount, how in ((0, 60_000, CARD), (1, 100_000, CARD), (1, 33_333, "echeck"), (1, 7, CARD)):
            self.pay(link, amount, how)
        self.wait(1)

    def poll(self) -> None:
        """A poll tells the desk all that happened, batches that are due included."""
        self.fuse.lay(*self.laid or (0, ""))
        self.laid, cut = None, False
        try:
            self.run(self.desk.intake.poll())
        except Cut:
            cut = True
        if self.fuse.put_out():
            self.heal(cut, look=True)
            self.run(self.desk.intake.poll())
        self.deliver()

    @rule(which=PICKS, uses=st.sampled_from([0, 1, 2]), how=st.sampled_from(["mint", "disable", "reissue"]))
    def change_links(self, which: int, uses: int, how: str) -> None:
        if how == "mint":
            self.mint(which, uses)
            return
        number = pick(self.book.links, which)
        change = self.desk.links.disable if how == "disable" else self.desk.links.reissue
        self.run(change(number))
        self.book.links[number][2] = int(how == "disable")

    def mint(self, account: int, uses: int) -> None:
        name = ACCOUNTS[account % len(ACCOUNTS)][0]
        made = self.run(self.desk.links.create(NewLink(name, max_uses=uses or None), confirmed=True))
        self.book.links[made.id] = [0, uses, 0]

    @rule(
        link=PICKS,
        amount=AMOUNTS,
        how=st.sampled_from([CARD, CARD, "echeck", DECLINED]),
    )
    def pay(self, link: int, amount: int, how: str) -> None:
        number = pick(self.book.links, link)
        uses, most, disabled = self.book.links[number]
        echeck = how == "echeck"
        work = self.desk.sandbox.pay(
            number, amount=amount, name="Dana Ruiz", email="", card=how, echeck=echeck
        )
        frozen = self.run(self.desk.links.get(number)).frozen
        if disabled or frozen or (most and uses >= most):
            assert self.refusal(work) == "link-state"
            return
        paid = self.run(work)
        payment = Payment(paid.id, paid.account_id, amount, number)
        payment.paid_at = self.clock.now()
        payment.due = payment.paid_at + timedelta(days=3 if echeck else 1)
        payment.fee = SANDBOX_FEES.fee(amount, "echeck" if echeck else "card")
        self.book.links[number][0] += 1
        self.book.payments[paid.id] = payment
        self.happens(payment, "failed" if how == DECLINED else "authorized")
        self.deliver()

    def happens(self, payment: Payment, kind: str) -> None:
        name = self.numbered(payment, kind) if kind.startswith("dispute") else kind
        payment.happened.append(name)
        if kind == "captured" and payment.fee:
            payment.happened.append("fee")
        if kind in ("returned", "dispute opened", "dispute lost"):
            payment.stakes[name] = self.left_at(payment)
        at_once = kind == "dispute lost" and "dispute opened" not in payment.happened
        if kind == "dispute opened" or at_once:
            payment.happened.append(self.numbered(payment, "fee dispute"))

    def numbered(self, payment: Payment, kind: str) -> str:
        """What the next event of a kind is called, of which there can be many."""
        return counted(kind, sum(name.startswith(kind) for name in payment.happened))

    def charge(self, payment: Payment) -> str:
        """How a payment stands at the processor, whatever was told of it."""
        for state, kinds in CHARGES.items():
            if set(kinds) & set(payment.happened):
                opened, won = (
                    sum(name.startswith(kind) for name in payment.happened)
                    for kind in ("dispute opened", "dispute won")
                )
                return "captured" if state == "disputed" and won == opened else state
        return "open"

    def deliver(self) -> None:
        """Follow, by hand, a poll that told the desk all that happened.

        In which order the desk heard of it is the desk's own affair, and asked; what follows is not.
        """
        for payment in self.book.payments.values():
            if self.charge(payment) == "authorized" and self.clock.now() >= payment.due:
                self.happens(payment, "captured")
        heard = self.run(
            self.desk.database.reader.rows(
                "SELECT payment_id, id FROM fact WHERE id > ? ORDER BY id", (self._heard,)
            )
        )
        self._heard = heard[-1][1] if heard else self._heard
        first = [self.book.payments[number] for number in dict.fromkeys(row[0] for row in heard)]
        for payment in (*first, *self.book.payments.values()):
            self.book.tell(payment, set(payment.happened))

    @rule(days=st.sampled_from([0, 1, 1, 3]))
    def wait(self, days: int) -> None:
        self.pass_time(timedelta(days=days))
        self.poll()

    @rule(hours=st.sampled_from([-1, 1, 8 * 24, 40 * 24]))
    def jump(self, hours: int) -> None:
        """The clock is set, or the machine was off for long; nobody polls yet."""
        self.pass_time(timedelta(hours=hours))

    @precondition(lambda self: self.of("authorized"))
    @rule(which=PICKS, how=st.sampled_from(["settle", "settle", "fail", "void"]))
    def end(self, which: int, how: str) -> None:
        payment = pick(self.of("authorized"), which)
        name = f"T{payment.number}"
        if self.charge(payment) != "authorized":
            return
        if how == "settle":
            self.run(self.desk.sandbox.settle([name]))
            self.happens(payment, "captured")
        elif how == "fail":
            self.run(self.desk.sandbox.fail(name))
            self.happens(payment, "failed")
        else:
            said = self.give(lambda: self.desk.transactions.void(name))
            assert said == "" or (self.again and said == "txn-void-authorized"), said
            self.happens(payment, "voided")
            self.run(self.desk.intake.poll())
        self.deliver()

    @precondition(lambda self: self.of("completed"))
    @rule(which=PICKS, luck=st.integers(0, 3))
    def give_back(self, which: int, luck: int) -> None:
        payment = pick(self.of("completed"), which)
        if luck or self.charge(payment) != "captured" or not self.left_at(payment):
            return
        self.run(self.desk.sandbox.give_back(f"T{payment.number}"))
        self.happens(payment, "returned")
        self.deliver()

    @precondition(lambda self: self.book.payments)
    @rule(which=PICKS, how=st.sampled_from(["captured", "returned", "failed", "voided"]))
    def happen_unseen(self, which: int, how: str) -> None:
        """Something happens at the processor and nobody is told yet."""
        payment = pick(self.book.payments.values(), which)
        if self.charge(payment) != LATER[how] or (how == "returned" and not self.left_at(payment)):
            return
        processor, ref = self.desk.sandbox_processor, self.ref(payment)
        acts: dict[str, Coroutine[Any, Any, Any]] = {
            "captured": processor.settle(ref),
            "returned": processor.give_back(ref, ""),
            "failed": processor.fail(ref, ""),
            "voided": processor.void("op", ref),
        }
        for kind, act in acts.items():
            if kind == how:
                self.run(act)
            else:
                act.close()
        self.happens(payment, how)

    @precondition(lambda self: self.told_of())
    @rule(which=PICKS, told=st.lists(PICKS, max_size=6))
    def tell_some(self, which: int, told: list[int]) -> None:
        """Facts arrive in any order, some twice, some not at all."""
        payment = pick(self.told_of(), which)
        snapshot = self.run(self.desk.sandbox_processor.fetch(self.ref(payment)))
        assert isinstance(snapshot, Snapshot)
        facts = [pick(snapshot.facts, number) for number in told]
        self.run(self.desk.intake.take("sandbox", replace(snapshot, facts=tuple(facts))))
        self.book.tell(payment, {self.name_of(fact, snapshot.facts) for fact in facts})

    def name_of(self, fact: Fact, among: Sequence[Fact]) -> str:
        """What the book kept by hand calls a fact among all that are told of its payment."""
        if fact.kind is FactKind.REFUNDED:
            return f"refunded {fact.external_ref}"
        if fact.kind is FactKind.FEE and fact.detail != "dispute":
            return "fee"
        mine = [one for one in among if one.kind is fact.kind]
        if fact.kind is FactKind.FEE:
            mine = [one for one in mine if one.detail == "dispute"]
            return counted("fee dispute", mine.index(fact))
        many = fact.kind.value.startswith("dispute")
        return counted(fact.kind.value, mine.index(fact)) if many else fact.kind.value

    def left_at(self, payment: Payment) -> int:
        """What the processor has not refunded."""
        return payment.amount - sum(gift.amount for gift in payment.gifts.values())

    @precondition(lambda self: self.told_of("authorized"))
    @rule(which=PICKS, cents=st.sampled_from([-1, 1, 500]))
    def tell_wrong(self, which: int, cents: int) -> None:
        """The same facts with another amount are kept for a person and change nothing."""
        payment = pick(self.told_of("authorized"), which)
        snapshot = self.run(self.desk.sandbox_processor.fetch(self.ref(payment)))
        assert isinstance(snapshot, Snapshot)
        wrong = tuple(
            replace(fact, amount=fact.amount + cents)
            for fact in snapshot.facts
            if fact.kind is not FactKind.FEE
        )
        self.run(self.desk.intake.take("sandbox", replace(snapshot, facts=wrong)))
        assert self.run(self.desk.transactions.get(payment.number)).conflict

    def told_of(self, *kinds: str) -> list[Payment]:
        """Payments of which the processor has something to tell, or these things."""
        told = [one for one in self.book.payments.values() if len(one.happened) > 1]
        return [one for one in told if set(kinds) <= set(one.happened)]

    def ref(self, payment: Payment) -> str:
        return self.run(self.desk.transactions.get(payment.number)).payment_ref
