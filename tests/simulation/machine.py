"""Random histories of the whole service layer, each step checked by the doctor and by a book kept by hand."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition

from paylink_tui.domain.errors import Refused
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.services.desk import ACCOUNTS, CLIENTS, MATTERS
from tests.simulation.model import KINDS, Payment, Share
from tests.simulation.months import Months
from tests.simulation.stage import AMOUNTS, PICKS, pick, rule


class Histories(Months):
    """What a bookkeeper does in between."""

    PREDICTED = frozenset(
        {
            *("link-only-completed", "link-race", "link-undo", "link-state", "link-client"),
            *("link-split", "apply-default", "role-auditor"),
            *("record-credit", "record-from-trust", "apply-order", "apply-over"),
            *("txn-void-authorized", "txn-refund-completed", "role-approver", "second-person"),
            *("trust-never-negative", "trust-cleared", "trust-shortage", "trust-three-way"),
        }
    )
    """Rules whose refusals the book kept by hand foretells."""

    # The bookkeeper

    @precondition(lambda self: self.book.payments)
    @rule(which=PICKS, owner=PICKS, apply=st.booleans(), own=st.booleans())
    def link(self, which: int, owner: int, apply: bool, own: bool) -> None:
        waiting = [one for one in self.of("completed") if one.shares is None]
        payment = pick([*waiting, *waiting, *waiting, *self.book.payments.values()], which)
        share = self.share(payment, owner, payment.amount - payment.refunded, apply)
        if not share.amount:
            return
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
        left, shares = payment.amount - payment.refunded, []
        for owner, cut in zip(owners, (*cuts, payment.amount), strict=True):
            amount = min(cut, left)
            if amount:
                shares.append(self.share(payment, owner, amount, apply))
            left -= amount
        if shares:
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

    @rule(which=st.lists(PICKS, min_size=2, max_size=4), owner=PICKS, apply=st.booleans())
    def link_many(self, which: list[int], owner: int, apply: bool) -> None:
        """Marked transactions are linked together; each is done or refused on its own."""
        marked = {one.number: one for one in (pick(self.of("completed"), number) for number in which)}
        client, matter = pick(self.book.owners(), owner)
        share = Share(client, matter, 0, apply)
        part = Part(CLIENTS[client - 1][0], MATTERS[matter - 1][0] if matter else None, None, apply)
        answers = self.run(self.desk.linking.link_many(list(marked), part))
        for payment, answer in zip(marked.values(), answers, strict=True):
            rule_ = answer.rule if isinstance(answer, Refused) else ""
            expected = self.says_no(payment, apply=apply)
            assert rule_ == expected, (payment.number, rule_, expected)
            self.refusals.update([rule_] if rule_ else [])
            if not expected:
                self.book.link(payment, [replace(share, amount=payment.amount - payment.refunded)])

    def says_no(self, payment: Payment, *, apply: bool) -> str:
        """The rule that keeps a completed payment from being linked."""
        whole = payment.amount == payment.refunded
        unsettled = payment.dispute == "open" or payment.refunding
        if payment.shares is None and (unsettled or whole):
            return "link-only-completed"
        if whole:
            return "link-split"
        if apply and KINDS[payment.account] == "trust":
            return "apply-default"
        return "link-race" if payment.shares is not None else ""

    def part(self, share: Share) -> Part:
        matter = MATTERS[share.matter - 1][0] if share.matter else None
        return Part(CLIENTS[share.client - 1][0], matter, share.amount, share.apply, share.overrides)

    def link_as(self, payment: Payment, shares: list[Share]) -> None:
        key, parts = self.key(), [self.part(share) for share in shares]
        said = self.give(lambda: self.desk.linking.link(payment.number, parts, key=key))
        if payment.shares is not None:
            assert said in ("link-race", "link-only-completed"), said
        elif (
            payment.state in ("voided", "failed", "returned")
            or payment.dispute == "open"
            or payment.refunding
        ):
            assert said == "link-only-completed", said
        elif payment.state == "completed":
            assert said == "", said
            self.book.link(payment, shares)
            assert self.refusal(self.desk.linking.link(payment.number, parts, key=key)) == ""
        elif len(shares) > 1 or shares[0].overrides is not None:
            assert said == "link-only-completed", said
        else:
            assert said == "", said
            payment.intent = shares[0]

    @precondition(lambda self: any(one.shares for one in self.book.payments.values()))
    @rule(which=PICKS)
    def unlink(self, which: int) -> None:
        payment = pick([one for one in self.book.payments.values() if one.shares], which)
        key = self.key()
        said = self.give(lambda: self.desk.linking.unlink(payment.number, "wrong client", key=key))
        if self.may_unlink(payment):
            assert said == "", said
            self.book.unlink(payment)
        else:
            assert said == "link-undo", said

    def may_unlink(self, payment: Payment) -> bool:
        free = payment.state == "completed" and payment.dispute != "open" and not payment.refunded
        return free and not self.book.running(payment) and self.book.may_unlink(payment)

    @precondition(lambda self: any(one.shares for one in self.book.payments.values()))
    @rule(which=PICKS, owner=PICKS, apply=st.booleans())
    def relink(self, which: int, owner: int, apply: bool) -> None:
        payment = pick([one for one in self.book.payments.values() if one.shares], which)
        share = self.share(payment, owner, payment.amount - payment.refunded, apply)
        if not share.amount:
            return
        key, parts = self.key(), [self.part(share)]
        said = self.give(lambda: self.desk.linking.relink(payment.number, parts, "wrong client", key=key))
        if self.may_unlink(payment):
            assert said == "", said
            self.book.unlink(payment)
            self.book.link(payment, [share])
        else:
            assert said == "link-undo", said

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
        funded = [place[1:] for place in self.book.lots_of(source) if self.book.money[place] > 0]
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
            key, told = self.key(), []

            async def ask() -> None:
                told.append(await self.desk.recording.record(new, key=key))

            assert self.give(ask) == ""
            assert self.book.record(told[-1].id, source, (client, matter), amount, chosen) == ""

    @precondition(lambda self: self.book.records)
    @rule(which=PICKS)
    def undo(self, which: int) -> None:
        number = pick(self.book.records, which)
        nothing_left = not self.book.records[number].received and not any(
            use.record == number for use in self.book.uses
        )
        done = not nothing_left and self.book.undo(number)
        said = self.give(lambda: self.desk.recording.undo(number, "typed twice"))
        assert (said == "") == done or (done and self.again), said

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
