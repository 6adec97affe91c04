"""From a processor's events to transactions: store the hint, fetch the payment, fold its facts, post."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from paylink_tui.domain.contradictions import contradiction
from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import Fact, FactKind, PaymentView, Status, fold, route
from paylink_tui.domain.times import maybe_ms
from paylink_tui.processors.port import Hint, Processor, Snapshot
from paylink_tui.services import collected, notices, posting
from paylink_tui.services.asking import Asking
from paylink_tui.services.claims import claim
from paylink_tui.services.limits import count_decline
from paylink_tui.services.polling import Poller
from paylink_tui.store.inbox import Inbox, close
from paylink_tui.store.read import checkouts
from paylink_tui.store.unit_of_work import UnitOfWork, unit_of_work
from paylink_tui.store.write import links, payments

if TYPE_CHECKING:
    from paylink_tui.domain.settings import Limits
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

ENDED_UNPAID = (Status.FAILED, Status.VOIDED)

log = logging.getLogger("paylink.intake")


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
        self._asking = Asking()

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

        Returns whether it was asked. A processor that cannot answer is asked again by the next call;
        what the rules refuse is logged, and left to the poll that keeps the reason.
        """
        if not self._asking.may_ask(payment_id, self._clock.now()):
            return False
        waiting = await checkouts.pending(self._database.reader, payment_id)
        if waiting is None or waiting[0] not in self._processors:
            return False
        newest = await self._inbox.newest()
        found = await self._processors[waiting[0]].fetch(waiting[1])
        if isinstance(found, Snapshot) and found.facts:
            try:
                await self.take(waiting[0], found, "fetch", upto=newest)
            except Refused as problem:
                log.warning("T%s stays as it is: %s", payment_id, problem)
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

    async def end_unpaid(
        self, processor_name: str, payment_ref: str, operation_id: str, why: str, source: str
    ) -> bool:
        """Fail a payment whose checkout nobody can pay on, which gives the link's use back.

        Returns whether it ended: one that is no longer pending when its row is held stays as it is.
        """
        async with unit_of_work(self._database, f"processor:{processor_name}", self._clock.now()) as unit:
            row = await payments.lock_by_reference(unit, processor_name, payment_ref)
            if row is None or row.status != Status.PENDING:
                return False
            gone = Fact(
                *(processor_name, FactKind.FAILED, operation_id, payment_ref),
                *(row.amount, row.currency, unit.now, why),
            )
            await apply_snapshot(unit, row, Snapshot(payment_ref, (gone,)), source)
            return True

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

    async def begin_operation(self, operation_id: str, payment_id: int, kind: str, actor: str) -> None:
        """Commit who means to have a processor do what with a payment that exists (`txn-unknown`)."""
        async with unit_of_work(self._database, actor, self._clock.now()) as unit:
            await payments.start_operation(unit, operation_id, payment_id, kind)
            asked = {"operation": operation_id}
            unit.record(kind, "payment", payment_id, before={"operation": None}, after=asked)

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
    problem = contradiction(row.amount, row.currency, known, snapshot.facts)
    if problem:
        if problem != row.conflict:
            await payments.change(unit, row, conflict=problem)
            before = {"conflict": row.conflict}
            unit.record("conflict", "payment", row.id, before=before, after={"conflict": problem})
        return []
    if not new:
        return []
    await payments.add_facts(unit, row.id, new, source)
    view = fold([*known, *new])
    if row.conflict and row.conflict != fold(known).conflict and not view.conflict:
        view = replace(view, conflict=row.conflict)
    details = _details(snapshot)
    if await _move(unit, row, view, details, known, new):
        await notices.announce(unit, row, view, known, new, details)
    fee = sum(one.amount for one in new if one.kind is FactKind.FEE)
    if fee:
        await posting.charge_fee(unit, row, fee)
    return new


def _details(snapshot: Snapshot) -> dict[str, Any]:
    told = {"method": snapshot.method, "brand": snapshot.brand, "last4": snapshot.last4}
    details: dict[str, Any] = {name: value for name, value in told.items() if value}
    return details | {"due_at": maybe_ms(snapshot.due_at)}


async def _move(
    unit: UnitOfWork,
    row: Any,
    view: PaymentView,
    details: dict[str, Any],
    known: Sequence[Fact],
    new: Sequence[Fact],
) -> bool:
    """Lead the payment to its new state one allowed step at a time, posting what each step means.

    Facts that contradict where it already is are kept for a person to look at; nothing is posted, and
    the answer is False.
    """
    before = Status(row.status)
    steps = route(before, view.status)
    if steps is None or (view.status is Status.RETURNED and view.completed_at is None):
        problem = view.conflict or f"told as {view.status.value} after it was {before.value}"
        await payments.change(unit, row, conflict=problem)
        before_it = {"conflict": row.conflict}
        unit.record("conflict", "payment", row.id, before=before_it, after={"conflict": problem})
        return False
    onwards: list[Status] = [step for step in steps if step is not Status.RETURNED]
    for step in onwards or (before,):
        await payments.set_view(unit, row, replace(view, status=step), **details)
        if step is not before:
            await posting.follow(unit, row, before, step)
        before = step
    await _consequences(unit, row, steps)
    if view.completed_at is not None:
        await collected.settle(unit, row, view, known, new)
    if Status.RETURNED in steps:
        await payments.set_view(unit, row, view)
    was, became = _difference(row, view, details)
    unit.record("told", "payment", row.id, before=was, after=became)
    return True


def _difference(
    row: Any, view: PaymentView, details: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of a payment's row news changed, before and after; its status also when that stayed."""
    values = payments.view_columns(row, view) | details
    names = [name for name, value in values.items() if name == "status" or getattr(row, name) != value]
    return {name: getattr(row, name) for name in names}, {name: values[name] for name in names}


async def _consequences(unit: UnitOfWork, row: Any, steps: Sequence[Status]) -> None:
    """What follows from the states just passed: a use given back, a stored choice posted.

    The choice posts also when a return was told in the same breath: whatever of the money stays is its
    owner's, as it would be had the return been told later.
    """
    if steps and steps[-1] in ENDED_UNPAID:
        await links.give_use_back(unit, row.link_id)
    if Status.COMPLETED in steps and row.intent_client_id is not None:
        from paylink_tui.services.linking_write import post_intent

        await post_intent(unit, await payments.lock(unit, row.id))


def _distinct(facts: Iterable[Fact]) -> list[Fact]:
    return list({one.identity: one for one in facts}.values())


def new_operation() -> str:
    """An id for one processor call, made before it is sent."""
    return "op_" + secrets.token_hex(12)
