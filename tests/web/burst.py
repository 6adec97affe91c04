"""A thousand events at the sandbox, and a sandbox that tells them in an order of its own."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import insert

from paylink_tui.domain.settings import Limits, Page, Settings
from paylink_tui.domain.times import from_ms, to_ms
from paylink_tui.processors.port import EventPage, Hint, NotDone, Snapshot
from paylink_tui.processors.sandbox import SandboxProcessor, reference_for
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.store import schema
from paylink_tui.store.database import Database
from paylink_tui.store.sandbox import SandboxBook
from tests.services.desk import START, settles

STORIES = (
    ("authorized",),
    ("authorized", "captured", "fee"),
    ("authorized", "captured", "fee"),
    ("authorized", "captured", "fee", "returned"),
    ("authorized", "failed"),
    ("authorized", "voided"),
    ("declined", "authorized", "captured", "fee"),
    ("declined", "declined", "failed"),
)
ENDS = {"captured": "captured", "fee": "captured", "declined": "open"}


@dataclass(frozen=True)
class Scenario:
    """What happened at the processor: charges and their events, numbered in the order they happened."""

    charges: list[dict[str, Any]]
    events: list[dict[str, Any]]

    def hints(self) -> list[Hint]:
        """The events as a processor tells of them."""
        return [
            Hint(f"evt_{one['id']}", one["charge_ref"], one["kind"], from_ms(one["occurred_at"]))
            for one in self.events
        ]


def scenario(seed: int, size: int) -> Scenario:
    """So many payments that `size` events happen to them within five days, intertwined."""
    dice = random.Random(seed)
    charges: list[dict[str, Any]] = []
    happened: list[tuple[datetime, int, dict[str, Any]]] = []
    while len(happened) < size:
        story = dice.choice([one for one in STORIES if len(one) <= size - len(happened)])
        operation = f"op_{seed}_{len(charges)}"
        charge = _charge(operation, dice.randint(100, 90_000), story)
        charges.append(charge)
        at = START + timedelta(seconds=dice.randint(0, 86_400))
        for kind in story:
            at += timedelta(0 if kind == "fee" else dice.randint(1, 86_400) / 86_400)
            happened.append((at, len(happened), _event(charge, kind, at)))
    ordered = [event for *_, event in sorted(happened, key=lambda one: one[:2])]
    return Scenario(charges, [{"id": number, **one} for number, one in enumerate(ordered, 1)])


def _charge(operation: str, amount: int, story: tuple[str, ...]) -> dict[str, Any]:
    return {
        "ref": reference_for(operation),
        "idempotency_key": operation,
        "state": ENDS.get(story[-1], story[-1]),
        "method": "card:Visa:4242",
        "amount": amount,
        "currency": "USD",
        "authorized_at": to_ms(START),
        "completes_at": to_ms(START + timedelta(days=90)),
    }


def _event(charge: dict[str, Any], kind: str, at: datetime) -> dict[str, Any]:
    return {
        "charge_ref": charge["ref"],
        "kind": kind,
        "amount": 31 if kind == "fee" else charge["amount"],
        "currency": "USD",
        "occurred_at": to_ms(at),
        "detail": "card declined" if kind in ("declined", "failed") else "",
    }


class Unsteady(SandboxProcessor):
    """A sandbox whose events become visible one by one, in whatever order: facts, and the list of events."""

    book: SandboxBook
    visible: set[int]

    async def fetch(self, payment_ref: str) -> Snapshot | NotDone:
        """As much of a charge as is visible."""
        whole = await super().fetch(payment_ref)
        if isinstance(whole, NotDone):
            return whole
        return replace(
            whole, facts=tuple(one for one in whole.facts if int(one.external_ref[4:]) in self.visible)
        )

    async def events(self, cursor: str, limit: int = 200) -> EventPage:
        """The visible events after the cursor."""
        after = await self.book.events_after(int(cursor or 0), 10_000)
        found = [one for one in after if one.id in self.visible][:limit]
        hints = [Hint(f"evt_{one.id}", one.charge_ref, one.kind, one.occurred_at) for one in found]
        return EventPage(tuple(hints), str(found[-1].id) if found else cursor)


class UnsteadyServices(Services):
    """A desk whose sandbox is unsteady."""

    @cached_property
    def sandbox_processor(self) -> Unsteady:
        """The sandbox."""
        book = SandboxBook(self.database)
        sandbox = Unsteady(book, self.clock.now, settles, self.settings.page.address)
        sandbox.book, sandbox.visible = book, set()
        return sandbox


def services_over(database: Database, address: str) -> UnsteadyServices:
    """A desk at an address."""
    settings = replace(Settings(), page=Page(address=address), limits=Limits(declines_to_freeze=0))
    return UnsteadyServices(database, FixedClock(START), "mia", settings=settings)


async def happen(desk: Services, told: Scenario) -> None:
    """Let it all have happened at the processor; nobody is told."""
    async with desk.database.write(bulk=True) as connection:
        await connection.execute(insert(schema.sandbox_charge), told.charges)
        await connection.execute(insert(schema.sandbox_event), told.events)


async def final(desk: Services) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that must not depend on the order of telling."""
    rows = desk.database.reader.rows
    return {
        "payments": await rows(
            """SELECT payment_ref, status, amount, paid_at, due_at, completed_at, failure, conflict, refunded,
                      fee, method, brand, last4, linked, applied FROM payment ORDER BY payment_ref"""
        ),
        "facts": await rows(
            """SELECT p.payment_ref, f.kind, f.external_ref, f.amount, f.currency, f.detail,
                      CASE WHEN f.kind = 'submitted' THEN 0 ELSE f.occurred_at END
                 FROM fact f JOIN payment p ON p.id = f.payment_id ORDER BY p.payment_ref, f.external_ref"""
        ),
        "ledger": await rows(
            """SELECT kind, bank_account_id, client_id, matter_id, credits - debits FROM ledger_account
                WHERE credits <> debits ORDER BY kind, bank_account_id, client_id, matter_id"""
        ),
        "links": await rows("SELECT id, uses FROM payment_link ORDER BY id"),
        "tally": await rows(
            "SELECT status, linked, account_id, count, amount FROM tally WHERE count > 0 ORDER BY 1, 2, 3"
        ),
    }
