"""The processor port: what PayLink asks of a card processor, and nothing more.

Adapters translate, they never decide. A call ends as one of five outcomes; exceptions never cross
the port. Amounts are minor units, times UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from paylink_tui.domain.facts import Fact
from paylink_tui.domain.fees import FeeSchedule

CHECKOUT_LIFE: Final = timedelta(minutes=30)
"""How long a payer has on a processor's page."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a processor can do; the rules and the screen read it, nobody tries and sees."""

    methods: tuple[str, ...]
    currencies: tuple[str, ...]
    can_void: bool
    can_refund: bool
    nets_fees: bool
    """Whether fees are taken out of the payout; such a processor never serves trust (`trust-gross`)."""
    fees: FeeSchedule
    test_mode: bool
    """Whether no real money moves."""
    refund_window: int = 180
    """Days after a payment in which it can be refunded."""


@dataclass(frozen=True, slots=True)
class Order:
    """A payment about to be made on the processor's page."""

    operation: str
    """Our id of this call: the processor's idempotency key, and what `look` finds it by."""
    amount: int
    currency: str
    account: str
    """The processor's name of the destination account."""
    description: str
    payer_email: str
    firm: str = ""
    """The firm's name, which the processor's page shows."""
    return_url: str = ""
    """Where the payer is sent afterwards, whatever came of it."""
    language: str = "en"
    """Language of the processor's page."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """The processor's page for one order."""

    payment_ref: str
    url: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A payment as its processor knows it: facts only, never a status word."""

    payment_ref: str
    facts: tuple[Fact, ...]
    method: str = ""
    brand: str = ""
    last4: str = ""
    due_at: datetime | None = None
    """When the processor expects to complete it."""


@dataclass(frozen=True, slots=True)
class Done:
    """The processor did it."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Pending:
    """The processor took it and will tell."""

    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Declined:
    """The processor, or the bank, said no."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class NotDone:
    """Certainly not done; may be tried again."""

    why: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows; to be looked up before it is ever retried (`txn-unknown`)."""

    why: str


Outcome = Done | Pending | Declined | NotDone | Unknown


@dataclass(frozen=True, slots=True)
class Hint:
    """Something happened to a payment; which, not what: the object is fetched afterwards (`txn-once`)."""

    external_id: str
    payment_ref: str
    kind: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class EventPage:
    """Hints in the processor's order and the cursor to ask on from."""

    hints: tuple[Hint, ...]
    cursor: str


class Processor(Protocol):
    """One processor, for the bank accounts connected to it."""

    name: str

    def capabilities(self) -> Capabilities:
        """What it can do; pure data."""

    def reference(self, operation: str) -> str:
        """What a payment is known by at the processor, told before its page is opened, so that whatever
        happens to it finds the payment it happened to."""

    async def open_checkout(self, order: Order) -> Checkout | Declined | NotDone | Unknown:
        """Open the processor's page for an order; the same operation opens the same page."""

    async def cancel_checkout(self, operation: str, payment_ref: str) -> Outcome:
        """Close a page nobody paid on, so that it cannot be paid any more; `Declined` when it was paid."""

    async def fetch(self, payment_ref: str) -> Snapshot | NotDone | Unknown:
        """Everything known of one payment; safe to repeat."""

    async def look(self, operation: str) -> Snapshot | NotDone | Unknown:
        """Find a payment by our own operation id when its reference never arrived."""

    async def void(self, operation: str, payment_ref: str) -> Outcome:
        """Cancel an authorized payment."""

    async def refund(self, operation: str, payment_ref: str, amount: int) -> Outcome:
        """Give back all or part of a completed payment."""

    async def events(self, cursor: str, limit: int = 200) -> EventPage | NotDone | Unknown:
        """What happened since the cursor; an empty cursor asks from the beginning."""

    def verify(
        self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime
    ) -> tuple[Hint, ...]:
        """Check a webhook's signature and read its hints; an unverifiable one yields none."""
