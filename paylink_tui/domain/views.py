"""What screens and commands are shown: frozen rows and cards. Amounts in minor units, times UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from paylink_tui.domain.facts import Dispute, Status
from paylink_tui.domain.links import LinkState
from paylink_tui.domain.parties import AccountKind, Client, Invoice, Matter
from paylink_tui.domain.rows import PaymentRow as PaymentRow
from paylink_tui.domain.rows import money_back, stands


@dataclass(frozen=True, slots=True)
class AppliedTo:
    """A live allocation of a transaction."""

    invoice_id: int
    invoice_number: str
    amount: int
    record_payment_id: int | None


@dataclass(frozen=True, slots=True)
class LinkedPart:
    """One owner of a linked transaction, or of a part of it."""

    client_id: int
    client_code: str
    client_name: str
    matter_id: int | None
    matter_number: str
    amount: int
    apply: bool


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """One line of a transaction's history."""

    at: datetime
    what: str
    who: str
    detail: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """Everything about one payment; `T` plus `id` is how people name it."""

    id: int
    link_id: int
    account_id: int
    account_name: str
    account_kind: AccountKind
    currency: str
    amount: int
    status: Status
    method: str
    brand: str
    last4: str
    payer_name: str
    payer_email: str
    reference: str
    processor: str
    payment_ref: str
    paid_at: datetime
    due_at: datetime | None
    """When the processor expects to complete it."""
    completed_at: datetime | None
    failure: str
    conflict: str
    refunded: int
    fee: int
    linked: bool
    linked_by: str
    linked_at: datetime | None
    parts: tuple[LinkedPart, ...]
    allocations: tuple[AppliedTo, ...]
    applied: int
    intent_client_id: int | None
    intent_client_name: str
    intent_matter_id: int | None
    intent_matter_number: str
    intent_apply: bool | None
    version: int
    """Carried by the screen to the command that acts on what was shown."""
    refunding: int = 0
    """Set aside for a refund that is sent and not done."""
    dispute: Dispute = Dispute.NONE

    @property
    def unapplied(self) -> int:
        """What is neither applied nor refunded, nor set aside for a refund."""
        return self.amount - self.applied - self.refunded - self.refunding

    @property
    def name(self) -> str:
        """`T17`, the name people and commands use."""
        return f"T{self.id}"

    @property
    def display_state(self) -> str:
        """The status, or `to link` when completed and not linked."""
        return "to link" if self.status is Status.COMPLETED and not self.linked else self.status.value

    @property
    def told_state(self) -> str:
        """What screens say of it: `display_state`, unless money goes back or is disputed."""
        back = money_back(self.amount, self.refunded, self.refunding, self.dispute.value)
        return stands(self.display_state, back)


@dataclass(frozen=True, slots=True)
class LinkView:
    """A payment link with the names of what it points to, its state and its URL."""

    id: int
    url: str
    account_id: int
    account_name: str
    account_kind: AccountKind
    currency: str
    amount: int | None
    reference: str
    client_code: str
    client_name: str
    matter_number: str
    invoice_number: str
    state: LinkState
    uses: int
    max_uses: int | None
    expires_at: datetime | None
    created_at: datetime
    created_by: str
    frozen: str = ""
    """Why the link froze itself, while it is frozen."""

    @property
    def name(self) -> str:
        """`L5`, the name people and commands use."""
        return f"L{self.id}"


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice with the names of its client and matter."""

    invoice: Invoice
    client_code: str
    client_name: str
    matter_number: str
    state: str


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What one ledger holds in a client's or a matter's name."""

    account_name: str
    account_kind: AccountKind
    matter_number: str
    balance: int
    currency: str


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client with what it owes and what the firm holds for it."""

    client: Client
    matters: int
    open_invoices: int
    open_balance: int
    trust: int
    credit: int


@dataclass(frozen=True, slots=True)
class MatterView:
    """A matter with its client's name, what it owes and what is held for it."""

    matter: Matter
    client_code: str
    client_name: str
    open_balance: int
    trust: int
    credit: int


@dataclass(frozen=True, slots=True)
class LedgerCard:
    """A client's card: the lines held in its name and its latest postings."""

    client: ClientView
    lines: tuple[LedgerLine, ...]
    postings: tuple[Posting, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """One transfer as a ledger card shows it: positive into the client's name, negative out of it."""

    at: datetime
    account_name: str
    matter_number: str
    what: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Header:
    """The figures of the header line."""

    authorized_count: int
    authorized_amount: int
    to_link_count: int
    to_link_amount: int
    trust_bank: int
    """Book balance of all trust bank accounts."""
    trust_owed: int
    """Sum of the client trust ledgers and of unidentified trust money."""
    currency: str

    @property
    def trust_in_balance(self) -> bool:
        """Whether book and ledgers agree."""
        return self.trust_bank == self.trust_owed


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ranked answer to *whose payment is this*, with the reason."""

    client_id: int
    client_code: str
    client_name: str
    matter_id: int | None
    matter_number: str
    invoice_number: str
    score: int
    reasons: tuple[str, ...]
