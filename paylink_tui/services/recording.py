"""Record Payment: paying invoices by hand from unapplied credit, from trust, or with money from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from paylink_tui.domain import allocation
from paylink_tui.domain.allocation import AllocationPlan
from paylink_tui.domain.errors import BadInput, ChangedMeanwhile, Refused
from paylink_tui.domain.facts import Dispute
from paylink_tui.domain.money import MAX_MINOR, display
from paylink_tui.domain.parties import Client, Invoice, Matter
from paylink_tui.domain.text import storable
from paylink_tui.services import disputes, drawing, trust_position
from paylink_tui.services.drawing import DIRECT, FUNDS, Draw, Piece
from paylink_tui.services.link_answer import lines_kept, plan_again
from paylink_tui.services.linking_write import open_invoices
from paylink_tui.services.posting import refuse_closed
from paylink_tui.store.schema import firm, journal, payment, record_payment
from paylink_tui.store.unit_of_work import UnitOfWork, looking, unit_of_work
from paylink_tui.store.write import commands, payments
from paylink_tui.store.write import ledger as books

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.directory import DirectoryService
    from paylink_tui.store.database import Database


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A payment about to be recorded. Amount in minor units."""

    client: str
    source: str
    """`credit`, `trust`, `cash`, `cheque`, `wire` or `other`."""
    amount: int
    matter: str | None = None
    invoices: tuple[str, ...] = ()
    """Numbers of the invoices to pay, oldest first among them; none means every open one."""
    received_on: date | None = None
    reference: str = ""
    payee: str = ""


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What was, or would be, recorded. Amounts in minor units."""

    id: int
    source: str
    plan: AllocationPlan
    available_before: int | None
    """What credit or trust held for it; None for money from outside."""
    warnings: tuple[str, ...] = ()
    """What to say before it is recorded: trust money that could still be taken back."""

    @property
    def name(self) -> str:
        """`R3`, the name people and commands use."""
        return f"R{self.id}"

    @property
    def available_after(self) -> int | None:
        """What credit or trust holds afterwards."""
        return None if self.available_before is None else self.available_before - self.plan.applied


@dataclass(frozen=True, slots=True)
class _Resolved:
    """A new record with its names resolved to rows."""

    client: Client
    matter: Matter | None
    invoices: tuple[Invoice, ...]

    @property
    def matter_id(self) -> int | None:
        return self.matter.id if self.matter else None


class RecordingService:
    """Pays invoices by hand (`record-credit`, `record-from-trust`, `record-direct`)."""

    def __init__(self, database: Database, clock: Clock, actor: str, directory: DirectoryService) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor
        self._directory = directory

    async def available(self, client: str, matter: str | None, source: str) -> int:
        """Minor units that credit or trust holds for a client, or for one of its matters."""
        resolved = await self._resolve(NewRecord(client, source, 1, matter))
        async with looking(self._database, self._actor, self._clock.now()) as unit:
            draws = await drawing.sources(unit, source, resolved.client.id, resolved.matter_id)
        return sum(draw.held for draw in draws)

    async def preview(self, new: NewRecord) -> RecordOutcome:
        """What `record` would post, refusing what it would refuse; nothing stays."""
        _check_values(new)
        resolved = await self._resolve(new)
        async with looking(self._database, self._actor, self._clock.now()) as unit:
            plan, pieces, draws = await self._cut(unit, new, resolved)
            warnings = await trust_position.warnings_about(unit, resolved.client, pieces)
        return RecordOutcome(0, new.source, plan, _held(new, draws), warnings)

    async def record(self, new: NewRecord, *, key: str | None = None) -> RecordOutcome:
        """Record a payment and pay its invoices.

        Raises:
            Refused: `record-credit` or `record-from-trust` when the source holds less; `apply-over`
                when the invoices owe less; `link-client`, `apply-order` for a foreign invoice.
            BadInput, NotFound: values and names.
        """
        _check_values(new)
        resolved = await self._resolve(new)
        inputs = [resolved.client.id, resolved.matter_id, *_input(new)]
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            answer = await commands.earlier_result(unit, key, "record", inputs)
            if answer is None:
                outcome = await self._write(unit, new, resolved)
                kept = [outcome.id, outcome.available_before, lines_kept(outcome.plan)]
                await commands.remember(unit, key, "record", inputs, kept)
                return outcome
        number, before, lines = answer
        plan = await plan_again(self._directory, new.amount, lines)
        return RecordOutcome(number, new.source, plan, before)

    async def _cut(
        self, unit: UnitOfWork, new: NewRecord, resolved: _Resolved
    ) -> tuple[AllocationPlan, list[Piece], list[Draw]]:
        """What would be paid, cut along the ledgers it is drawn on; refused where it cannot be."""
        if new.received_on is not None:
            await refuse_closed(unit, new.received_on)
            if new.received_on > self._clock.now().astimezone(await _zone(unit)).date():
                raise BadInput("the date is in the future", "Record it on its day.")
        plan, draws = await self._plan(unit, new, resolved)
        return plan, await drawing.cut(unit, new.source, plan, draws), draws

    async def _write(self, unit: UnitOfWork, new: NewRecord, resolved: _Resolved) -> RecordOutcome:
        plan, pieces, draws = await self._cut(unit, new, resolved)
        held = _held(new, draws)
        day = (new.received_on or self._clock.now().astimezone(await _zone(unit)).date()).isoformat()
        made = await unit.connection.execute(
            insert(record_payment)
            .values(
                source=new.source,
                client_id=resolved.client.id,
                matter_id=resolved.matter_id,
                amount=new.amount,
                currency=draws[0].till.currency,
                received_on=day,
                reference=storable(new.reference).strip(),
                payee=storable(new.payee).strip(),
                recorded_by=unit.actor,
                recorded_at=unit.at,
            )
            .returning(record_payment.c.id)
        )
        record_id = int(made.scalar_one())
        received = new.amount if new.source in DIRECT else 0
        await drawing.post(unit, record_id, draws, received, pieces, resolved.client.id, day)
        paid = {line.invoice.number: line.amount for line in plan.taken}
        told = {
            "client": resolved.client.id,
            "matter": resolved.matter_id,
            "source": new.source,
            "amount": new.amount,
            "paid": paid,
        }
        unit.record("record", "record", record_id, before={"held": held}, after=told)
        unit.touch("client", resolved.client.id)
        return RecordOutcome(record_id, new.source, plan, held)

    async def _plan(
        self, unit: UnitOfWork, new: NewRecord, resolved: _Resolved
    ) -> tuple[AllocationPlan, list[Draw]]:
        """Which invoices are paid and out of what; refused when it holds or they owe too little."""
        draws = await self._draws(unit, new, resolved)
        currency = draws[0].till.currency
        found = await open_invoices(unit, resolved.client.id, resolved.matter_id, currency)
        chosen = {one.id for one in resolved.invoices}
        usable = [one for one in found if not chosen or one.id in chosen]
        missing = chosen - {one.id for one in usable}
        if missing:
            number = next(one.number for one in resolved.invoices if one.id in missing)
            raise Refused(
                "apply-order",
                f"Invoice {number} is not an open {currency} invoice of this client or matter.",
                "Choose among its open invoices: paylink invoices list --open",
            )
        plan = allocation.plan(new.amount, usable)
        if new.source in FUNDS and plan.remainder:
            raise Refused(
                "apply-over",
                f"The invoices owe {display(plan.applied, currency)},"
                f" less than the {display(new.amount, currency)} to be recorded.",
                "Record at most what they owe; the rest stays where it is.",
            )
        return plan, draws

    async def _draws(self, unit: UnitOfWork, new: NewRecord, resolved: _Resolved) -> list[Draw]:
        if new.source in DIRECT:
            return [await drawing.outside(unit, resolved.matter_id, new.amount, resolved.invoices)]
        draws = await drawing.sources(
            unit, new.source, resolved.client.id, resolved.matter_id, resolved.invoices
        )
        if new.source == "trust" and new.received_on is not None:
            draws = await drawing.held_since(unit, draws, resolved.client.id, new.received_on.isoformat())
        held = sum(draw.held for draw in draws)
        if held < new.amount:
            rule, what = FUNDS[new.source]
            whose = f"matter {resolved.matter.number}" if resolved.matter else resolved.client.name
            raise Refused(
                rule,
                f"The {what} of {whose} holds {display(held)}, less than {display(new.amount)}.",
                "Record at most what it holds; uncleared and unlinked money cannot be spent.",
            )
        return draws

    async def undo(self, record_id: int, reason: str) -> None:
        """Reverse a recorded payment, keeping the reason (`link-undo`).

        Raises:
            BadInput: no reason.
            Refused: it is unknown or was undone before, or its money was spent since.
        """
        reason = storable(reason).strip()
        if not reason:
            raise BadInput("a reason is needed to undo a recorded payment")
        async with unit_of_work(self._database, self._actor, self._clock.now()) as unit:
            row = await self._locked(unit, record_id)
            live = await _live_journals(unit, record_id)
            if not live:
                raise ChangedMeanwhile("link-undo", f"R{record_id} was undone before.")
            day = self._clock.now().astimezone(await _zone(unit)).date().isoformat()
            for invoice_id in await books.reverse(unit, live, "undo record", day, reason):
                unit.touch("invoice", invoice_id)
            await _hold_disputed(unit, live)
            await _refuse_spent(unit, row)
            unit.touch("client", row.client_id)
            before = {"source": row.source, "amount": row.amount, "client": row.client_id}
            after = {"undone": True}
            unit.record("undo record", "record", record_id, before=before, after=after, reason=reason)

    async def _locked(self, unit: UnitOfWork, record_id: int) -> Any:
        query = select(record_payment).where(record_payment.c.id == record_id).with_for_update()
        row = (await unit.connection.execute(query)).one_or_none()
        if row is None:
            raise Refused("link-undo", f"There is no recorded payment R{record_id}.")
        return row

    async def _resolve(self, new: NewRecord) -> _Resolved:
        client = await self._directory.client_named(new.client)
        matter = None
        if new.matter:
            matter = await self._directory.matter_named(new.matter, client_id=client.id)
        if matter and matter.client_id != client.id:
            raise Refused(
                "link-client",
                f"Matter {matter.number} does not belong to {client.name}.",
                f"Choose one of {client.name}'s own matters, or no matter.",
            )
        invoices = [(await self._directory.invoice(number)).invoice for number in new.invoices]
        for one in invoices:
            if one.client_id != client.id or (matter and one.matter_id != matter.id):
                raise Refused(
                    "trust-named",
                    f"Invoice {one.number} is not an invoice of {matter.number if matter else client.name}.",
                    "Only a client's own money pays that client's invoices.",
                )
        return _Resolved(client, matter, tuple(invoices))


async def _refuse_spent(unit: UnitOfWork, row: Any) -> None:
    """Credit left by money from outside and spent since leaves too little for the linked payments."""
    if row.source in FUNDS:
        return
    for draw in await drawing.sources(unit, "credit", row.client_id, row.matter_id):
        if draw.held < sum((await books.unapplied_in(unit, draw.ledger_id)).values()):
            raise Refused(
                "link-undo",
                f"The credit that R{row.id} left was spent since.",
                "Undo the payments recorded from it first.",
            )


async def _hold_disputed(unit: UnitOfWork, undone: Sequence[int]) -> None:
    """What comes back to a ledger of a disputed payment waits for the decision, as the rest of it does."""
    drawn = select(journal.c.payment_id).where(journal.c.id.in_(undone))
    query = select(payment.c.id).where(payment.c.id.in_(drawn), payment.c.dispute == Dispute.OPEN)
    for payment_id in (await unit.connection.execute(query.order_by(payment.c.id))).scalars().all():
        row: Any = await payments.lock(unit, payment_id)
        await disputes.follow_again(unit, row, await payments.facts_of(unit, row))
        unit.touch("payment", payment_id)


async def _zone(unit: UnitOfWork) -> ZoneInfo:
    return ZoneInfo((await unit.connection.execute(select(firm.c.timezone))).scalar() or "UTC")


async def _live_journals(unit: UnitOfWork, record_id: int) -> Sequence[int]:
    reversal = journal.alias("reversal")
    query = (
        select(journal.c.id)
        .outerjoin(reversal, reversal.c.reverses_id == journal.c.id)
        .where(
            journal.c.record_payment_id == record_id,
            journal.c.reverses_id.is_(None),
            reversal.c.id.is_(None),
        )
    )
    return list((await unit.connection.execute(query)).scalars())


def _held(new: NewRecord, draws: Sequence[Draw]) -> int | None:
    return None if new.source in DIRECT else sum(draw.held for draw in draws)


def _input(new: NewRecord) -> list[Any]:
    day = new.received_on and new.received_on.isoformat()
    return [new.source, new.amount, list(new.invoices), day, new.reference, new.payee]


def _check_values(new: NewRecord) -> None:
    if new.source not in (*DIRECT, *FUNDS):
        raise BadInput(f"there is no source {new.source!r}", f"Sources: {', '.join((*FUNDS, *DIRECT))}")
    if not 0 < new.amount <= MAX_MINOR:
        raise BadInput("the amount must be more than zero")
    if new.source in DIRECT and new.received_on is not None and new.received_on.year < 1990:
        raise BadInput("the date received is too long ago; write it like 2026-11-22")
