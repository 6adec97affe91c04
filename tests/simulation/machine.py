"""Random histories of the whole service layer, each step checked by the doctor and by a book kept by hand."""

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
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.services.recording import NewRecord
from paylink_tui.store.database import open_database
from tests.services.desk import ACCOUNTS, CLIENTS, MATTERS, assert_sound, services_over
from tests.simulation.compare import assert_same_books
from tests.simulation.model import Book, Payment, Share

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


class Histories(RuleBasedStateMachine):
    """One desk, one book kept by hand, and whatever can happen in between."""

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
        if disabled or (most and uses >= most):
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

    @precondition(lambda self: self.book.payments)
    @rule(which=PICKS, told=st.lists(PICKS, max_size=6))
    def tell_some(self, which: int, told: list[int]) -> None:
        """Facts arrive in any order, some twice, some not at all."""
        payment = pick(self.book.payments.values(), which)
        snapshot = self.run(self.desk.sandbox_processor.fetch(self.ref(payment)))
        assert isinstance(snapshot, Snapshot)
        facts = [pick(snapshot.facts, number) for number in told]
        self.run(self.desk.intake.take("sandbox", replace(snapshot, facts=tuple(facts))))
        self.book.tell(payment, {fact.kind.value for fact in facts})

    @precondition(lambda self: self.book.payments)
    @rule(which=PICKS, cents=st.sampled_from([-1, 1, 500]))
    def tell_wrong(self, which: int, cents: int) -> None:
        """The same facts with another amount are kept for a person and change nothing."""
        payment = pick(self.book.payments.values(), which)
        snapshot = self.run(self.desk.sandbox_processor.fetch(self.ref(payment)))
        assert isinstance(snapshot, Snapshot)
        wrong = tuple(
            replace(fact, amount=fact.amount + cents)
            for fact in snapshot.facts
            if fact.kind is not FactKind.FEE
        )
        self.run(self.desk.intake.take("sandbox", replace(snapshot, facts=wrong)))
        assert self.run(self.desk.transactions.get(payment.number)).conflict

    def ref(self, payment: Payment) -> str:
        return self.run(self.desk.transactions.get(payment.number)).payment_ref

    # The bookkeeper

    @precondition(lambda self: self.book.payments)
    @rule(which=PICKS, owner=PICKS, apply=st.booleans(), own=st.booleans())
    def link(self, which: int, owner: int, apply: bool, own: bool) -> None:
        waiting = [one for one in self.of("completed") if one.shares is None]
        payment = pick([*waiting, *waiting, *waiting, *self.book.payments.values()], which)
        share = self.share(payment, owner, payment.amount, apply)
        if own and share.apply:
            share.overrides = self.overrides(share)
        self.link_as(payment, [share])

    @precondition(lambda self: any(one.shares is None for one in self.of("completed")))
    @rule(
        which=PICKS,
        owners=st.tuples(PICKS, PICKS, PICKS),
        cuts=st.tuples(AMOUNTS, AMOUNTS),
        apply=st.booleans(),
    )
    def split(self, which: int, owners: tuple[int, ...], cuts: tuple[int, ...], apply: bool) -> None:
        payment = pick([one for one in self.of("completed") if one.shares is None], which)
        left, shares = payment.amount, []
        for owner, cut in zip(owners, (*cuts, payment.amount), strict=True):
            amount = min(cut, left)
            if amount:
                shares.append(self.share(payment, owner, amount, apply))
            left -= amount
        self.link_as(payment, shares)

    def share(self, payment: Payment, owner: int, amount: int, apply: bool) -> Share:
        client, matter = pick(self.book.owners(), owner)
        trust = ACCOUNTS[payment.account - 1][1] == "trust"
        return Share(client, matter, amount, apply and not trust)

    def overrides(self, share: Share) -> dict[str, int]:
        found, left = {}, share.amount
        for bill in reversed(self.book.open_bills(share.client, share.matter)):
            found[bill.number] = min(left, max(1, bill.owed // 2))
            left -= found[bill.number]
        return found

    def link_as(self, payment: Payment, shares: list[Share]) -> None:
        parts = [
            Part(
                CLIENTS[share.client - 1][0],
                MATTERS[share.matter - 1][0] if share.matter else None,
                share.amount,
                share.apply,
                share.overrides,
            )
            for share in shares
        ]
        self.commands += 1
        key = f"link {self.commands}"
        said = self.refusal(self.desk.linking.link(payment.number, parts, key=key))
        if payment.shares is not None:
            assert said in ("link-race", "link-only-completed")
        elif payment.state in ("voided", "failed", "returned"):
            assert said == "link-only-completed"
        elif payment.state == "completed":
            assert said == ""
            self.book.link(payment, shares)
            assert self.refusal(self.desk.linking.link(payment.number, parts, key=key)) == ""
        elif len(shares) > 1 or shares[0].overrides is not None:
            assert said == "link-only-completed"
        else:
            assert said == ""
            payment.intent = shares[0]

    @precondition(lambda self: any(one.shares for one in self.book.payments.values()))
    @rule(which=PICKS)
    def unlink(self, which: int) -> None:
        payment = pick([one for one in self.book.payments.values() if one.shares], which)
        said = self.refusal(self.desk.linking.unlink(payment.number, "wrong client"))
        if payment.state != "completed":
            assert said == "link-undo"
        else:
            assert said == ("" if self.book.unlink(payment) else "link-undo")

    @precondition(lambda self: any(one.intent for one in self.book.payments.values()))
    @rule(which=PICKS)
    def drop_intent(self, which: int) -> None:
        payment = pick([one for one in self.book.payments.values() if one.intent], which)
        self.run(self.desk.linking.drop_intent(payment.number))
        payment.intent = None

    @rule(
        source=st.sampled_from(["credit"] * 3 + ["trust"] * 3 + ["cash", "cheque", "wire", "other"]),
        owner=PICKS,
        amount=st.one_of(st.just(0), AMOUNTS),
        bills=st.one_of(st.just([]), st.lists(PICKS, max_size=2)),
    )
    def record(self, source: str, owner: int, amount: int, bills: list[int]) -> None:
        funded = [place[1:] for place in self.book.lots_of(source) if self.book.held(place)]
        client, matter = pick([*funded, *funded, *self.book.owners()], owner)
        mine = [
            one.number
            for one in self.book.bills.values()
            if one.client == client and matter in (0, one.matter)
        ]
        chosen = sorted({pick(mine, number) for number in bills}) if mine else []
        amount = amount or self.book.most(source, client, matter)
        expected = self.book.record(0, source, (client, matter), amount, chosen)
        name = MATTERS[matter - 1][0] if matter else None
        new = NewRecord(CLIENTS[client - 1][0], source, amount, name, tuple(chosen))
        assert self.refusal(self.desk.recording.preview(new)) == expected
        if expected:
            assert self.refusal(self.desk.recording.record(new)) == expected
        else:
            done = self.run(self.desk.recording.record(new))
            assert self.book.record(done.id, source, (client, matter), amount, chosen) == ""

    @precondition(lambda self: self.book.records)
    @rule(which=PICKS)
    def undo(self, which: int) -> None:
        number = pick(self.book.records, which)
        nothing_left = not self.book.records[number].received and not any(
            use.record == number for use in self.book.uses
        )
        done = not nothing_left and self.book.undo(number)
        said = self.refusal(self.desk.recording.undo(number, "typed twice"))
        assert (said == "") == done, said

    @rule(which=PICKS, total=st.sampled_from([0, 1, 5_000, 90_000]))
    def import_total(self, which: int, total: int) -> None:
        """An import changes an invoice's total, never below what was paid."""
        bill = pick(self.book.bills.values(), which)
        bill.total = bill.paid + total

        async def change() -> None:
            async with self.desk.database.write() as connection:
                await connection.exec_driver_sql(
                    f"UPDATE invoice SET total = {bill.total} WHERE number = '{bill.number}'"
                )

        self.run(change())

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
