"""From a processor's events to transactions: store the hint, fetch the payment, fold its facts, post."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from paylink_tui.domain.facts import Fact, FactConflict, FactKind, PaymentView, Status, fold, merge, route
from paylink_tui.domain.money import display
from paylink_tui.domain.times import maybe_ms
from paylink_tui.processors.port import Hint, Processor, Snapshot
from paylink_tui.services import notices, posting
from paylink_tui.services.claims import claim
from paylink_tui.services.inbox import Inbox, close
from paylink_tui.services.limits import count_decline
from paylink_tui.services.polling import Poller
from paylink_tui.store.unit_of_work import UnitOfWork, unit_of_work
from paylink_tui.store.write import links, payments

if TYPE_CHECKING:
    from paylink_tui.domain.settings import Limits
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

ENDED_UNPAID = (Status.FAILED, Status.VOIDED)
ASKED_KEPT = 1000
"""Payments that are remembered as just asked about, before the oldest are forgotten."""
ASK_EVERY = timedelta(seconds=1)
"""How often, in the long run, the processor is asked about one payment whose payer waits."""
ASK_AT_ONCE = 3
"""How often it may be asked in a row: a quick payer is back within the second."""


class IntakeService:
    """Turns what processors tell into transactions, each event once (`txn-once`)."""

    def __init__(
        self, database: Database, clock: Clock, processors: Mapping[str, Processor], limits: Limits
    ) -> None:
        self._database = database
        self._clock = clock
        self._processors = processors
        self._limits = limits
        self._inbox = Inbox(database)
        self._poller = Poller(database, clock, processors, self._inbox, self)
        self._asked: dict[int, datetime] = {}

    async def poll(self) -> int:
        """Ask every processor what happened, handle it, and tell how many events were handled.

        Calls that a crash left open are looked up first (`txn-unknown`).
        """
        return sum([await self._poller.poll(processor) for processor in self._processors.values()])

    async def keep(self, processor_name: str, hints: Sequence[Hint]) -> int:
        """Store what a webhook told, before anything is done about it; how many hints were new."""
        return await self._inbox.keep(processor_name, hints, self._clock.now())

    async def handle(self, processor_name: str, refs: Collection[str]) -> int:
        """Handle at once the stored events of these payments; how many inbox rows that closed."""
        waiting = await self._inbox.about(processor_name, refs)
        return await self._poller.handle(self._processors[processor_name], waiting, "webhook")

    async def refresh(self, payment_id: int) -> bool:
        """Ask the processor about a pending payment whose payer waits: some times at once, then every second.

        Returns whether it was asked. A processor that cannot answer is asked again by the next call.
        """
        if not self._may_ask(payment_id):
            return False
        rows = await self._database.reader.rows(
            "SELECT processor, payment_ref FROM payment WHERE id = ? AND status = 'pending'", (payment_id,)
        )
        if not rows or rows[0][0] not in self._processors:
            return False
        newest = await self._inbox.newest()
        found = await self._processors[rows[0][0]].fetch(rows[0][1])
        if isinstance(found, Snapshot) and found.facts:
            await self.take(rows[0][0], found, "fetch", upto=newest)
        return True

    def _may_ask(self, payment_id: int) -> bool:
        """Count a question about a payment, unless there were too many just now."""
        now = self._clock.now()
        since = max(self._asked.get(payment_id, now), now)
        if since - now > ASK_EVERY * (ASK_AT_ONCE - 1):
            return False
        if len(self._asked) > ASKED_KEPT:
            self._asked = {one: at for one, at in self._asked.items() if at > now}
        self._asked[payment_id] = since + ASK_EVERY
        return True

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
                for one in await apply_snapshot(unit, row, snapshot, source):
                    await self._count(unit, row, one)
            if upto is None:
                return 0
            return await close(unit, processor_name, snapshot.payment_ref, upto, found=row is not None)

    async def _count(self, unit: UnitOfWork, row: Any, one: Fact) -> None:
        """Count a card declined just now towards freezing its link; one told too late counts no more."""
        age = abs(unit.now - one.occurred_at)
        if one.kind is FactKind.DECLINED and age <= timedelta(seconds=self._limits.window):
            await count_decline(unit, self._limits, row.link_id)

    async def parked(self) -> int:
        """How many events are not handled yet, most of them because their payment is not known."""
        return await self._inbox.parked()

    async def submit(self, new: payments.NewPayment, operation_id: str) -> int | None:
        """Claim one use of a link and commit the intent to pay; None when no use was left.

        The last use is won by exactly one payer (`link-get-is-free`), and the intent is committed
        before any processor is called (`txn-unknown`).
        """
        async with unit_of_work(self._database, f"payer:L{new.link_id}", self._clock.now()) as unit:
            return await claim(unit, new, operation_id)

    async def begin_operation(self, operation_id: str, payment_id: int, kind: str) -> None:
        """Commit the intent to call a processor about a payment that exists (`txn-unknown`)."""
        async with unit_of_work(self._database, "desk", self._clock.now()) as unit:
            await payments.start_operation(unit, operation_id, payment_id, kind)

    async def settle_operation(self, operation_id: str, state: str, problem: str = "") -> None:
        """Write how the processor call of an operation ended."""
        async with unit_of_work(self._database, "desk", self._clock.now()) as unit:
            await payments.settle_operation(unit, operation_id, state, problem)


async def apply_snapshot(unit: UnitOfWork, row: Any, snapshot: Snapshot, source: str) -> list[Fact]:
    """Add the facts that are new, recompute the payment, and post what its new state means.

    Returns the facts that were added.
    """
    known = await payments.facts_of(unit, row)
    identities = {one.identity for one in known}
    new = [one for one in _distinct(snapshot.facts) if one.identity not in identities]
    problem = _conflict(row, known, snapshot.facts)
    if problem:
        if problem != row.conflict:
            await payments.change(unit, row, conflict=problem)
            unit.record("conflict", "payment", row.id, after={"conflict": problem})
        return []
    if not new:
        return []
    await payments.add_facts(unit, row.id, new, source)
    view = fold([*known, *new])
    if row.conflict and row.conflict != fold(known).conflict and not view.conflict:
        view = replace(view, conflict=row.conflict)
    details = _details(snapshot)
    if await _move(unit, row, view, details):
        await notices.announce(unit, row, view, known, new, details)
    fee = sum(one.amount for one in new if one.kind is FactKind.FEE)
    if fee:
        await posting.charge_fee(unit, row, fee)
    return new


def _details(snapshot: Snapshot) -> dict[str, Any]:
    told = {"method": snapshot.method, "brand": snapshot.brand, "last4": snapshot.last4}
    details: dict[str, Any] = {name: value for name, value in told.items() if value}
    return details | {"due_at": maybe_ms(snapshot.due_at)}


async def _move(unit: UnitOfWork, row: Any, view: PaymentView, details: dict[str, Any]) -> bool:
    """Lead the payment to its new state one allowed step at a time, posting what each step means.

    Facts that contradict where it already is are kept for a person to look at; nothing is posted, and
    the answer is False.
    """
    before = Status(row.status)
    steps = route(before, view.status)
    if steps is None or (view.status is Status.RETURNED and view.completed_at is None):
        problem = view.conflict or f"told as {view.status.value} after it was {before.value}"
        await payments.change(unit, row, conflict=problem)
        unit.record("conflict", "payment", row.id, after={"conflict": problem})
        return False
    for step in steps or [before]:
        await payments.set_view(unit, row, replace(view, status=step), **details)
        if step is not before:
            await posting.follow(unit, row, before, step)
        before = step
    await _consequences(unit, row, view.status)
    unit.record("told", "payment", row.id, before={"status": row.status}, after={"status": view.status.value})
    return True


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
