"""Linking, unlinking and recorded payments in the book kept by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.simulation.ledgers import KINDS, OPERATING, Bill, Envelope, Ledgers, Payment, Share

FUNDS = {"credit": ("operating", "record-credit"), "trust": ("trust", "record-from-trust")}


@dataclass
class Record:
    """A recorded payment that stands."""

    source: str
    client: int
    matter: int
    received: int


class Records(Ledgers):
    """Whose money is whose, and what it paid."""

    def __init__(self) -> None:
        super().__init__()
        self.records: dict[int, Record] = {}

    # Links

    def link(self, payment: Payment, shares: list[Share]) -> None:
        payment.shares, payment.intent = shares, None
        places = [(payment.account, one.client, one.matter) for one in shares]
        self.known.update(dict.fromkeys(sorted(places)))
        journal = self.journal()
        for share, place in zip(shares, places, strict=True):
            self.money[place] += share.amount
            self.money[payment.account, 0, 0] -= share.amount
        for share, place in zip(shares, places, strict=True):
            if share.apply:
                for bill, amount in self.planned(share):
                    self.use(bill.number, amount, place, payment.number, 0, journal)

    def planned(self, share: Share) -> list[tuple[Bill, int]]:
        if share.overrides is None:
            return self.spread(share.amount, self.open_bills(share.client, share.matter))
        return [(self.bills[number], amount) for number, amount in share.overrides.items() if amount]

    def may_unlink(self, payment: Payment) -> bool:
        """Whether all it brought is still there, or in invoices it paid by the link itself."""
        if any(use.record for use in self.uses_of(payment)):
            return False
        parts = self.parts(payment).items()
        return all(self.money[place] + self.used(payment, place) >= part for place, part in parts)

    def unlink(self, payment: Payment) -> None:
        self.unuse(self.uses_of(payment))
        for place, part in self.parts(payment).items():
            self.money[place] -= part
            self.money[payment.account, 0, 0] += part
        payment.shares = None

    # Recorded payments

    def lots_of(self, source: str) -> list[Envelope]:
        """The envelopes a source draws on; money from outside passes those of credit."""
        kind = "trust" if source == "trust" else "operating"
        return [place for place in self.known if KINDS[place[0]] == kind]

    def most(self, source: str, client: int, matter: int) -> int:
        """As much as can be recorded from what is held, or one cent."""
        owed = sum(bill.owed for bill in self.open_bills(client, matter))
        mine = [place for place in self.lots_of(source) if place[1:] == (client, matter)]
        return max(1, min(owed, sum(self.money[place] for place in mine)))

    def record(self, number: int, source: str, owner: tuple[int, int], amount: int, chosen: list[str]) -> str:
        """Record a payment, or tell the rule that says no; number 0 only asks."""
        client, matter = owner
        bills = [one for one in self.open_bills(client, matter) if not chosen or one.number in chosen]
        closed = set(chosen) - {one.number for one in bills}
        if source not in FUNDS:
            if closed:
                return "apply-order"
            if number:
                self._receive(number, source, owner, amount, bills)
            return ""
        _, rule = FUNDS[source]
        matters = {matter} if matter else {0, *(self.bills[one].matter for one in chosen)}
        places = [one for one in self.lots_of(source) if one[1] == client and one[2] in matters]
        if sum(self.money[place] for place in places) < amount:
            return rule
        if closed:
            return "apply-order"
        plan = self.spread(amount, bills)
        if sum(taken for _, taken in plan) < amount:
            return "apply-over"
        moves = self._draw(plan, sorted(places, key=lambda place: (place[2] == 0, place[2])))
        if moves is None:
            return rule
        if number:
            self.records[number] = Record(source, client, matter, 0)
            journals = {payment: self.journal() for payment in dict.fromkeys(move[3] for move in moves)}
            for payment, journal in journals.items():
                for bill, taken, place, _ in (move for move in moves if move[3] == payment):
                    self.use(bill.number, taken, place, payment, number, journal)
        return ""

    def _receive(
        self, number: int, source: str, owner: tuple[int, int], amount: int, bills: list[Bill]
    ) -> None:
        place = (OPERATING, *owner)
        self.records[number] = Record(source, *owner, amount)
        self.known[place] = None
        plan = self.spread(amount, bills)
        self.money[place] += amount
        self.bank[OPERATING] += amount
        journal = self.journal()
        for bill, taken in plan:
            self.use(bill.number, taken, place, 0, number, journal)

    def _draw(
        self, plan: list[tuple[Bill, int]], places: list[Envelope]
    ) -> list[tuple[Bill, int, Envelope, int]] | None:
        """Each bill out of its own matter's envelope first, then the client's; of an envelope the oldest
        payment's money first, and last what nobody knows the payment of."""
        there = {place: self.money[place] for place in places}
        claims = {place: Counter(self.claims(place)) for place in places}
        moves = []
        for bill, need in plan:
            for place in (one for one in places if one[2] in (0, bill.matter)):
                piece = min(need, max(0, there[place]))
                there[place] -= piece
                need -= piece
                for payment in list(claims[place]):
                    taken = min(piece, claims[place][payment])
                    if taken:
                        moves.append((bill, taken, place, payment))
                        claims[place][payment] -= taken
                        piece -= taken
                if piece:
                    moves.append((bill, piece, place, 0))
            if need:
                return None
        return moves

    def undo(self, number: int) -> bool:
        """Take a recorded payment back; False when what it brought was spent since."""
        record = self.records[number]
        mine = [use for use in self.uses if use.record == number]
        place = (OPERATING, record.client, record.matter)
        if record.received:
            back = sum(use.amount for use in mine if use.envelope == place)
            left = self.money[place] + back - record.received
            claimed = sum(self.claims(place).values()) + sum(use.amount for use in mine if use.payment)
            if left < claimed:
                return False
        self.unuse(mine)
        self.money[place] -= record.received
        self.bank[OPERATING] -= record.received
        del self.records[number]
        return True
