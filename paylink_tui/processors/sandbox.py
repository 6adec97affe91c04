"""The sandbox processor: published test cards, real business days, no real money."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from paylink_tui.domain.errors import BadInput, Refused
from paylink_tui.domain.facts import Fact, FactKind
from paylink_tui.domain.fees import SANDBOX_FEES
from paylink_tui.domain.times import from_ms, to_ms
from paylink_tui.processors.port import (
    Capabilities,
    Checkout,
    Declined,
    Done,
    EventPage,
    Hint,
    NotDone,
    Order,
    Outcome,
    Snapshot,
)

NAME = "sandbox"

CARDS: Mapping[str, str] = {
    "4242424242424242": "Visa",
    "4012888888881881": "Visa",
    "5105105105105100": "Mastercard",
    "378282246310005": "American Express",
    "6011111111111117": "Discover",
    "4000000000000002": "Visa",
    "4000000000000044": "Visa",
    "4000000000000069": "Visa",
    "4000000000000119": "Visa",
}
"""The published test cards; no other number is taken."""

DECLINES: Mapping[str, str] = {
    "4000000000000002": "card declined",
    "4000000000000044": "insufficient funds",
    "4000000000000069": "card expired",
    "4000000000000119": "processing error",
}
"""Test cards that are declined, and why."""


class _Charge(Protocol):
    """A charge as its book keeps it."""

    @property
    def ref(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def completes_at(self) -> datetime: ...
    @property
    def outcome(self) -> str: ...


class _Event(Protocol):
    """An event as its book tells it."""

    @property
    def id(self) -> int: ...
    @property
    def charge_ref(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def detail(self) -> str: ...


class Book(Protocol):
    """Where the sandbox keeps its charges and events."""

    async def open(self, ref: str, key: str, amount: int, currency: str, at: datetime) -> _Charge:
        """Open a charge for an operation; the same operation opens the same charge."""

    async def charge(self, ref: str) -> _Charge | None:
        """One charge."""

    async def by_key(self, key: str) -> _Charge | None:
        """The charge an operation opened."""

    async def due(self, at: datetime, limit: int) -> Sequence[_Charge]:
        """Authorized charges whose batch has gone out."""

    async def move(
        self,
        ref: str,
        was: Sequence[str],
        state: str,
        events: Sequence[tuple[str, int, str]],
        at: datetime,
        **also: Any,
    ) -> bool:
        """Change a charge's state and tell events, or do nothing and say so."""

    async def events_of(self, ref: str) -> Sequence[_Event]:
        """Every event of one charge."""

    async def events_after(self, number: int, limit: int) -> Sequence[_Event]:
        """Events told after one."""


class Means(NamedTuple):
    """How a payer pays: a test card's number, or an eCheck."""

    card: str | None

    @property
    def method(self) -> str:
        """`card` or `echeck`."""
        return "echeck" if self.card is None else "card"

    @property
    def last4(self) -> str:
        """The last four digits that may be kept and shown."""
        return "6789" if self.card is None else self.card[-4:]

    @property
    def brand(self) -> str:
        """The card's brand, or eCheck."""
        return "eCheck" if self.card is None else CARDS[self.card]


class SandboxProcessor:
    """Authorizes at once, completes after the batch, fails and returns when asked to."""

    name = NAME

    def __init__(
        self,
        book: Book,
        now: Callable[[], datetime],
        completes_at: Callable[[datetime, str], Awaitable[datetime]],
    ) -> None:
        """Keep charges in `book`; `completes_at` tells when a payment made then, by that method, settles."""
        self._book = book
        self._now = now
        self._completes_at = completes_at

    def capabilities(self) -> Capabilities:
        """Cards and eChecks in US and Canadian dollars; fees billed to operating."""
        return Capabilities(("card", "echeck"), ("USD", "CAD"), True, True, False, SANDBOX_FEES, True)

    async def open_checkout(self, order: Order) -> Checkout:
        """Open a charge that waits for its payer."""
        ref = reference_for(order.operation)
        charge = await self._book.open(ref, order.operation, order.amount, order.currency, self._now())
        return Checkout(charge.ref, f"sandbox:{charge.ref}", None)

    async def cancel_checkout(self, operation: str, payment_ref: str) -> Outcome:
        """Close an open charge; one that was paid is left alone and told as declined."""
        charge = await self._must(payment_ref)
        event = ("failed", charge.amount, "not paid in time")
        if not await self._book.move(payment_ref, ("open",), "failed", [event], self._now()):
            return Declined("too_late", "the payment was made or has ended")
        snapshot = await self.fetch(payment_ref)
        return Done(snapshot) if isinstance(snapshot, Snapshot) else snapshot

    async def pay(self, payment_ref: str, means: Means) -> None:
        """The payer's act on the sandbox's own page.

        Raises:
            BadInput: the card is not a published test card.
        """
        if means.card is not None and means.card not in CARDS:
            raise BadInput(
                "the sandbox takes only published test cards", "Use 4242424242424242, or --echeck."
            )
        charge = await self._must(payment_ref)
        at = self._now()
        reason = DECLINES.get(means.card or "", "")
        kinds = [("failed", charge.amount, reason)] if reason else [("authorized", charge.amount, "")]
        await self._book.move(
            payment_ref,
            ("open",),
            "failed" if reason else "authorized",
            kinds,
            at,
            method=f"{means.method}:{means.brand}:{means.last4}",
            authorized_at=to_ms(at),
            completes_at=to_ms(await self._completes_at(at, means.method)),
        )

    async def settle(self, payment_ref: str) -> bool:
        """Send the batch of one charge now, whatever its day; False when it is not authorized."""
        return await self._capture(await self._must(payment_ref))

    async def fail(self, payment_ref: str, reason: str) -> bool:
        """Let an open or authorized charge fail."""
        charge = await self._must(payment_ref)
        event = ("failed", charge.amount, reason or "processing error")
        return await self._book.move(payment_ref, ("open", "authorized"), "failed", [event], self._now())

    async def give_back(self, payment_ref: str, reason: str) -> bool:
        """Let the bank return a completed charge, as it does with an eCheck that bounced."""
        charge = await self._must(payment_ref)
        event = ("returned", charge.amount, reason or "insufficient funds (R01)")
        return await self._book.move(payment_ref, ("captured",), "returned", [event], self._now())

    async def fetch(self, payment_ref: str) -> Snapshot | NotDone:
        """Everything known of one charge."""
        charge = await self._book.charge(payment_ref)
        if charge is None:
            return NotDone(f"the sandbox knows no payment {payment_ref}")
        facts = tuple(_fact(event) for event in await self._book.events_of(payment_ref))
        method, brand, last4 = (*charge.method.split(":"), "", "")[:3]
        due_at = None if charge.state in ("open", "failed") else charge.completes_at
        return Snapshot(payment_ref, facts, method, brand, last4, due_at)

    async def look(self, operation: str) -> Snapshot | NotDone:
        """Find a charge by the operation that opened it."""
        charge = await self._book.by_key(operation)
        return await self.fetch(charge.ref) if charge else NotDone("no such operation")

    async def void(self, operation: str, payment_ref: str) -> Outcome:
        """Cancel an authorized charge."""
        charge = await self._must(payment_ref)
        event = ("voided", charge.amount, "")
        if not await self._book.move(payment_ref, ("authorized",), "voided", [event], self._now()):
            return Declined("too_late", "the payment is no longer authorized")
        snapshot = await self.fetch(payment_ref)
        return Done(snapshot) if isinstance(snapshot, Snapshot) else snapshot

    async def refund(self, operation: str, payment_ref: str, amount: int) -> Outcome:
        """Give back all or part of a captured charge, once for each operation."""
        given = [event for event in await self._book.events_of(payment_ref) if event.kind == "refunded"]
        charge = await self._must(payment_ref)
        if operation not in {event.detail for event in given}:
            if sum(event.amount for event in given) + amount > charge.amount:
                return Declined("too_much", "more than the payment would be refunded")
            event = ("refunded", amount, operation)
            if not await self._book.move(payment_ref, ("captured",), "captured", [event], self._now()):
                return Declined("not_captured", "the payment is not completed")
        snapshot = await self.fetch(payment_ref)
        return Done(snapshot) if isinstance(snapshot, Snapshot) else snapshot

    async def events(self, cursor: str, limit: int = 200) -> EventPage:
        """Send the batches that are due, then tell what happened since the cursor."""
        for charge in await self._book.due(self._now(), limit):
            await self._capture(charge)
        found = await self._book.events_after(int(cursor or 0), limit)
        hints = tuple(
            Hint(f"evt_{event.id}", event.charge_ref, event.kind, event.occurred_at) for event in found
        )
        return EventPage(hints, str(found[-1].id) if found else cursor)

    def verify(
        self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime
    ) -> tuple[Hint, ...]:
        """The sandbox is polled and pushes nothing, so nothing can be verified."""
        return ()

    async def _capture(self, charge: _Charge) -> bool:
        method = charge.method.split(":")[0]
        fee = SANDBOX_FEES.fee(charge.amount, method)
        events = [("captured", charge.amount, ""), *([("fee", fee, "")] if fee else [])]
        return await self._book.move(charge.ref, ("authorized",), "captured", events, self._now())

    async def _must(self, payment_ref: str) -> _Charge:
        charge = await self._book.charge(payment_ref)
        if charge is None:
            raise Refused("txn-once", f"the sandbox knows no payment {payment_ref}")
        return charge


def reference_for(operation: str) -> str:
    """The reference the sandbox gives to the payment of an operation."""
    return "sb_" + hashlib.sha256(operation.encode()).hexdigest()[:16]


def _fact(event: _Event) -> Fact:
    return Fact(
        NAME,
        FactKind(event.kind),
        f"evt_{event.id}",
        event.charge_ref,
        event.amount,
        event.currency,
        from_ms(to_ms(event.occurred_at)),
        event.detail,
    )
