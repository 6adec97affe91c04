"""The books as a child would keep them: money in envelopes. Knows nothing of the program's code."""

from __future__ import annotations

from tests.simulation.entries import Entries
from tests.simulation.ledgers import KINDS as KINDS
from tests.simulation.ledgers import Bill as Bill
from tests.simulation.ledgers import Payment as Payment
from tests.simulation.ledgers import Share as Share


class Book(Entries):
    """Every balance, kept by hand, and what follows from what is told of a payment."""

    def tell(self, payment: Payment, names: set[str]) -> None:
        """Learn that these things happened; the state follows, and what it brings about."""
        fresh, was = names - payment.told, payment.state
        payment.told |= names
        for name in fresh:
            self._charge(payment, name)
        told, gone = payment.told, {"returned", "dispute lost"} & payment.told
        if not fresh or (gone and "captured" not in told):
            return
        if "captured" in told:
            self._collect(payment, was)
            self.settle(payment, fresh if was in ("completed", "returned") else set(told))
            payment.state = "returned" if gone else "completed"
            return
        for state in ("failed", "voided", "authorized"):
            if state in told:
                self._reach(payment, state)
                return

    def _charge(self, payment: Payment, name: str) -> None:
        """The processor's own: what it keeps for a payment, or for a dispute."""
        amount = payment.fee if name == "fee" else DISPUTE_FEE if name.startswith("fee dispute") else 0
        self.firm["fees"] += amount
        self.firm["fees due"] += amount

    def _collect(self, payment: Payment, was: str) -> None:
        if was not in ("pending", "authorized"):
            return
        payment.state = "completed"
        self.bank[payment.account] += payment.amount
        self.money[payment.account, 0, 0] += payment.amount
        if payment.intent:
            self.link(payment, [payment.intent])

    def _reach(self, payment: Payment, state: str) -> None:
        if state != payment.state and payment.state in ("pending", "authorized"):
            payment.state = state
            if state in ("failed", "voided"):
                self.links[payment.link][0] -= 1


DISPUTE_FEE = 1_500
"""Minor units a dispute costs, whoever wins it."""
