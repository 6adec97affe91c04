"""The demonstration firm's accounts, clients, matters and invoices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy import insert

from paylink_tui.domain.text import fold_words
from paylink_tui.services.demo import names
from paylink_tui.store.schema import client, invoice, matter
from paylink_tui.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class DemoInvoice:
    """An invoice as the payers know it. Amounts in minor units."""

    id: int
    number: str
    matter_id: int
    issued: date
    balance: int


@dataclass(frozen=True, slots=True)
class DemoClient:
    """A client with what payers mention: e-mail, matters and invoices."""

    id: int
    name: str
    email: str
    company: bool
    matters: tuple[tuple[int, str], ...]
    invoices: tuple[DemoInvoice, ...]


async def write_books(unit: UnitOfWork, dice: Random, today: date) -> tuple[DemoClient, ...]:
    """Insert some 40 clients, 90 matters and 200 invoices; the oldest invoices are paid already."""
    people = [(name, False) for name in names.PEOPLE] + [(name, True) for name in names.COMPANIES]
    dice.shuffle(people)
    clients = [await _client(unit, dice, number, *one) for number, one in enumerate(people, start=1)]
    return tuple([await _with_work(unit, dice, one, today) for one in clients])


async def _client(unit: UnitOfWork, dice: Random, number: int, name: str, company: bool) -> DemoClient:
    code, email = f"C-{1000 + number}", _email(name, company)
    made = await unit.connection.execute(
        insert(client)
        .values(
            code=code,
            name=name,
            kind="company" if company else "person",
            email=email,
            phone=f"+1 555 01{dice.randrange(100):02d}",
            search=fold_words(code, name, email),
        )
        .returning(client.c.id)
    )
    return DemoClient(int(made.scalar_one()), name, email, company, (), ())


def _email(name: str, company: bool) -> str:
    words = fold_words(name).split()
    if company:
        return f"accounts@{''.join(words[:2])}.example"
    return f"{words[0]}.{words[-1]}@mail.example"


async def _with_work(unit: UnitOfWork, dice: Random, owner: DemoClient, today: date) -> DemoClient:
    kinds = names.COMPANY_MATTERS if owner.company else names.PERSON_MATTERS
    matters: list[tuple[int, str]] = []
    for description in dice.sample(kinds, dice.choice((1, 2, 2, 3, 3))):
        number = f"{today.year}-{len(matters) + 1 + owner.id * 10:04d}"
        made = await unit.connection.execute(
            insert(matter)
            .values(
                number=number,
                client_id=owner.id,
                description=description,
                status="open",
                search=fold_words(number, description),
            )
            .returning(matter.c.id)
        )
        matters.append((int(made.scalar_one()), number))
    invoices = await _invoices(unit, dice, owner, [one[0] for one in matters], today)
    return DemoClient(owner.id, owner.name, owner.email, owner.company, tuple(matters), invoices)


async def _invoices(
    unit: UnitOfWork, dice: Random, owner: DemoClient, matters: list[int], today: date
) -> tuple[DemoInvoice, ...]:
    days = sorted(dice.sample(range(4, 240), 5), reverse=True)
    rows = []
    for index, ago in enumerate(days):
        issued = today - timedelta(days=ago)
        total = dice.randrange(180_00, 4_800_00, 25)
        rows.append(
            {
                "number": str(4000 + owner.id * 5 + index),
                "client_id": owner.id,
                "matter_id": dice.choice(matters),
                "issued": issued.isoformat(),
                "due": (issued + timedelta(days=30)).isoformat(),
                "currency": "USD",
                "total": total,
                "paid_before": total if ago > 120 else 0,
            }
        )
    statement = insert(invoice).returning(invoice.c.id, sort_by_parameter_order=True)
    ids = (await unit.connection.execute(statement, rows)).scalars().all()
    return tuple(
        DemoInvoice(
            number,
            str(row["number"]),
            int(str(row["matter_id"])),
            date.fromisoformat(str(row["issued"])),
            int(str(row["total"])) - int(str(row["paid_before"])),
        )
        for number, row in zip(ids, rows, strict=True)
    )
