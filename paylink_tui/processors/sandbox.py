"""The sandbox processor: published test cards, real business days, no real money."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import Fact, FactKind
from paylink_tui.domain.fees import SANDBOX_DISPUTE_FEE, SANDBOX_FEES
from paylink_tui.domain.sandbox import Charge, Event, Page
from paylink_tui.domain.times import from_ms, to_ms
from paylink_tui.processors.port import (
    CHECKOUT_LIFE,
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
from paylink_tui.processors.sandbox_book import Book
from paylink_tui.processors.sandbox_cards import DECLINES, Means
from paylink_tui.processors.sandbox_signature import verified

NAME = "sandbox"
CHECKOUT_PATH = "/sandbox/checkout/"


class SandboxProcessor:
    """Authorizes at once, completes after the batch, fails and returns when asked to."""

    name = NAME

    def __init__(
        self,
        book: Book,
        now: Callable[[], datetime],
        completes_at: Callable[[datetime, str], Awaitable[datetime]],
        address: str = "http://127.0.0.1:8200",
    ) -> None:
        """Keep charges in `book`; `completes_at` tells when a payment made then, by that method, settles.

        `address` is the origin its own pages are served from.
        """
        self._address = address.rstrip("/")
        self._book = book
        self._now = now
        self._completes_at = completes_at

    def capabilities(self) -> Capabilities:
        """Cards and eChecks in US and Canadian dollars; fees billed to operating."""
        return Capabilities(("card", "echeck"), ("USD", "CAD"), True, True, False, SANDBOX_FEES, True)

    def reference(self, operation: str) -> str:
        """The reference of the charge that an operation opens."""
        return reference_for(operation)

    async def open_checkout(self, order: Order) -> Checkout:
        """Open a charge that waits for its payer, and a page nobody can guess the address of."""
        at = self._now()
        page = {
            "secret": secrets.token_urlsafe(24),
            "return_url": order.return_url,
            "description": order.description,
            "firm": order.firm,
            "language": order.language,
            "expires_at": to_ms(at + CHECKOUT_LIFE),
        }
        ref = reference_for(order.operation)
        kept = await self._book.open(ref, order.operation, order.amount, order.currency, at, page)
        return Checkout(kept.charge_ref, f"{self._address}{CHECKOUT_PATH}{kept.secret}", kept.expires_at)

    async def checkout(self, secret: str) -> tuple[Page, Charge, tuple[str, ...]] | None:
        """The page behind a secret, its charge, and why each card tried so far was declined."""
        page = await self._book.page(secret)
        if page is None:
            return None
        charge, events = await self._must(page.charge_ref), await self._book.events_of(page.charge_ref)
        return page, charge, tuple(event.detail for event in events if event.kind == "declined")

    async def cancel_checkout(self, operation: str, payment_ref: str) -> Outcome:
        """Close an open charge; one that was paid is left alone and told as declined."""
        return await self.close(payment_ref, "closed before it was paid")

    async def close(self, payment_ref: str, reason: str) -> Outcome:
        """Let an open charge fail; any other is left alone and told as declined."""
        charge = await self._book.charge(payment_ref)
        if charge is None:
            return NotDone(f"the sandbox knows no payment {payment_ref}")
        event = ("failed", charge.amount, reason)
        if not await self._book.move(payment_ref, ("open",), "failed", [event], self._now()):
            return Declined("too_late", "the payment was made or has ended")
        snapshot = await self.fetch(payment_ref)
        return Done(snapshot) if isinstance(snapshot, Snapshot) else snapshot

    async def pay(
        self, payment_ref: str, means: Means, *, tries: int = 1, seen: int | None = None
    ) -> Done | Declined | NotDone:
        """The payer's act on the sandbox's own page; done once, however often it is sent.

        The decline that uses up the last of `tries` fails the charge. With `seen` declines known to the
        payer, one that was told meanwhile stops this try.
        """
        charge, at = await self._must(payment_ref), self._now()
        paid = {
            "method": f"{means.method}:{means.brand}:{means.last4}",
            "authorized_at": to_ms(at),
            "completes_at": to_ms(await self._completes_at(at, means.method)),
        }
        if reason := DECLINES.get(means.card or "", ""):
            told = await self._book.turn_down(payment_ref, reason, tries, seen, at, **paid)
            return Declined("card_declined", reason) if told else NotDone("another try came first")
        event = ("authorized", charge.amount, "")
        if not await self._book.move(payment_ref, ("open",), "authorized", [event], at, **paid):
            return NotDone("the payment was made or has ended")
        snapshot = await self.fetch(payment_ref)
        return Done(snapshot) if isinstance(snapshot, Snapshot) else snapshot

    async def settle(self, payment_ref: str) -> bool:
        """Send the batch of one charge now, whatever its day; False when it is not authorized."""
        return await self._capture(await self._must(payment_ref))

    async def fail(self, payment_ref: str, reason: str) -> bool:
        """Let an open or authorized charge fail."""
        charge = await self._must(payment_ref)
        event = ("failed", charge.amount, reason or "processing error")
        return await self._book.move(payment_ref, ("open", "authorized"), "failed", [event], self._now())

    async def give_back(self, payment_ref: str, reason: str) -> bool:
        """Let the bank return what is left of a completed charge, as it does with an eCheck that bounced."""
        left = await self._left(payment_ref)
        event = ("returned", left, reason or "insufficient funds (R01)")
        events = [event] if left else []
        return bool(events) and await self._book.move(
            payment_ref, ("captured",), "returned", events, self._now()
        )

    async def dispute(self, payment_ref: str, end: str, reason: str = "") -> bool:
        """Open a dispute about what is left of a completed charge, or let it be `won` or `lost`.

        False when it cannot be: a charge is disputed again only after the last dispute was won, and then
        only by one that is opened first. Each costs the dispute fee.
        """
        charge, left = await self._must(payment_ref), await self._left(payment_ref)
        at_once = not any(one.kind == "dispute won" for one in await self._book.events_of(payment_ref))
        was = {
            "open": ("captured",),
            "won": ("disputed",),
            "lost": ("captured", "disputed") if at_once else ("disputed",),
        }[end]
        if not left or charge.state not in was:
            return False
        becomes = {"open": "disputed", "won": "captured", "lost": "returned"}[end]
        kind = "dispute opened" if end == "open" else f"dispute {end}"
        fee = [("fee", SANDBOX_DISPUTE_FEE, "dispute")] if charge.state == "captured" else []
        events = [(kind, left, reason or "the cardholder disputes it"), *fee]
        return await self._book.move(payment_ref, (charge.state,), becomes, events, self._now())

    async def _left(self, payment_ref: str) -> int:
        """Minor units of a charge that were not refunded."""
        charge, events = await self._must(payment_ref), await self._book.events_of(payment_ref)
        return charge.amount - sum(event.amount for event in events if event.kind == "refunded")

    async def fetch(self, payment_ref: str) -> Snapshot | NotDone:
        """Everything known of one charge."""
        charge = await self._book.charge(payment_ref)
        if charge is None:
            return NotDone(f"the sandbox knows no payment {payment_ref}")
        facts = tuple(_fact(event) for event in await self._book.events_of(payment_ref))
        method, brand, last4 = (*charge.method.split(":"), "", "")[:3]
        authorized = any(fact.kind is FactKind.AUTHORIZED for fact in facts)
        due_at = charge.completes_at if authorized else None
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
        await self._must(payment_ref)
        problem = await self._book.refund(payment_ref, operation, amount, self._now())
        if problem == "too_much":
            return Declined(problem, "more than the payment would be refunded")
        if problem:
            return Declined(problem, "the payment is not completed, or its money is disputed or gone")
        snapshot = await self.fetch(payment_ref)
        return Done(snapshot) if isinstance(snapshot, Snapshot) else snapshot

    async def events(self, cursor: str, limit: int = 200) -> EventPage:
        """Send the batches that are due, then tell what happened since the cursor."""
        if await self._book.quiet(int(cursor or 0), self._now()):
            return EventPage((), cursor)
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
        """Read the hints of a body signed with any of the secrets within five minutes, either way."""
        return verified(body, headers, secrets, now)

    async def _capture(self, charge: Charge) -> bool:
        method = charge.method.split(":")[0]
        fee = SANDBOX_FEES.fee(charge.amount, method)
        events = [("captured", charge.amount, ""), *([("fee", fee, "")] if fee else [])]
        return await self._book.move(charge.ref, ("authorized",), "captured", events, self._now())

    async def _must(self, payment_ref: str) -> Charge:
        charge = await self._book.charge(payment_ref)
        if charge is None:
            raise Refused("txn-once", f"the sandbox knows no payment {payment_ref}")
        return charge


def reference_for(operation: str) -> str:
    """The reference the sandbox gives to the payment of an operation."""
    return "sb_" + hashlib.sha256(operation.encode()).hexdigest()[:16]


def _fact(event: Event) -> Fact:
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
