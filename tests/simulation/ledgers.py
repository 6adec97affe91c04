"""Money in envelopes, as a child would keep it: the ground of the book kept by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from tests.services.desk import ACCOUNTS, CLIENTS, INVOICES, MATTERS

NEVER = datetime.max.replace(tzinfo=UTC)
Envelope = tuple[int, int, int]
"""Bank account, client, matter (0: none) whose money is in it; client 0: nobody's yet."""
KINDS = {number: kind for number, (_, kind) in enumerate(ACCOUNTS, 1)}
OPERATING = next(number for number, kind in KINDS.items() if kind == "operating")
Mine = Callable[[Envelope], bool]


def all_of_it(_envelope: Envelope) -> bool:
    """Every part."""
    return True


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
class Gift:
    """A refund as the processor tells it."""

    when: datetime
    ref: str
    amount: int
    refund: int
    """The number of the refund we asked for; 0 when nobody here did."""


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
    paid_at: datetime = NEVER
    due: datetime = NEVER
    """When its batch goes out."""
    fee: int = 0
    """What the processor took for it."""
    gifts: dict[str, Gift] = field(default_factory=dict)
    """By the name of the event in `happened`."""
    stakes: dict[str, int] = field(default_factory=dict)
    """What a return, or the opening or losing of a dispute, was told to be about."""
    opened: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    """When each dispute was opened, and the processor's number of that, by the name of the event."""
    refunded: int = 0
    refunding: int = 0
    taken: int = 0
    dispute: str = ""
    claim: int = 0
    out: Counter[Envelope] = field(default_factory=Counter)
    """What refunds took, or set aside, of whose envelope."""
    kept: Counter[Envelope] = field(default_factory=Counter)
    """What is held of whose envelope until its dispute is decided."""

    @property
    def left(self) -> int:
        """What has not gone back, nor is on its way."""
        return max(0, self.amount - self.refunded - self.refunding - self.taken)


@dataclass
class Use:
    """Money that left an envelope for an invoice, by a link (record 0) or a recorded payment."""

    bill: str
    amount: int
    envelope: Envelope
    payment: int
    record: int
    journal: int


class Ledgers:
    """What every envelope and every account of the firm holds."""

    def __init__(self) -> None:
        self.bills = {row[0]: Bill(row[0], row[1], row[2] or 0, row[3], row[4], row[5]) for row in INVOICES}
        self.payments: dict[int, Payment] = {}
        self.links: dict[int, list[int]] = {}
        """Of each link: uses, most uses (0: any number), disabled."""
        self.uses: list[Use] = []
        self.money: Counter[Envelope] = Counter()
        self.closings: dict[date, Counter[Envelope]] = {}
        """What was in the envelopes as each day ended."""
        self.known: dict[Envelope, None] = {}
        """Envelopes with a name on them, in the order they were first needed."""
        self.held: Counter[Envelope] = Counter()
        self.aside: Counter[int] = Counter()
        self.short: Counter[int] = Counter()
        self.bank: Counter[int] = Counter()
        self.firm: Counter[str] = Counter()
        """Losses, fees, disputes (what they cost or claim) and fees due (what is owed)."""
        self._journals = 0

    def owners(self) -> list[tuple[int, int]]:
        """Every client alone, and with each of its matters."""
        alone = [(number, 0) for number in range(1, len(CLIENTS) + 1)]
        return alone + [(client, number) for number, (_, client) in enumerate(MATTERS, 1)]

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

    # Whose a payment's money is

    def parts(self, payment: Payment) -> dict[Envelope, int]:
        """What was put in whose envelope; nobody's while it is not linked."""
        if payment.shares is None:
            return {(payment.account, 0, 0): payment.left}
        found: dict[Envelope, int] = {}
        for one in payment.shares:
            place = (payment.account, one.client, one.matter)
            found[place] = found.get(place, 0) + one.amount
        return found

    def lefts(self, payment: Payment, mine: Mine = all_of_it) -> dict[Envelope, int]:
        """What of each part has not gone back; losses nobody's envelope bore count against the last."""
        found = {place: max(0, part - payment.out[place]) for place, part in self.parts(payment).items()}
        for place in reversed(found):
            found[place] -= min(found[place], max(0, sum(found.values()) - payment.left))
        return {place: left if mine(place) else 0 for place, left in found.items()}

    def uses_of(self, payment: Payment, place: Envelope | None = None) -> list[Use]:
        mine = [use for use in self.uses if use.payment == payment.number]
        return mine if place is None else [use for use in mine if use.envelope == place]

    def used(self, payment: Payment, place: Envelope) -> int:
        return sum(use.amount for use in self.uses_of(payment, place))

    def unapplied(self, payment: Payment, place: Envelope) -> int:
        return max(0, self.lefts(payment)[place] - self.used(payment, place))

    def claims(self, place: Envelope) -> dict[int, int]:
        """What linked payments brought into an envelope and nothing has taken yet, oldest first."""
        found = {}
        for one in sorted(self.payments.values(), key=lambda one: (one.paid_at, one.number)):
            if one.state == "completed" and one.shares is not None and place in self.parts(one):
                left = self.parts(one)[place] - self.used(one, place) - one.out[place] - one.kept[place]
                used = sum(use.amount for use in self.uses_of(one))
                left = min(left, one.amount - one.refunded - one.refunding - used)
                if left > 0:
                    found[one.number] = left
        return found

    # Invoices paid and owed again

    def journal(self) -> int:
        """A number for what is posted together."""
        self._journals += 1
        return self._journals

    def use(self, bill: str, amount: int, place: Envelope, payment: int, record: int, journal: int) -> None:
        self.bills[bill].paid += amount
        self._move_for(place, -amount)
        self.uses.append(Use(bill, amount, place, payment, record, journal))

    def unuse(self, uses: Iterable[Use]) -> None:
        for use in list(uses):
            self.bills[use.bill].paid -= use.amount
            self._move_for(use.envelope, use.amount)
            self.uses = [one for one in self.uses if one is not use]

    def _move_for(self, place: Envelope, amount: int) -> None:
        """Paying from trust moves the money to operating as well."""
        self.money[place] += amount
        if KINDS[place[0]] == "trust":
            self.bank[place[0]] += amount
            self.bank[OPERATING] -= amount
