"""Refunds, returns and disputes in the book kept by hand: money that goes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.simulation.ledgers import KINDS, OPERATING, Envelope, Gift, Mine, Payment, Use
from tests.simulation.undoing import Undoing

RULE = "txn-refund-completed"


@dataclass
class Refund:
    """A refund somebody here asked for."""

    number: int
    payment: int
    amount: int
    client: int
    matter: int
    asked_by: str
    state: str = "requested"
    taken: Counter[Envelope] = field(default_factory=Counter)
    """What is set aside of whose envelope."""
    undone: list[Use] = field(default_factory=list)
    """What of invoices' payments was undone for it."""

    def mine(self, place: Envelope) -> bool:
        return self.client in (0, place[1]) and self.matter in (0, place[2])


class GoingBack(Undoing):
    """What leaves again, out of whose envelope, and who bears what no envelope holds."""

    def __init__(self) -> None:
        super().__init__()
        self.refunds: dict[int, Refund] = {}

    def running(self, payment: Payment) -> bool:
        """Whether a refund of it waits or is on its way."""
        mine = [one for one in self.refunds.values() if one.payment == payment.number]
        return any(one.state in ("requested", "sent") for one in mine)

    # What is asked for

    def available(self, payment: Payment, mine: Mine) -> dict[Envelope, int]:
        """Of trust what no invoice has and the envelope holds; of operating everything."""
        if KINDS[payment.account] == "operating":
            return self.lefts(payment, mine)
        places = [place for place in self.parts(payment) if mine(place)]
        return {one: min(self.unapplied(payment, one), max(0, self.money[one])) for one in places}

    def may_refund(self, payment: Payment, amount: int, mine: Mine) -> str:
        """The rule that says no to a refund; empty when none does."""
        if payment.state != "completed" or payment.dispute == "open" or payment.refunding:
            return RULE
        if payment.refunded >= payment.amount:
            return RULE
        if not any(mine(place) for place in self.parts(payment)):
            return "link-client"
        if amount > sum(self.lefts(payment, mine).values()):
            return RULE
        if amount > sum(self.available(payment, mine).values()):
            return "trust-never-negative"
        gives, undone = self._choice(payment, amount, mine)
        freed: Counter[Envelope] = Counter()
        for use, cut in undone:
            freed[use.envelope] += cut
        short = any(give > max(0, self.money[place]) + freed[place] for place, give in gives.items())
        return "trust-never-negative" if short else ""

    def _choice(
        self, payment: Payment, amount: int, mine: Mine
    ) -> tuple[Counter[Envelope], list[tuple[Use, int]]]:
        if KINDS[payment.account] == "operating":
            return self.choose(payment, amount, mine)
        gives: Counter[Envelope] = Counter()
        for place, most in reversed(self.available(payment, mine).items()):
            gives[place] = min(most, amount)
            amount -= gives[place]
        return gives, []

    def set_aside(self, refund: Refund) -> None:
        """The money of a refund that is sent: out of its envelopes, and not yet gone."""
        payment = self.payments[refund.payment]
        gives, undone = self._choice(payment, refund.amount, refund.mine)
        refund.undone = self._unapply(payment, undone)
        refund.taken = self._take(payment, gives)
        self.aside[payment.account] += refund.taken.total()
        payment.refunding += refund.amount
        refund.state = "sent"

    def put_back(self, refund: Refund) -> None:
        """A refund that was declined: its money is where it was, and pays what it paid."""
        if refund.state != "sent":
            return
        payment = self.payments[refund.payment]
        self._let_go(refund)
        if payment.dispute == "open":
            self._release(payment)
            self._follow(payment, "open")
        elif payment.dispute == "lost":
            more = self._stake(payment) - payment.claim
            self._claimed(payment, payment.claim + more)
            self._lose(payment, more)
        elif payment.state == "returned":
            self.take_back(payment)
        else:
            for record in dict.fromkeys(use.record for use in refund.undone):
                mine = [use for use in refund.undone if use.record == record]
                self._use_again([(use, min(use.amount, self.bills[use.bill].owed)) for use in mine])

    # What is told

    def settle(self, payment: Payment, fresh: set[str]) -> None:
        """Follow what was told of a collected payment: refunds, then a return, then a dispute."""
        gifts = [payment.gifts[name] for name in fresh if name in payment.gifts]
        disputed = any(name.startswith("dispute") for name in fresh)
        if not gifts and "returned" not in fresh and not disputed:
            return
        after = self._disputed(payment)
        if payment.dispute == "open":
            self._release(payment)
        for gift in sorted(gifts, key=lambda gift: (gift.when, gift.ref)):
            self._refunded(payment, gift)
        if "returned" in fresh:
            self.take_back(payment)
        if after:
            self._follow(payment, after)
        if "returned" in payment.told or after == "lost" or payment.refunded >= payment.amount:
            for one in self.refunds.values():
                if one.payment == payment.number and one.state == "requested":
                    one.state = "withdrawn"

    def _refunded(self, payment: Payment, gift: Gift) -> None:
        ours = self.refunds.get(gift.refund)
        if ours is not None and ours.state == "sent":
            self.aside[payment.account] -= gift.amount
            self.bank[payment.account] -= gift.amount
            payment.refunding -= gift.amount
            payment.refunded += gift.amount
            ours.state = "done"
            return
        if payment.refunding and payment.refunded + payment.refunding + gift.amount > payment.amount:
            self._make_room(payment)
        need = min(gift.amount, payment.left)
        gives, undone = self.choose(payment, need)
        self._unapply(payment, undone)
        missing = need - self._take(payment, gives).total()
        self.bank[payment.account] -= need
        self._bear(payment, missing)
        payment.refunded += gift.amount

    def _make_room(self, payment: Payment) -> None:
        """A refund on its way that does not fit beside what was refunded elsewhere cannot be done."""
        mine = (one for one in self.refunds.values() if one.payment == payment.number)
        self._let_go(next(one for one in mine if one.state == "sent"))

    def _let_go(self, refund: Refund) -> None:
        """What was set aside for a refund is where it was."""
        payment = self.payments[refund.payment]
        self.money.update(refund.taken)
        payment.out.subtract({place: amount for place, amount in refund.taken.items() if place[1]})
        self.aside[payment.account] -= refund.taken.total()
        payment.refunding -= refund.amount
        refund.state = "declined"

    def take_back(self, payment: Payment) -> None:
        """The bank took it; from trust the whole, and what operating owes it collects with the fees."""
        told = payment.stakes.get("returned", 0)
        need = min(max(0, told - payment.taken), payment.left)
        taken, missing = self._all_of(payment, need)
        self.bank[payment.account] -= taken.total()
        self._bear(payment, missing)
        if KINDS[payment.account] == "trust":
            self.bank[payment.account] -= missing
        else:
            self.firm["fees due"] += missing

    # Disputes

    def _release(self, payment: Payment) -> None:
        self.money.update(payment.kept)
        self.held.subtract(payment.kept)
        payment.kept.clear()

    def undo(self, number: int) -> bool:
        """Take a recorded payment back; what it gives back to a disputed payment is held as well."""
        drawn = sorted({use.payment for use in self.uses if use.record == number and use.payment})
        if not super().undo(number):
            return False
        for payment in (self.payments[one] for one in drawn):
            if payment.dispute == "open":
                self._release(payment)
                self._follow(payment, "open")
        return True

    def _claimed(self, payment: Payment, amount: int) -> None:
        """The firm's claim, which the processor debits from operating, becomes this much."""
        for name in ("disputes", "fees due"):
            self.firm[name] += amount - payment.claim
        payment.claim = amount

    def _disputed(self, payment: Payment) -> str:
        """How the disputes that were told of stand."""
        if "dispute lost" in payment.told:
            return "lost"
        if self._open(payment):
            return "open"
        return "won" if any(name.startswith("dispute won") for name in payment.told) else ""

    def _open(self, payment: Payment) -> list[str]:
        """The openings told of beyond the wins told of, of which each ends the earliest one."""
        opened = sorted(payment.told & set(payment.opened), key=lambda name: payment.opened[name])
        return opened[sum(name.startswith("dispute won") for name in payment.told) :]

    def _stake(self, payment: Payment) -> int:
        """What disputes are about: what was lost, else asked for, as far as no refund has it."""
        lost = ["dispute lost"] if "dispute lost" in payment.told else []
        told = sum(payment.stakes[name] for name in lost or self._open(payment))
        return min(told, payment.amount - payment.refunded - payment.refunding)

    def _follow(self, payment: Payment, after: str) -> None:
        stake = 0 if after == "won" else self._stake(payment)
        if after == "open":
            self._claimed(payment, stake)
            self._hold(payment, stake)
        elif after == "won":
            self._claimed(payment, 0)
        elif payment.dispute != "lost":
            self._claimed(payment, stake)
            self._lose(payment, stake)
        payment.dispute = after

    def _hold(self, payment: Payment, left: int) -> None:
        for place in reversed(self.parts(payment)):
            if place[1]:
                kept = min(left, self.unapplied(payment, place), max(0, self.money[place]))
                payment.kept[place] += kept
                self.money[place] -= kept
                self.held[place] += kept
                left -= kept

    def _lose(self, payment: Payment, amount: int) -> None:
        need = min(amount, payment.left)
        taken, missing = self._all_of(payment, need)
        if KINDS[payment.account] == "trust":
            self.bank[payment.account] -= taken.total()
            self.bank[OPERATING] += taken.total()
        self.firm["losses"] += missing + amount - need
        self.firm["disputes"] -= amount
        payment.taken += amount - need
