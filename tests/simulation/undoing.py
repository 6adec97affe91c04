"""What a payment paid, taken back from its invoices in the book kept by hand."""

from __future__ import annotations

from collections import Counter

from tests.simulation.ledgers import KINDS, Envelope, Mine, Payment, Use, all_of_it
from tests.simulation.records import Records


class Undoing(Records):
    """Which money goes first, what that un-pays, and who bears what no envelope has."""

    def choose(
        self, payment: Payment, need: int, mine: Mine = all_of_it
    ) -> tuple[Counter[Envelope], list[tuple[Use, int]]]:
        """Money no invoice has, the last part's first; then what the newest invoices have."""
        lefts, gives = self.lefts(payment, mine), Counter[Envelope]()
        for place in reversed(lefts):
            gives[place] = min(need, max(0, lefts[place] - self.used(payment, place)))
            need -= gives[place]
        rank = {place: number for number, place in enumerate(lefts)}

        def age(use: Use) -> tuple[int, str, str, str]:
            bill = self.bills[use.bill]
            return rank[use.envelope], bill.due, bill.issued, bill.number

        undone = []
        ours = [use for use in self.uses_of(payment) if mine(use.envelope)]
        for use in sorted(ours, key=age, reverse=True):
            cut = max(0, min(need, use.amount, lefts[use.envelope] - gives[use.envelope]))
            gives[use.envelope] += cut
            need -= cut
            undone.append((use, cut))
        return gives, undone

    def _take(self, payment: Payment, gives: Counter[Envelope]) -> Counter[Envelope]:
        """Out of each envelope what it has of that; what a refund takes is remembered by name."""
        taken = Counter({place: min(give, max(0, self.money[place])) for place, give in gives.items()})
        self.money.subtract(taken)
        payment.out.update({place: amount for place, amount in taken.items() if place[1]})
        return taken

    def _unapply(self, payment: Payment, undone: list[tuple[Use, int]]) -> list[Use]:
        """Undo what was posted together with what is undone, and post again what stays of it."""
        cuts = {id(use): cut for use, cut in undone}
        before = self.uses_of(payment)
        touched = {use.journal for use in before if cuts.get(id(use), 0)}
        affected = [use for use in before if use.journal in touched]
        self.unuse(affected)
        for record in dict.fromkeys(use.record for use in before):
            self._use_again(
                [(use, use.amount - cuts.get(id(use), 0)) for use in affected if use.record == record]
            )
        return [
            Use(use.bill, cuts[id(use)], use.envelope, use.payment, use.record, 0)
            for use in affected
            if cuts.get(id(use), 0)
        ]

    def _use_again(self, stays: list[tuple[Use, int]]) -> None:
        journal = self.journal()
        for use, amount in stays:
            if amount:
                self.use(use.bill, amount, use.envelope, use.payment, use.record, journal)

    def _bear(self, payment: Payment, missing: int) -> None:
        if KINDS[payment.account] == "trust":
            self.short[payment.account] += missing
        else:
            self.firm["losses"] += missing

    def _all_of(self, payment: Payment, need: int) -> tuple[Counter[Envelope], int]:
        """Un-pay every invoice and take `need`, the last part's first; what was taken, and missed."""
        gives: Counter[Envelope] = Counter()
        for place, left in reversed(self.lefts(payment).items()):
            gives[place] = min(left, need - gives.total())
        self._unapply(payment, [(use, use.amount) for use in self.uses_of(payment)])
        taken = Counter({place: min(give, max(0, self.money[place])) for place, give in gives.items()})
        self.money.subtract(taken)
        payment.taken += need
        return taken, need - taken.total()
