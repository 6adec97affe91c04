"""From a processor's events to transactions: store the hint, fetch the payment, fold its facts, post."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from paylink_tui.domain.facts import Fact, FactConflict, FactKind, PaymentView, Status, fold, merge, route
from paylink_tui.domain.times import to_ms
from paylink_tui.processors.port import EventPage, Processor, Snapshot
from paylink_tui.services import posting
from paylink_tui.services.recovery import recover
from paylink_tui.store.schema import inbox, setting
from paylink_tui.store.unit_of_work import UnitOfWork, unit_of_work
from paylink_tui.store.write import links, payments

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

ENDED_UNPAID = (Status.FAILED, Status.VOIDED)
BATCH = 200


class IntakeService:
    """Turns what processors tell into transactions, each event once (`txn-once`)."""

    def __init__(self, database: Database, clock: Clock, processors: Mapping[str, Processor]) -> None:
        self._database = database
        self._clock = clock
        self._processors = processors

    async def poll(self) -> int:
        """Ask every processor what happened, handle it, and tell how many events were handled.

        Calls that a crash left open are looked up first (`txn-unknown`).
        """
        await recover(self._database, self._clock, self._processors, self)
        return sum([await self._poll_one(processor) for processor in self._processors.values()])

    async def _poll_one(self, processor: Processor) -> int:
        cursor = await self._database.reader.rows(
            "SELECT value FROM setting WHERE name = ?", (f"cursor:{processor.name}",)
        )
        page = await processor.events(cursor[0][0] if cursor else "", BATCH)
        if isinstance(page, EventPage) and page.hints:
            await self._store(processor, page)
        return await self._handle_waiting(processor)

    async def _store(self, processor: Processor, page: EventPage) -> None:
        """Keep the hints, then the cursor, in one transaction: none is lost, none counts twice."""
        rows = [
            {
                "source": processor.name,
                "external_id": hint.external_id,
                "body": hint.payment_ref,
            }
            for hint in page.hints
        ]
        async with unit_of_work(self._database, f"processor:{processor.name}", self._clock.now()) as unit:
            maker = postgresql.insert if unit.dialect == "postgresql" else sqlite.insert
            await unit.connection.execute(
                maker(inbox).on_conflict_do_nothing(), [{**row, "received_at": unit.at} for row in rows]
            )
            keep = maker(setting).values(name=f"cursor:{processor.name}", value=page.cursor)
            await unit.connection.execute(
                keep.on_conflict_do_update(index_elements=["name"], set_={"value": page.cursor})
            )

    async def _handle_waiting(self, processor: Processor) -> int:
        waiting = await self._database.reader.rows(
            "SELECT DISTINCT body FROM inbox WHERE handled_at IS NULL AND source = ? ORDER BY body LIMIT ?",
            (processor.name, BATCH),
        )
        handled = 0
        for (payment_ref,) in waiting:
            snapshot = await processor.fetch(payment_ref)
            if isinstance(snapshot, Snapshot):
                handled += await self.take(processor.name, snapshot)
        return handled

    async def take(self, processor_name: str, snapshot: Snapshot, source: str = "poll") -> int:
        """Fold a processor's snapshot into its transaction and close the inbox rows about it.

        A payment that is not known yet leaves its events parked, to be tried again; returns how
        many inbox rows were closed.
        """
        actor = f"processor:{processor_name}"
        async with unit_of_work(self._database, actor, self._clock.now()) as unit:
            row = await payments.lock_by_reference(unit, processor_name, snapshot.payment_ref)
            about = (
                inbox.c.source == processor_name,
                inbox.c.body == snapshot.payment_ref,
                inbox.c.handled_at.is_(None),
            )
            if row is None:
                await unit.connection.execute(
                    update(inbox).where(*about).values(attempts=inbox.c.attempts + 1)
                )
                return 0
            await apply_snapshot(unit, row, snapshot, source)
            closed = await unit.connection.execute(update(inbox).where(*about).values(handled_at=unit.at))
            return int(closed.rowcount)

    async def parked(self) -> int:
        """How many events wait for a payment that is not known yet."""
        found = await self._database.reader.rows("SELECT count(*) FROM inbox WHERE handled_at IS NULL")
        return int(found[0][0])

    async def submit(self, new: payments.NewPayment, operation_id: str) -> int | None:
        """Claim one use of a link and commit the intent to pay; None when no use was left.

        The last use is won by exactly one payer (`link-get-is-free`), and the intent is committed
        before any processor is called (`txn-unknown`).
        """
        async with unit_of_work(self._database, f"payer:L{new.link_id}", self._clock.now()) as unit:
            if not await links.take_use(unit, new.link_id):
                return None
            payment_id = await payments.add(unit, new)
            await payments.start_operation(unit, operation_id, payment_id, "checkout")
            submitted = Fact(
                new.processor,
                FactKind.SUBMITTED,
                operation_id,
                new.payment_ref,
                new.amount,
                new.currency,
                unit.now,
            )
            await payments.add_facts(unit, payment_id, [submitted], "page")
            unit.record("submit", "payment", payment_id, after={"amount": new.amount})
            return payment_id

    async def begin_operation(self, operation_id: str, payment_id: int, kind: str) -> None:
        """Commit the intent to call a processor about a payment that exists (`txn-unknown`)."""
        async with unit_of_work(self._database, "desk", self._clock.now()) as unit:
            await payments.start_operation(unit, operation_id, payment_id, kind)

    async def settle_operation(self, operation_id: str, state: str, problem: str = "") -> None:
        """Write how the processor call of an operation ended."""
        async with unit_of_work(self._database, "desk", self._clock.now()) as unit:
            await payments.settle_operation(unit, operation_id, state, problem)


async def apply_snapshot(unit: UnitOfWork, row: Any, snapshot: Snapshot, source: str) -> None:
    """Add the facts that are new, recompute the payment, and post what its new state means."""
    known = await payments.facts_of(unit, row)
    identities = {one.identity for one in known}
    new = [one for one in _distinct(snapshot.facts) if one.identity not in identities]
    problem = _conflict(known, snapshot.facts)
    if problem:
        if problem != row.conflict:
            await payments.change(unit, row, conflict=problem)
            unit.record("conflict", "payment", row.id, after={"conflict": problem})
        return
    if not new:
        return
    await payments.add_facts(unit, row.id, new, source)
    await _move(unit, row, fold([*known, *new]), _details(snapshot))
    fee = sum(one.amount for one in new if one.kind is FactKind.FEE)
    if fee:
        await posting.charge_fee(unit, row, fee)


def _details(snapshot: Snapshot) -> dict[str, Any]:
    told = {"method": snapshot.method, "brand": snapshot.brand, "last4": snapshot.last4}
    details: dict[str, Any] = {name: value for name, value in told.items() if value}
    if snapshot.due_at is not None:
        details["due_at"] = to_ms(snapshot.due_at)
    return details


async def _move(unit: UnitOfWork, row: Any, view: PaymentView, details: dict[str, Any]) -> None:
    """Lead the payment to its new state one allowed step at a time, posting what each step means.

    Facts that contradict where it already is are kept for a person to look at; nothing is posted.
    """
    before = Status(row.status)
    steps = route(before, view.status)
    if steps is None:
        problem = view.conflict or f"told as {view.status.value} after it was {before.value}"
        await payments.change(unit, row, conflict=problem)
        unit.record("conflict", "payment", row.id, after={"conflict": problem})
        return
    for step in steps or [before]:
        await payments.set_view(unit, row, replace(view, status=step), **details)
        if step is not before:
            await posting.follow(unit, row, before, step)
        before = step
    await _consequences(unit, row, view.status)
    unit.record("told", "payment", row.id, before={"status": row.status}, after={"status": view.status.value})


async def _consequences(unit: UnitOfWork, row: Any, after: Status) -> None:
    """What follows from a state that was just reached: a use given back, a stored choice posted."""
    if after.value == row.status:
        return
    if after in ENDED_UNPAID:
        await links.give_use_back(unit, row.link_id)
    if after is Status.COMPLETED and row.intent_client_id is not None:
        from paylink_tui.services.linking_write import post_intent

        await post_intent(unit, row)


def _distinct(facts: Iterable[Fact]) -> list[Fact]:
    return list({one.identity: one for one in facts}.values())


def _conflict(known: Iterable[Fact], told: Iterable[Fact]) -> str:
    """A contradiction for a person to look at, before anything of it is merged (`txn-facts`)."""
    try:
        merge(known, told)
    except FactConflict as conflict:
        return str(conflict)
    return ""


def new_operation() -> str:
    """An id for one processor call, made before it is sent."""
    return "op_" + secrets.token_hex(12)
