"""Trust accounting as values: what a client may spend, bank lines, the three numbers, months.

Amounts are minor units, times UTC, days the firm's own. What the bank gains is positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from paylink_tui.domain.trust_entries import METHODS as METHODS
from paylink_tui.domain.trust_entries import EntryKind as EntryKind
from paylink_tui.domain.trust_entries import EntryPreview as EntryPreview
from paylink_tui.domain.trust_entries import EntryState as EntryState
from paylink_tui.domain.trust_entries import EntryView as EntryView
from paylink_tui.domain.trust_entries import NewEntry as NewEntry


@dataclass(frozen=True, slots=True)
class Deposit:
    """A linked transaction whose money went to one owner's trust ledger."""

    payment_id: int
    method: str
    amount: int
    """What of it went to this owner."""
    completed_on: date
    safe_on: date | None
    """The first day its money may be spent without risk; None while it is disputed."""
    may_return_until: date
    """The last day its payer's bank may take it back."""
    disputed: bool = False

    @property
    def name(self) -> str:
        """`T17`, the name people and commands use."""
        return f"T{self.payment_id}"

    def safe(self, today: date) -> bool:
        """Whether its money may be spent without risk."""
        return self.safe_on is not None and self.safe_on <= today


@dataclass(frozen=True, slots=True)
class TrustPosition:
    """What one ledger, a client's own or a matter's, holds on all trust accounts together."""

    client_id: int
    client_code: str
    client_name: str
    matter_number: str
    """Empty: the client's own ledger."""
    currency: str
    ledger: int
    """Cleared money in its name that is not held for a dispute."""
    at_risk: int
    """What of it could still be taken back because it is not safe to spend yet."""
    held: int
    """Kept beside the ledger while a payment is disputed; nobody may spend it."""
    deposits: tuple[Deposit, ...] = ()
    """Newest first."""

    @property
    def available(self) -> int:
        """What may be spent without risk."""
        return self.ledger - self.at_risk


@dataclass(frozen=True, slots=True)
class BankItem:
    """A transfer into (positive) or out of (negative) a bank account's book, as it is matched."""

    transfer_id: int
    day: date
    amount: int
    kind: str
    """The transfer's kind: `settle`, `disburse` ..."""
    about: str
    """`T17`, `R3`, `E5`, `F2`, or empty."""
    who: str
    """Payer or payee."""
    number: str = ""
    """Cheque number or reference."""
    batch: date | None = None
    """The day a processor's deposit of it was due, for payments."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of a bank statement."""

    id: int
    account_id: int
    posted_on: date
    amount: int
    description: str
    number: str
    matched: tuple[int, ...] = ()
    """The transfers it is; they add up to its amount."""

    @property
    def offer(self) -> EntryKind:
        """The entry that would explain it when the book does not know it."""
        return EntryKind.RECEIPT if self.amount > 0 else EntryKind.SHORTAGE


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a bank line seems to be. Only a sure one is accepted without a person's look."""

    line: StatementLine
    items: tuple[BankItem, ...]
    sure: bool
    """Whether nothing else explains the line as well."""
    why: str


@dataclass(frozen=True, slots=True)
class StatementReport:
    """What an import of a statement did, or would do."""

    account_name: str
    name: str
    format: str
    """`ofx` or `csv`."""
    new: int
    known: int
    """Lines that an earlier statement told; they count once (`txn-once`)."""
    first_on: date | None
    last_on: date | None
    closing_balance: int | None
    closing_on: date | None
    repeated: bool = False
    """The very same file was imported before; nothing was done."""


STALE: Final = (180, 90)
"""Ages in days from which an outstanding item is stale, the oldest first."""


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Something the book and the bank do not both have by a day.

    `amount` is what it will change the bank by (positive: in). An item with `at_bank` is at the bank
    already and in the book only later, so that its amount is the other way round.
    """

    item: BankItem
    amount: int
    age: int
    """Days since the book, or the bank, has it."""
    at_bank: bool = False

    @property
    def stale(self) -> int:
        """180 or 90 when it is older than so many days, else 0."""
        return next((days for days in STALE if self.age > days), 0)


@dataclass(frozen=True, slots=True)
class ThreeWay:
    """Bank, book and client ledgers of one trust account at the end of a day (`trust-three-way`)."""

    account_id: int
    account_name: str
    currency: str
    on: date
    bank_balance: int | None
    """What the bank says, from the newest statement or as given; None when it never said anything."""
    bank_on: date | None
    outstanding_in: int
    outstanding_out: int
    """Not negative."""
    book: int
    trust: int
    held: int
    refunding: int
    unidentified: int
    shortage: int
    unexplained: tuple[StatementLine, ...] = ()
    """Lines of the bank that nothing in the book explains."""
    why: tuple[str, ...] = ()
    """Why it differs, a sentence each."""

    @property
    def ledgers(self) -> int:
        """What is held for clients, by their ledgers."""
        return self.trust + self.held + self.refunding + self.unidentified

    @property
    def adjusted(self) -> int | None:
        """The bank's balance once everything outstanding has arrived."""
        if self.bank_balance is None:
            return None
        return self.bank_balance + self.outstanding_in - self.outstanding_out

    @property
    def difference(self) -> int:
        """Adjusted bank less book; 0 while the bank has said nothing."""
        return 0 if self.adjusted is None else self.adjusted - self.book

    @property
    def in_balance(self) -> bool:
        """Whether all that is known agrees, and nothing is short."""
        return self.difference == 0 and self.book == self.ledgers and self.shortage == 0


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """An account's three numbers at the end of a month, and whether they were kept."""

    month: str
    """`2026-11`."""
    three_way: ThreeWay
    saved: bool
    prepared_by: str = ""
    prepared_at: datetime | None = None
    outstanding: tuple[Outstanding, ...] = ()
    blocks: tuple[str, ...] = ()
    """What keeps it from being saved."""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A closed month, with everything before it."""

    month: str
    closed_by: str
    closed_at: datetime
    approved_by: str
    audit_head: str
    """The newest hash of the audit chain when it was closed."""


@dataclass(frozen=True, slots=True)
class Month:
    """How far a month is."""

    month: str
    reconcile_by: date
    """The day the jurisdiction wants it reconciled by."""
    reconciled: tuple[str, ...]
    """Names of the trust accounts whose three numbers are kept."""
    waiting: tuple[str, ...]
    """Names of those that were used and are not reconciled."""
    closed: ClosedMonth | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class ListingLine:
    """One ledger in the listing of a trust account."""

    client_code: str
    client_name: str
    matter_number: str
    kind: str
    """`trust`, `held`, or, without a client, `refunding` or `unidentified`."""
    balance: int
