"""Three months of payments, posted through the same rooms as live ones, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, update

from paylink_tui.domain.facts import Fact, FactKind
from paylink_tui.domain.fees import SANDBOX_FEES
from paylink_tui.domain.parties import BankAccount
from paylink_tui.domain.times import to_ms
from paylink_tui.processors.port import Snapshot
from paylink_tui.processors.sandbox import NAME, reference_for
from paylink_tui.services.demo import names
from paylink_tui.services.demo.books import DemoClient
from paylink_tui.services.intake import apply_snapshot
from paylink_tui.services.linking_write import Owner, plan_for, post_linking
from paylink_tui.store.schema import payment_link, sandbox_charge, sandbox_event, setting
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import payments

CARDS = (("Visa", "4242"), ("Visa", "1881"), ("Mastercard", "5100"), ("American Express", "0005"))
DAYS = 92
COUNT = 130
FRESH = 5
"""The newest payments, which are authorized or wait to be linked when the desk opens."""


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays what, for whom, and what they write. Amount in minor units."""

    owner: DemoClient
    name: str
    email: str
    amount: int
    reference: str
    trust: bool
    matter: tuple[int, str] | None


@dataclass
class _Tape:
    """The sandbox's own events, numbered as it would number them."""

    echecks_until: datetime
    """The last moment from which an eCheck, and its return, are over by now."""
    charges: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    last: int = 0

    def tell(self, ref: str, kind: FactKind, amount: int, at: datetime, detail: str = "") -> Fact:
        self.last += 1
        self.events.append(
            {
                "id": self.last,
                "charge_ref": ref,
                "kind": kind.value,
                "amount": amount,
                "currency": "USD",
                "occurred_at": to_ms(at),
                "detail": detail,
            }
        )
        return Fact(NAME, kind, f"evt_{self.last}", ref, amount, "USD", at, detail)


def choose(dice: Random, clients: tuple[DemoClient, ...]) -> Payer:
    """A payment somebody might make: an invoice paid off, a part of one, or a retainer."""
    owner = dice.choice(clients)
    name, email = owner.name, owner.email
    if not owner.company and dice.random() < 0.15:
        name = f"{dice.choice(names.RELATIVES)} {owner.name.split()[-1]}"
    if dice.random() < 0.12:
        email = f"{name.split()[0].lower()}@post.example"
    owed = [one for one in owner.invoices if one.balance]
    if owed and dice.random() < 0.62:
        bill = dice.choice(owed)
        amount = bill.balance if dice.random() < 0.7 else max(50_00, bill.balance // 200 * 100)
        words = f"Invoice {bill.number}" if dice.random() < 0.75 else "Balance due"
        matter = next((one for one in owner.matters if one[0] == bill.matter_id), None)
        return Payer(owner, name, email, amount, words, False, matter if dice.random() < 0.5 else None)
    amount = dice.choice((500, 750, 1000, 1500, 2000, 2500, 3500, 5000)) * 100
    matter = dice.choice(owner.matters)
    words = dice.choice(("Retainer", f"Retainer {matter[1]}", "Initial deposit"))
    return Payer(owner, name, email, amount, words, True, matter)


async def write_history(
    unit: UnitOfWork,
    dice: Random,
    clients: tuple[DemoClient, ...],
    links: dict[str, tuple[int, BankAccount]],
    now: datetime,
) -> None:
    """Pay, settle and link some two hundred payments of the past months; leave the newest open."""
    tape = _Tape(now - timedelta(days=9))
    moments = sorted(_moments(dice, now))
    for index, at in enumerate(moments):
        left = len(moments) - index
        payer = choose(dice, clients)
        await _one(unit, dice, tape, payer, links["trust" if payer.trust else "operating"], at, left)
    unit.at = to_ms(now)
    await unit.connection.execute(insert(sandbox_charge), tape.charges)
    await unit.connection.execute(insert(sandbox_event), tape.events)
    await unit.connection.execute(insert(setting).values(name=f"cursor:{NAME}", value=str(tape.last)))


def _moments(dice: Random, now: datetime) -> list[datetime]:
    """When they paid: working hours of working days, then a handful in the last two days."""
    found: list[datetime] = []
    while len(found) < COUNT - 2 * FRESH:
        day = now - timedelta(days=dice.randrange(4, DAYS))
        if day.weekday() < 5:
            found.append(day.replace(hour=dice.randrange(13, 23), minute=dice.randrange(60), second=7))
    found += [now - timedelta(hours=dice.randrange(50, 90), minutes=dice.randrange(60)) for _ in range(FRESH)]
    return found + [now - timedelta(minutes=dice.randrange(4, 400)) for _ in range(FRESH)]


async def _one(
    unit: UnitOfWork,
    dice: Random,
    tape: _Tape,
    payer: Payer,
    link: tuple[int, BankAccount],
    at: datetime,
    left: int,
) -> None:
    link_id, account = link
    operation = f"op_demo_{tape.last}_{left}"
    by_echeck = dice.random() < 0.12 and at < tape.echecks_until
    ref, method = reference_for(operation), "echeck" if by_echeck else "card"
    unit.at = to_ms(at)
    payment_id = await payments.add(
        unit,
        payments.NewPayment(
            link_id,
            account.id,
            account.kind.value,
            account.currency,
            payer.amount,
            method,
            payer.name,
            payer.email,
            payer.reference,
            NAME,
            ref,
        ),
    )
    unit.touch("payment", payment_id)
    await unit.connection.execute(
        update(payment_link).where(payment_link.c.id == link_id).values(uses=payment_link.c.uses + 1)
    )
    submitted = Fact(NAME, FactKind.SUBMITTED, operation, ref, payer.amount, "USD", at)
    await payments.add_facts(unit, payment_id, [submitted], "page")
    brand, last4 = ("eCheck", "6789") if method == "echeck" else dice.choice(CARDS)
    settles = at + timedelta(days=6 if method == "echeck" else 2, hours=5 - at.hour % 5)
    stages, state = _life(dice, tape, ref, payer.amount, method, at, settles, left)
    for moment, facts in stages:
        unit.at = to_ms(moment)
        row = await payments.lock(unit, payment_id)
        await apply_snapshot(unit, row, Snapshot(ref, tuple(facts), method, brand, last4, settles), "poll")
    tape.charges.append(
        {
            "ref": ref,
            "idempotency_key": operation,
            "state": state,
            "method": f"{method}:{brand}:{last4}",
            "amount": payer.amount,
            "currency": "USD",
            "authorized_at": to_ms(at),
            "completes_at": to_ms(at + timedelta(days=30)),
            "outcome": "",
        }
    )
    if state == "captured" and left > 2 * FRESH:
        await _link(unit, dice, payment_id, payer)


Stage = tuple[datetime, list[Fact]]


def _life(
    dice: Random,
    tape: _Tape,
    ref: str,
    amount: int,
    method: str,
    at: datetime,
    settles: datetime,
    left: int,
) -> tuple[list[Stage], str]:
    """What the processor told of one payment, moment by moment, and the charge's last state."""
    luck = dice.random()
    if luck < 0.03 and left > 2 * FRESH:
        return [(at, [tape.tell(ref, FactKind.FAILED, amount, at, "card declined")])], "failed"
    stages: list[Stage] = [(at, [tape.tell(ref, FactKind.AUTHORIZED, amount, at)])]
    if left <= FRESH:
        return stages, "authorized"
    if luck > 0.985 and left > 2 * FRESH:
        later = at + timedelta(hours=2)
        stages.append((later, [tape.tell(ref, FactKind.VOIDED, amount, later)]))
        return stages, "voided"
    fee = SANDBOX_FEES.fee(amount, method)
    told = [tape.tell(ref, FactKind.CAPTURED, amount, settles), tape.tell(ref, FactKind.FEE, fee, settles)]
    stages.append((settles, told))
    if method == "echeck" and luck > 0.9 and left > 2 * FRESH:
        later = settles + timedelta(days=2)
        stages.append((later, [tape.tell(ref, FactKind.RETURNED, amount, later, "insufficient funds (R01)")]))
        return stages, "returned"
    return stages, "captured"


async def _link(unit: UnitOfWork, dice: Random, payment_id: int, payer: Payer) -> None:
    """The bookkeeper links it the next morning, paying invoices when it went to operating."""
    unit.at += 11 * 3600 * 1000
    row: Any = await payments.lock(unit, payment_id)
    matter_id, number = payer.matter or (None, "")
    owner = Owner(payer.owner.id, payer.owner.name, matter_id, number, payer.amount, not payer.trust)
    plan = await plan_for(unit, row.currency, owner)
    await post_linking(unit, row, [owner], [plan], dice.choice(("mia", "mia", "jordan")))
