"""Payers and processors of a random history, and the books that are checked after each step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import FactKind
from paylink_tui.domain.fees import SANDBOX_FEES
from paylink_tui.processors.port import Snapshot
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.links import NewLink
from paylink_tui.store.database import open_database
from tests.services.desk import ACCOUNTS, assert_sound, services_over
from tests.simulation.compare import assert_same_books
from tests.simulation.model import Book, Payment

Result = TypeVar("Result")
AMOUNTS = st.sampled_from([1, 7, 10_001, 20_000, 33_333, 60_000, 100_000, 175_009])
CARD, DECLINED = "4242424242424242", "4000000000000002"
PICKS = st.integers(0, 23)
LATER = {"captured": "authorized", "failed": "authorized", "voided": "authorized", "returned": "captured"}


@dataclass
class Place:
    """Where a machine finds a furnished, fresh database, and how it throws it away."""

    make: Callable[[], str]
    drop: Callable[[str], None]


class NothingThereError(Exception):
    """There is nothing yet that this step could be about."""


def pick(things: Iterable[Result], number: int) -> Result:
    found = list(things)
    if not found:
        raise NothingThereError
    return found[number % len(found)]


class Stage(RuleBasedStateMachine):
    """One desk, one book kept by hand, payers, and a processor that tells late, twice and wrongly."""

    place: Place

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.url = self.place.make()
        self.book = Book()
        self.commands = 0

    @initialize()
    def open(self) -> None:
        self.desk: Services = services_over(self.run(open_database(self.url)))
        for number in range(1, len(ACCOUNTS) + 1):
            self.mint(number - 1, 0)
        for link, amount, how in ((0, 60_000, CARD), (1, 100_000, CARD), (1, 33_333, "echeck"), (1, 7, CARD)):
            self.pay(link, amount, how)
        self.wait(1)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def refusal(self, work: Coroutine[Any, Any, Any]) -> str:
        """Which rule said no; empty when it was done."""
        try:
            self.run(work)
        except Refused as no:
            return no.rule
        return ""

    def of(self, *states: str) -> list[Payment]:
        return [one for one in self.book.payments.values() if one.state in states]

    def days(self) -> int:
        assert isinstance(self.desk.clock, FixedClock)
        return self.desk.clock.now().toordinal()

    # Links and payers

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
        self.deliver()
        payment = Payment(paid.id, paid.account_id, amount, number)
        payment.paid_day, payment.due_days = self.days(), 3 if echeck else 1
        payment.fee = SANDBOX_FEES.fee(amount, "echeck" if echeck else "card")
        self.book.links[number][0] += 1
        self.book.payments[paid.id] = payment
        self.happens(payment, "failed" if how == DECLINED else "authorized")
        self.deliver()

    # The processor

    def happens(self, payment: Payment, kind: str) -> None:
        payment.happened.append(kind)
        if kind == "captured":
            payment.happened.append("fee")

    def deliver(self) -> None:
        """A poll tells the desk all that happened, batches that are due included."""
        for payment in self.book.payments.values():
            if payment.happened[-1] == "authorized" and self.days() >= payment.paid_day + payment.due_days:
                self.happens(payment, "captured")
            self.book.tell(payment, set(payment.happened))

    @rule(days=st.sampled_from([0, 1, 1, 3]))
    def wait(self, days: int) -> None:
        assert isinstance(self.desk.clock, FixedClock)
        self.desk.clock.advance(timedelta(days=days))
        self.run(self.desk.intake.poll())
        self.deliver()

    @precondition(lambda self: self.of("authorized"))
    @rule(which=PICKS, how=st.sampled_from(["settle", "settle", "fail", "void"]))
    def end(self, which: int, how: str) -> None:
        payment = pick(self.of("authorized"), which)
        name = f"T{payment.number}"
        if payment.happened[-1] != "authorized":
            return
        if how == "settle":
            self.run(self.desk.sandbox.settle([name]))
            self.happens(payment, "captured")
        elif how == "fail":
            self.run(self.desk.sandbox.fail(name))
            self.happens(payment, "failed")
        else:
            self.run(self.desk.transactions.void(name))
            self.happens(payment, "voided")
            self.run(self.desk.intake.poll())
        self.deliver()

    @precondition(lambda self: self.of("completed"))
    @rule(which=PICKS, luck=st.integers(0, 3))
    def give_back(self, which: int, luck: int) -> None:
        payment = pick(self.of("completed"), which)
        if luck or payment.happened[-1] == "returned":
            return
        self.run(self.desk.sandbox.give_back(f"T{payment.number}"))
        self.happens(payment, "returned")
        self.deliver()

    @precondition(lambda self: self.book.payments)
    @rule(which=PICKS, how=st.sampled_from(["captured", "returned", "failed", "voided"]))
    def happen_unseen(self, which: int, how: str) -> None:
        """Something happens at the processor and nobody is told yet."""
        payment = pick(self.book.payments.values(), which)
        if LATER[how] not in payment.happened or payment.happened[-1] not in ("authorized", "fee"):
            return
        if how != "returned" and payment.happened[-1] != "authorized":
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
        self.book.tell(payment, {fact.kind.value for fact in facts})

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

    # What must always hold

    @invariant()
    def books_agree(self) -> None:
        if hasattr(self, "desk"):
            self.run(assert_sound(self.desk))
            self.run(assert_same_books(self.desk.database, self.book))

    def teardown(self) -> None:
        try:
            if hasattr(self, "desk"):
                self.run(self.desk.close())
        finally:
            self.loop.close()
            self.place.drop(self.url)
