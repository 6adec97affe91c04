"""The books as a child would keep them: lots of money in envelopes. Knows nothing of the program's code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.services.desk import ACCOUNTS, CLIENTS, INVOICES, MATTERS

Envelope = tuple[int, int, int]
"""Bank account, client, matter (0: none) whose money is in it."""
KINDS = {number: kind for number, (_, kind) in enumerate(ACCOUNTS, 1)}
FUNDS = {"credit": ("operating", "record-credit"), "trust": ("trust", "record-from-trust")}
OPERATING = next(number for number, kind in KINDS.items() if kind == "operating")


@dataclass
class Bill:
    """An invoice."""

    number: str
    client: int
    matter: int
    issued: str
    due: str
    total: int
    paid: int = 0

    @property
    def owed(self) -> int:
        return self.total - self.paid


@dataclass
class Share:
    """A part of a payment and whose it is."""

    client: int
    matter: int
    amount: int
    apply: bool
    overrides: dict[str, int] | None = None


@dataclass
class Payment:
    """A payment: what happened to it, and what of that was told."""

    number: int
    account: int
    amount: int
    link: int
    happened: list[str] = field(default_factory=lambda: ["submitted"])
    told: set[str] = field(default_factory=lambda: {"submitted"})
    state: str = "pending"
    shares: list[Share] | None = None
    intent: Share | None = None
    due_days: int = 1
    paid_day: int = 0
    fee: int = 0
    """What the processor took for it."""


@dataclass
class Use:
    """Money that left a lot for an invoice, by a link (record 0) or a recorded payment."""

    bill: str
    amount: int
    envelope: Envelope
    payment: int
    record: int


@dataclass
class Record:
    """A recorded payment that stands."""

    source: str
    client: int
    matter: int
    received: int


class Book:
    """Every balance, kept by hand. A lot is one payment's money in an envelope; lot 0 came from outside."""

    def __init__(self) -> None:
        self.bills = {row[0]: Bill(row[0], row[1], row[2] or 0, row[3], row[4], row[5]) for row in INVOICES}
        self.payments: dict[int, Payment] = {}
        self.records: dict[int, Record] = {}
        self.lots: dict[Envelope, Counter[int]] = {}
        self.uses: list[Use] = []
        self.bank: Counter[int] = Counter()
        self.links: dict[int, list[int]] = {}
        """Of each link: uses, most uses (0: any number), disabled."""

    def owners(self) -> list[tuple[int, int]]:
        """Every client alone, and with each of its matters."""
        alone = [(number, 0) for number in range(1, len(CLIENTS) + 1)]
        return alone + [(client, number) for number, (_, client) in enumerate(MATTERS, 1)]

    def held(self, envelope: Envelope) -> int:
        return sum(self.lots.get(envelope, Counter()).values())

    def lots_of(self, source: str) -> list[Envelope]:
        """The envelopes a source draws on; money from outside passes those of credit."""
        kind = "trust" if source == "trust" else "operating"
        return [place for place in self.lots if KINDS[place[0]] == kind]

    def most(self, source: str, client: int, matter: int) -> int:
        """As much as can be recorded from what is held, or one cent."""
        owed = sum(bill.owed for bill in self.open_bills(client, matter))
        mine = [place for place in self.lots_of(source) if place[1:] == (client, matter)]
        return max(1, min(owed, sum(self.held(place) for place in mine)))

    def open_bills(self, client: int, matter: int) -> list[Bill]:
        mine = [one for one in self.bills.values() if one.client == client and one.owed]
        if matter:
            mine = [one for one in mine if one.matter == matter]
        return sorted(mine, key=lambda one: (one.due, one.issued, one.number))

    def spread(self, amount: int, bills: list[Bill]) -> list[tuple[Bill, int]]:
        found = []
        for bill in bills:
            taken = min(amount, bill.owed)
            if taken:
                found.append((bill, taken))
            amount -= taken
        return found

    # Payments

    def tell(self, payment: Payment, kinds: set[str]) -> None:
        """Learn that these things happened; the state follows."""
        payment.told |= kinds
        told = payment.told
        if "returned" in told and "captured" not in told:
            return
        if "captured" in told:
            self._reach(payment, "completed")
            if "returned" in told:
                self._reach(payment, "returned")
            return
        for state in ("failed", "voided", "authorized"):
            if state in told:
                self._reach(payment, state)
                return

    def _reach(self, payment: Payment, state: str) -> None:
        if state == payment.state or payment.state == "returned":
            return
        payment.state = state
        if state in ("failed", "voided"):
            self.links[payment.link][0] -= 1
        if state == "completed":
            self.bank[payment.account] += payment.amount
            # Told of its return in the same breath, nobody's name is put on it any more.
            if payment.intent and "returned" not in payment.told:
                self.link(payment, [payment.intent])
        if state == "returned":
            self._give_back(payment)

    def link(self, payment: Payment, shares: list[Share]) -> None:
        payment.shares, payment.intent = shares, None
        places = [(payment.account, one.client, one.matter) for one in shares]
        for envelope in sorted(places):
            self.lots.setdefault(envelope, Counter())
        for share, envelope in zip(shares, places, strict=True):
            self.lots[envelope][payment.number] += share.amount
            if share.apply:
                for bill, amount in self.planned(share):
                    self._use(bill, amount, envelope, payment.number, 0)

    def planned(self, share: Share) -> list[tuple[Bill, int]]:
        if share.overrides is None:
            return self.spread(share.amount, self.open_bills(share.client, share.matter))
        return [(self.bills[number], amount) for number, amount in share.overrides.items() if amount]

    def unlink(self, payment: Payment) -> bool:
        if any(use.payment == payment.number and use.record for use in self.uses):
            return False
        self._unuse([use for use in self.uses if use.payment == payment.number])
        self._empty(payment)
        payment.shares = None
        return True

    def _give_back(self, payment: Payment) -> None:
        self._unuse([use for use in self.uses if use.payment == payment.number])
        if payment.shares:
            self._empty(payment)
        self.bank[payment.account] -= payment.amount

    def _empty(self, payment: Payment) -> None:
        """Take the payment's lots out; by now they hold all it brought."""
        held = sum(lots.pop(payment.number, 0) for lots in self.lots.values())
        assert held == payment.amount

    # Uses of money

    def _use(self, bill: Bill, amount: int, envelope: Envelope, payment: int, record: int) -> None:
        bill.paid += amount
        self.lots[envelope][payment] -= amount
        if KINDS[envelope[0]] == "trust":
            self.bank[envelope[0]] -= amount
            self.bank[OPERATING] += amount
        self.uses.append(Use(bill.number, amount, envelope, payment, record))

    def _unuse(self, uses: list[Use]) -> None:
        for use in uses:
            self.bills[use.bill].paid -= use.amount
            self.lots[use.envelope][use.payment] += use.amount
            if KINDS[use.envelope[0]] == "trust":
                self.bank[use.envelope[0]] += use.amount
                self.bank[OPERATING] -= use.amount
            self.uses.remove(use)

    # Recorded payments

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
        kind, rule = FUNDS[source]
        matters = {matter} if matter else {0, *(self.bills[one].matter for one in chosen)}
        places = [
            place
            for place in self.lots
            if KINDS[place[0]] == kind and place[1] == client and place[2] in matters
        ]
        if sum(self.held(place) for place in places) < amount:
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
            for bill, taken, place, payment in moves:
                self._use(bill, taken, place, payment, number)
        return ""

    def _receive(
        self, number: int, source: str, owner: tuple[int, int], amount: int, bills: list[Bill]
    ) -> None:
        envelope = (OPERATING, *owner)
        self.records[number] = Record(source, *owner, amount)
        self.lots.setdefault(envelope, Counter())[0] += amount
        self.bank[OPERATING] += amount
        for bill, taken in self.spread(amount, bills):
            self._use(bill, taken, envelope, 0, number)

    def _draw(
        self, plan: list[tuple[Bill, int]], places: list[Envelope]
    ) -> list[tuple[Bill, int, Envelope, int]] | None:
        """Each bill out of its own matter's envelope first, then the client's; lots oldest first."""
        left = {place: Counter(self.lots[place]) for place in places}
        moves = []
        for bill, need in plan:
            for place in places:
                if place[2] not in (0, bill.matter):
                    continue
                for payment in sorted(left[place], key=lambda one: (one == 0, one)):
                    taken = min(need, left[place][payment])
                    if taken > 0:
                        moves.append((bill, taken, place, payment))
                        left[place][payment] -= taken
                        need -= taken
            if need:
                return None
        return moves

    def undo(self, number: int) -> bool:
        """Take a recorded payment back; False when what it brought was spent since."""
        record = self.records[number]
        mine = [use for use in self.uses if use.record == number]
        if record.received:
            envelope = (OPERATING, record.client, record.matter)
            if self.lots[envelope][0] + sum(use.amount for use in mine) < record.received:
                return False
            self._unuse(mine)
            self.lots[envelope][0] -= record.received
            self.bank[OPERATING] -= record.received
        else:
            self._unuse(mine)
        del self.records[number]
        return True
