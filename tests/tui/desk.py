"""A small firm in an SQLite file, the same each time: what screens are tested and pictured with."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from paylink_tui.domain.text import fold_words
from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.store.database import Database

NOW = datetime(2026, 11, 22, 17, 4, 31, tzinfo=UTC)
"""The moment every test of the screen looks at the desk: 12:04:31 at the firm."""
LINK_KEY = "cGF5bGluay10ZXN0LWtleS10aGF0LWlzLTMyLWJ5dGVzISE="
"""`PAYLINK_LINK_KEY` of the desk; set it before the services are opened."""

CLIENTS = (
    ("C-101", "Acme Holdings", "company", "ap@acme.example"),
    ("C-102", "Dana Ruiz", "person", "dana.ruiz@example.com"),
    ("C-103", "Lee Ng", "person", "lee.ng@example.com"),
    ("C-104", "Marlow & Finch Partners", "company", "books@marlowfinch.example"),
    ("C-105", "José Núñez", "person", "jose@nunez.example"),
    ("C-106", "Okafor Estate", "person", "t.okafor@example.com"),
    ("C-107", "Bright Harbor Shipping", "company", "pay@brightharbor.example"),
    ("C-108", "[/foo] Ltd", "company", ""),
)
MATTERS = (
    ("2026-0042", 1, "Lease of 12 Main Street", "open"),
    ("2026-0043", 1, "Trademark filing", "open"),
    ("2026-0051", 2, "Ruiz v. Coastal Insurance", "open"),
    ("2026-0058", 3, "Estate plan", "open"),
    ("2026-0060", 4, "Partnership agreement", "open"),
    ("2026-0064", 5, "Immigration petition", "open"),
    ("2026-0071", 6, "Probate", "open"),
    ("2026-0075", 7, "Charter dispute", "open"),
    ("2025-0012", 7, "Customs appeal", "closed"),
)
INVOICES = (
    ("1041", 1, 1, "2026-09-01", "2026-10-01", 120000),
    ("1042", 1, 2, "2026-09-15", "2026-10-15", 45000),
    ("1043", 1, None, "2026-10-20", "2026-11-19", 240000),
    ("1044", 2, 3, "2026-10-01", "2026-10-31", 150000),
    ("1045", 3, 4, "2026-10-05", "2026-11-04", 32000),
    ("1046", 4, 5, "2026-10-10", "2026-11-09", 510000),
    ("1047", 4, 5, "2026-11-10", "2026-12-10", 275000),
    ("1048", 5, 6, "2026-11-01", "2026-12-01", 98000),
    ("1049", 6, 7, "2026-11-02", "2026-12-02", 64050),
    ("1050", 7, 8, "2026-11-05", "2026-12-05", 1250000),
)


class Paid(NamedTuple):
    """A payment of the history, made some days and hours before `NOW`."""

    days: float
    link: int
    cents: int
    payer: str
    email: str
    reference: str
    echeck: bool = False
    client: str | None = None
    card: str = "4242424242424242"


HISTORY = (
    Paid(62.1, 2, 120000, "Acme Holdings", "ap@acme.example", "Invoice 1041", client="C-101"),
    Paid(55.4, 2, 32000, "Lee Ng", "lee.ng@example.com", "1045", client="C-103"),
    Paid(48.2, 1, 250000, "Dana Ruiz", "dana.ruiz@example.com", "Retainer", client="C-102"),
    Paid(41.0, 2, 300000, "Marlow & Finch", "books@marlowfinch.example", "Part payment", True, "C-104"),
    Paid(
        33.3, 1, 500000, "Bright Harbor Shipping", "pay@brightharbor.example", "Retainer 2026", True, "C-107"
    ),
    Paid(30.7, 2, 9900, "P. Walker", "pw@example.com", "Consultation", card="4000000000000002"),
    Paid(26.6, 2, 45000, "Acme Holdings", "ap@acme.example", "1042", client="C-101"),
    Paid(24.1, 1, 100000, "T. Okafor", "t.okafor@example.com", "Probate retainer", client="C-106"),
    Paid(21.9, 2, 15000, "Sofia Marlow", "sofia@marlowfinch.example", "Finch partnership", client="C-104"),
    Paid(19.2, 2, 98000, "José Núñez", "jose@nunez.example", "Petition 1048", client="C-105"),
    Paid(16.8, 2, 75000, "Dana Ruiz", "dana.ruiz@example.com", "on account", client="C-102"),
    Paid(14.5, 1, 175000, "Harbor Agents GmbH", "zahlung@harboragents.example", "Bright Harbor", True),
    Paid(11.3, 2, 240000, "Acme Holdings", "ap@acme.example", "Inv 1043"),
    Paid(9.6, 2, 64050, "T. Okafor", "t.okafor@example.com", "1049"),
    Paid(8.1, 2, 5000, "[/foo] Ltd", "foo@example.com", "[@click=app.quit]x[/]"),
    Paid(6.2, 1, 150000, "Dana Ruiz", "dana.ruiz@example.com", "Retainer"),
    Paid(2.4, 2, 27500, "Lee Ng", "lee.ng@example.com", "Estate plan", True),
    Paid(0.9, 2, 510000, "Marlow & Finch", "books@marlowfinch.example", "Invoice 1046"),
    Paid(0.2, 1, 120000, "José Núñez", "jose@nunez.example", "Filing fees"),
)


def make_desk(path: Path) -> None:
    """Write the firm into a new SQLite file at `path`; for use where no event loop runs."""
    asyncio.run(fill_desk(path))


async def fill_desk(path: Path) -> None:
    """The same, where a loop runs."""
    with _steady():
        clock = FixedClock(NOW - timedelta(days=90))
        services = await open_services(str(path), create=True, clock=clock, actor="mia")
        try:
            await _firm(services)
            await _history(services, clock)
        finally:
            await services.close()


@contextmanager
def _steady() -> Iterator[None]:
    """Tokens and references from a seed, so that URLs look the same in every picture."""
    seeded = random.Random(20261122)
    with (
        patch("secrets.token_bytes", seeded.randbytes),
        patch("secrets.token_hex", lambda count: seeded.randbytes(count).hex()),
        patch.dict(os.environ, {"PAYLINK_LINK_KEY": LINK_KEY}),
    ):
        yield


async def _firm(services: Services) -> None:
    await services.firm.init("Hartwell & Ng LLP")
    await services.firm.add_account("IOLTA 4411", "trust", processor="sandbox")
    await services.firm.add_account("Operating 2207", "operating", processor="sandbox")
    await services.firm.add_account("Payroll 9930", "operating")
    await _directory(services.database)
    await services.links.create(NewLink("IOLTA 4411", reference="Retainer"), confirmed=True)
    await services.links.create(NewLink("Operating 2207", reference="Invoice payment"))
    await services.links.create(NewLink("Operating 2207", amount=98000, client="C-105", max_uses=1))
    await services.links.create(NewLink("Operating 2207", amount=150000, invoice="1044", max_uses=1))
    await services.links.create(NewLink("Operating 2207", amount=9900, reference="Consultation"))
    await services.links.disable("L5")


async def _directory(database: Database) -> None:
    from sqlalchemy import insert

    from paylink_tui.store import schema

    def matter(number: str, client: int, what: str, status: str) -> dict[str, object]:
        words = fold_words(number, what, CLIENTS[client - 1][1])
        return {
            "number": number,
            "client_id": client,
            "description": what,
            "status": status,
            "search": words,
        }

    names = ("number", "client_id", "matter_id", "issued", "due", "total")
    async with database.write() as tx:
        await tx.execute(
            insert(schema.client),
            [
                {
                    "code": code,
                    "name": name,
                    "kind": kind,
                    "email": mail,
                    "search": fold_words(code, name, mail),
                }
                for code, name, kind, mail in CLIENTS
            ],
        )
        await tx.execute(insert(schema.matter), [matter(*row) for row in MATTERS])
        await tx.execute(
            insert(schema.invoice),
            [{"currency": "USD", **dict(zip(names, row, strict=True))} for row in INVOICES],
        )


async def _history(services: Services, clock: FixedClock) -> None:
    for paid in HISTORY:
        await _pass_time(services, clock, NOW - timedelta(days=paid.days))
        made = await services.sandbox.pay(
            paid.link,
            amount=paid.cents,
            name=paid.payer,
            email=paid.email,
            card=paid.card,
            echeck=paid.echeck,
            reference=paid.reference,
        )
        if paid.client and made.status.value == "authorized":
            await services.linking.link(made.name, [Part(paid.client)])
    await _pass_time(services, clock, NOW)


async def _pass_time(services: Services, clock: FixedClock, until: datetime) -> None:
    """Let days go by, the processor's events read at the end of each."""
    while clock.now() < until:
        clock.advance(min(timedelta(hours=12), until - clock.now()))
        await services.intake.poll()
