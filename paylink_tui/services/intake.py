"""From a processor's events to transactions: store the hint, fetch the payment, fold its facts, post."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.dialects import postgresql, sqlite

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import Fact, FactConflict, FactKind, PaymentView, Status, fold, merge, route
from paylink_tui.domain.money import display
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
        """Fetch every payment that something happened to; the least tried first, so none starves.

        A payment the rules refuse to move keeps its events, with the reason, and holds up no other.
        """
        waiting = await self._database.reader.rows(
            """SELECT body, max(id) FROM inbox WHERE handled_at IS NULL AND source = ?
                GROUP BY body ORDER BY min(attempts), min(id) LIMIT ?""",
            (processor.name, BATCH),
        )
        handled = 0
        for payment_ref, newest in waiting:
            snapshot = await processor.fetch(payment_ref)
            if isinstance(snapshot, Snapshot):
                try:
                    handled += await self.take(processor.name, snapshot, upto=newest)
                except Refused as problem:
                    await self._park(processor.name, payment_ref, newest, str(problem))
        return handled

    async def take(
        self, processor_name: str, snapshot: Snapshot, source: str = "poll", *, upto: int | None = None
    ) -> int:
        """Fold a processor's snapshot into its transaction; returns how many inbox rows that closed.

        Rows up to the number `upto`, the newest one there before the snapshot was fetched, are closed:
        what arrived later may be news the snapshot does not have. A payment that is not known yet
        leaves its events parked, to be tried again.
        """
        actor = f"processor:{processor_name}"
        async with unit_of_work(self._database, actor, self._clock.now()) as unit:
            row = await payments.lock_by_reference(unit, processor_name, snapshot.payment_ref)
            if row is not None:
                await apply_snapshot(unit, row, snapshot, source)
            if upto is None:
                return 0
            values = {"attempts": inbox.c.attempts + 1} if row is None else {"handled_at": unit.at}
            waiting = _waiting(processor_name, snapshot.payment_ref, upto)
            changed = await unit.connection.execute(update(inbox).where(*waiting).values(values))
            return 0 if row is None else int(changed.rowcount)

    async def _park(self, processor_name: str, payment_ref: str, upto: int, problem: str) -> None:
        """Keep the events of a payment that could not be moved, and why."""
        async with unit_of_work(self._database, "desk", self._clock.now()) as unit:
            await unit.connection.execute(
                update(inbox)
                .where(*_waiting(processor_name, payment_ref, upto))
                .values(attempts=inbox.c.attempts + 1, problem=problem)
            )

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


def _waiting(processor_name: str, payment_ref: str, upto: int) -> tuple[ColumnElement[bool], ...]:
    """The inbox rows about a payment that are not handled yet, as far as the number `upto`."""
    return (
        inbox.c.source == processor_name,
        inbox.c.body == payment_ref,
        inbox.c.handled_at.is_(None),
        inbox.c.id <= upto,
    )


async def apply_snapshot(unit: UnitOfWork, row: Any, snapshot: Snapshot, source: str) -> None:
    """Add the facts that are new, recompute the payment, and post what its new state means."""
    known = await payments.facts_of(unit, row)
    identities = {one.identity for one in known}
    new = [one for one in _distinct(snapshot.facts) if one.identity not in identities]
    problem = _conflict(row, known, snapshot.facts)
    if problem:
        if problem != row.conflict:
            await payments.change(unit, row, conflict=problem)
            unit.record("conflict", "payment", row.id, after={"conflict": problem})
        return
    if not new:
        return
    await payments.add_facts(unit, row.id, new, source)
    view = fold([*known, *new])
    if row.conflict and row.conflict != fold(known).conflict and not view.conflict:
        view = replace(view, conflict=row.conflict)
    await _move(unit, row, view, _details(snapshot))
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
    if steps is None or (view.status is Status.RETURNED and view.completed_at is None):
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

        await post_intent(unit, await payments.lock(unit, row.id))


def _distinct(facts: Iterable[Fact]) -> list[Fact]:
    return list({one.identity: one for one in facts}.values())


_WHOLE = (FactKind.SUBMITTED, FactKind.AUTHORIZED, FactKind.CAPTURED, FactKind.RETURNED)
"""Kinds that are told of a payment as a whole, and so for its amount."""


def _conflict(row: Any, known: Iterable[Fact], told: Iterable[Fact]) -> str:
    """A contradiction for a person to look at, before anything of it is merged (`txn-facts`)."""
    try:
        merge(known, told)
    except FactConflict as conflict:
        return str(conflict)
    left = row.amount - row.refunded
    for one in told:
        whole = (row.amount, left) if one.kind is FactKind.RETURNED else (row.amount,)
        if one.currency != row.currency or (one.kind in _WHOLE and one.amount not in whole):
            amount, paid = display(one.amount, one.currency), display(row.amount, row.currency)
            return f"told as {one.kind.value} for {amount}, but {paid} was to be paid"
    return ""


def new_operation() -> str:
    """An id for one processor call, made before it is sent."""
    return "op_" + secrets.token_hex(12)
