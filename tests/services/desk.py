"""A small firm to act on: three accounts, three clients, their matters and invoices, and a still clock."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from paylink_tui.domain.facts import Status
from paylink_tui.domain.text import fold_words
from paylink_tui.domain.views import Transaction
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.limits import count_decline
from paylink_tui.services.links import NewLink
from paylink_tui.store import schema
from paylink_tui.store.database import Database, open_database
from paylink_tui.store.unit_of_work import unit_of_work
from tests.databases import Fresh, Make

START = datetime(2026, 11, 20, 15, tzinfo=UTC)
KEY = base64.b64encode(b"a link key for tests, 32 bytes !").decode()
ACCOUNTS = (("IOLTA", "trust"), ("Operating", "operating"), ("Escrow", "trust"))
CLIENTS = (("C1", "Acme Holdings"), ("C2", "Lee Ng"), ("C3", "Dana Ruiz"))
MATTERS = (("M1", 1), ("M2", 1), ("M3", 2))
INVOICES = (
    ("101", 1, 1, "2026-10-02", "2026-11-01", 50_000),
    ("102", 1, None, "2026-10-01", "2026-11-01", 30_000),
    ("103", 1, 2, "2026-09-01", "2026-10-15", 20_000),
    ("104", 1, 1, "2026-10-05", "2026-12-01", 10_001),
    ("201", 2, 3, "2026-10-01", "2026-11-10", 40_000),
    ("202", 2, None, "2026-10-01", "2026-11-10", 7),
)
"""Number, client, matter, issued, due, total. By `apply-order` client 1 pays 103, 102, 101, 104."""


async def settles(at: datetime, method: str) -> datetime:
    """A card completes a day later, an eCheck in three."""
    return at + timedelta(days=1 if method == "card" else 3)


def services_over(database: Database, actor: str = "mia") -> Services:
    """Services with a clock that stands still; the caller has set `PAYLINK_LINK_KEY`."""
    return Services(database, FixedClock(START), actor, sandbox_schedule=settles)


async def furnish(desk: Services) -> Services:
    """The firm, its accounts, clients, matters and invoices; ids count from 1 in their order."""
    await desk.firm.init("Hartwell & Ng LLP")
    for name, kind in ACCOUNTS:
        await desk.firm.add_account(name, kind, processor="sandbox")
    clients = [
        {"code": code, "name": name, "kind": "person", "search": fold_words(code, name)}
        for code, name in CLIENTS
    ]
    matters = [
        {"number": number, "client_id": client, "status": "open", "search": fold_words(number)}
        for number, client in MATTERS
    ]
    columns = ("number", "client_id", "matter_id", "issued", "due", "total")
    invoices = [{**dict(zip(columns, row, strict=True)), "currency": "USD"} for row in INVOICES]
    async with desk.database.write() as connection:
        await connection.execute(insert(schema.client), clients)
        await connection.execute(insert(schema.matter), matters)
        await connection.execute(insert(schema.invoice), invoices)
    return desk


async def furnished(url: str) -> None:
    """The small firm, in the database at an address; see `tests.databases.Fresh.made`."""
    async with desk_at(url) as desk:
        await furnish(desk)


@asynccontextmanager
async def desk_at(url: str) -> AsyncIterator[Services]:
    """Services over the database at an address."""
    database = await open_database(url)
    try:
        yield services_over(database)
    finally:
        await database.close()


@asynccontextmanager
async def copied(fresh: Fresh, make: Make) -> AsyncIterator[Services]:
    """Services over a copy of what `make` makes once for every test."""
    url = fresh.made(make)
    async with desk_at(url) as desk:
        yield desk
    fresh.drop(url)


async def authorized(desk: Services, account: str = "Operating", amount: int = 100_000) -> Transaction:
    """A payment somebody has just made."""
    link = await desk.links.create(NewLink(account), confirmed=True)
    return await desk.sandbox.pay(link.id, amount=amount, name="Dana Ruiz", email="dana@example.com")


async def completed(desk: Services, account: str = "Operating", amount: int = 100_000) -> Transaction:
    """A payment whose batch has gone out."""
    paid = await authorized(desk, account, amount)
    (done,) = await desk.sandbox.settle([paid.name])
    assert done.status is Status.COMPLETED
    return done


async def decline(desk: Services, link: int) -> None:
    """Decline a card on a link."""
    async with unit_of_work(desk.database, "processor:sandbox", desk.clock.now()) as unit:
        await count_decline(unit, desk.settings.limits, link)


async def freeze(desk: Services, link: int) -> None:
    """Decline as many cards as freeze a link."""
    for _ in range(desk.settings.limits.declines_to_freeze):
        await decline(desk, link)


async def balances(desk: Services) -> dict[str, int]:
    """What each invoice still owes, in minor units."""
    rows = await desk.database.reader.rows("SELECT number, balance FROM invoice ORDER BY number")
    return dict(rows)


async def held(desk: Services, kind: str, client_id: int = 0, matter_id: int = 0) -> int:
    """Credits minus debits of the ledgers of that kind and owner, in minor units."""
    rows = await desk.database.reader.rows(
        "SELECT coalesce(sum(credits - debits), 0) FROM ledger_account"
        " WHERE kind = ? AND client_id = ? AND matter_id = ?",
        (kind, client_id, matter_id),
    )
    return int(rows[0][0])


async def assert_sound(desk: Services) -> None:
    """Every rule the doctor knows holds."""
    wrong = [f"{check.name}: {check.detail}" for check in await desk.doctor.run() if not check.ok]
    assert not wrong, "\n".join(wrong)
