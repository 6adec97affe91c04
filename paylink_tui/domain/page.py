"""What the payment page shows, and what came of a form, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from paylink_tui.domain.facts import Status
from paylink_tui.domain.forms import Field, Terms, TokenProblem, Typed, Wrong
from paylink_tui.domain.money import plain
from paylink_tui.domain.parties import AccountKind, Firm


class Closed(StrEnum):
    """Why a page takes no payment (`link-state`)."""

    UNKNOWN = "unknown"
    """No such link, or a disabled one: nobody is told which."""
    EXPIRED = "expired"
    USED_UP = "used up"
    PAUSED = "paused"
    """The link is frozen."""
    PAID = "paid"
    """The invoice it names has nothing left to pay."""
    LESS_DUE = "less due"
    """Less is left to pay of the invoice it names than the fixed amount it asks for."""
    UNAVAILABLE = "unavailable"
    """The firm or the account may take no payments now (`access-plan`, `access-account`)."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One payment as its payer may see it (`notify-neutral`). Amounts in minor units, times UTC."""

    firm: Firm
    token: str
    """The secret in the receipt's address."""
    number: str
    """`T17`, the name the firm knows it by."""
    status: Status
    amount: int
    currency: str
    refunded: int
    method: str
    brand: str
    last4: str
    paid_at: datetime
    due_at: datetime | None
    completed_at: datetime | None
    checkout_url: str
    """Where it can still be paid; empty once it was, or while it is not known whether it can."""
    language: str
    """The language its payer used."""

    @property
    def state(self) -> str:
        """How the payment stands, for its payer: its status, or `checking` while its processor has not said
        whether it was taken, or `refunded` once all of it was given back."""
        if self.status is Status.PENDING and not self.checkout_url:
            return "checking"
        if self.status is Status.COMPLETED and self.refunded >= self.amount:
            return "refunded"
        return self.status.value


@dataclass(frozen=True, slots=True)
class PayPage:
    """A link that can be paid. Of a client or a matter it tells nothing."""

    firm: Firm
    link_id: int
    account_kind: AccountKind
    terms: Terms
    methods: tuple[str, ...]
    test_mode: bool
    form_token: str
    """Signed, and good for one payment (`txn-once`)."""
    invoice: str = ""
    """Number of the invoice the link names."""
    balance: int | None = None
    """What is left to pay of that invoice."""
    mine: Receipt | None = None
    """The payment this same visitor started on this link and has not finished."""

    def suggested(self, language: str) -> Typed:
        """What stands in the fields at first: the whole balance of an invoice, as the language writes it."""
        if self.terms.amount is not None or not self.balance:
            return Typed()
        amount = plain(self.balance, self.terms.currency)
        return Typed(amount=amount.replace(".", ",") if language == "fr" else amount)


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A link that cannot be paid now, and why."""

    firm: Firm | None
    why: Closed
    staff: str = ""
    """For the firm's own people: what is missing and how to get it."""
    mine: Receipt | None = None
    """This visitor's own payment on this link."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it was sent."""

    token: str
    typed: Typed
    language: str
    address: str
    """Network address of the sender, for the limits."""


@dataclass(frozen=True, slots=True)
class GoTo:
    """The payer is to be sent to the processor's page."""

    url: str
    receipt: str


@dataclass(frozen=True, slots=True)
class SeeReceipt:
    """The form was taken before: the payer is to be sent to what came of it."""

    receipt: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """Some fields are wrong; nothing was done."""

    page: PayPage
    wrong: Mapping[Field, Wrong]


@dataclass(frozen=True, slots=True)
class Stale:
    """The form is too old, or not ours; nothing was done."""

    page: PayPage
    problem: TokenProblem


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The processor would not open its page: nothing was charged, and it may be tried again."""

    page: PayPage


@dataclass(frozen=True, slots=True)
class TooMany:
    """Too much was tried; it may be tried again after some seconds."""

    firm: Firm | None
    seconds: int


Submitted = GoTo | SeeReceipt | Invalid | Stale | NotStarted | TooMany | ClosedPage
