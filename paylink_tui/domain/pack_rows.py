"""What a trust account did in a month, as the monthly pack tells it. Amounts are minor units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from paylink_tui.domain.trust import Outstanding, ThreeWay


@dataclass(frozen=True, slots=True)
class Movement:
    """A transfer into (positive) or out of (negative) the trust account's book."""

    transfer_id: int
    journal_id: int
    kind: str
    day: date
    amount: int
    subject: str
    """`T17`, `R3`, `E5`."""
    party: str
    """Who paid it in, or to whom it was paid out."""
    owner: str
    """Client and matter, as far as known now."""
    method: str
    reference: str
    purpose: str
    authorised_by: str
    reverses: int | None
    """The transfer it undoes."""

    @property
    def is_receipt(self) -> bool:
        """Whether it belongs in the receipts journal; what undoes a receipt stands there too."""
        return self.kind in RECEIPTS


RECEIPTS = frozenset({"settle", "trust receipt", "restore"})
"""Kinds of transfers that bring money to a trust account; every other kind takes money from it."""


@dataclass(frozen=True, slots=True)
class CardLine:
    """One posting on a client's ledger: positive in, negative out."""

    day: date
    what: str
    subject: str
    amount: int
    invoice: str


@dataclass(frozen=True, slots=True)
class ClientLedger:
    """One client's, or one matter's, ledger over the month."""

    client_code: str
    client_name: str
    matter: str
    kind: str
    """`trust`, or `held` for money of a disputed payment."""
    opening: int
    closing: int
    last_moved: date | None
    lines: tuple[CardLine, ...] = ()

    @property
    def name(self) -> str:
        """As the pack's headings call it."""
        matter = f", matter {self.matter}" if self.matter else ", client level"
        return f"{self.client_code} {self.client_name}{matter}{' (held)' if self.kind == 'held' else ''}"


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of the bank's statement and what it is matched to."""

    day: date
    amount: int
    description: str
    number: str
    matches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """A move between one client's ledgers, or a payment of an invoice from trust."""

    day: date
    client: str
    source: str
    target: str
    amount: int
    subject: str
    by: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Something somebody must look at."""

    what: str
    subject: str
    who: str
    day: date | None
    amount: int
    detail: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """Who closed the month, and the newest audit row they vouch for."""

    closed: bool
    prepared_by: str
    prepared_at: datetime | None
    closed_by: str
    closed_at: datetime | None
    approved_by: str
    audit_head: str


@dataclass(frozen=True, slots=True)
class PackData:
    """All a pack is made of."""

    firm: str
    country: str
    account: str
    currency: str
    month: str
    """`2026-11`."""
    first: date
    last: date
    made_at: datetime
    """In the firm's zone."""
    made_by: str
    opening: int
    movements: tuple[Movement, ...]
    ledgers: tuple[ClientLedger, ...]
    reconciled: ThreeWay
    """The three numbers at the end of the month."""
    outstanding: tuple[Outstanding, ...]
    bank_lines: tuple[BankLine, ...]
    moves: tuple[Transfer, ...]
    fees: tuple[Transfer, ...]
    findings: tuple[Finding, ...]
    sign_off: SignOff

    @property
    def agrees(self) -> bool:
        """Whether the bank's word is known, and the three numbers are one (`trust-three-way`)."""
        return self.reconciled.adjusted is not None and self.reconciled.in_balance
