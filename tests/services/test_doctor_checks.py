"""Every check of the doctor can fail: good books are broken for each by name, and it alone says so."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from paylink_tui.services.bundle import Services
from paylink_tui.services.doctor import MAIL, names
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.databases import Fresh
from tests.services.desk import assert_sound, authorized, completed, copied, desk_at, furnish
from tests.services.doctor_breaks import BREAKS, FILE, ORPHANS, behind_the_back
from tests.services.trust_desk import received

GUARDS = "ledger-forever: the database's own guards stand"


async def whole_book(url: str) -> None:
    """Something for every check: applied, recorded, waiting, refunded, disputed, entered by hand."""
    async with desk_at(url) as desk:
        await furnish(desk)
        paid = await completed(desk)
        await desk.linking.link(paid.name, [Part("C1")])
        for client in ("C1", "C2"):
            held = await completed(desk, "IOLTA")
            await desk.linking.link(held.name, [Part(client)])
        await desk.recording.record(NewRecord("C2", "trust", 30_000))
        await desk.sandbox.dispute("T2", "open")
        wrong = await completed(desk)
        await desk.linking.link(wrong.name, [Part("C3")])
        await desk.linking.unlink(wrong.name, "not hers")
        over = await completed(desk)
        await desk.linking.link(over.name, [Part("C3")])
        await desk.refunds.request(over.name, 10_000, reason="overpaid")
        await received(desk)
        await authorized(desk)
        await authorized(desk, "IOLTA")
        await assert_sound(desk)


@pytest.fixture
async def book(fresh: Fresh, link_key: None) -> AsyncIterator[Services]:
    async with copied(fresh, whole_book) as desk:
        yield desk


def test_every_check_has_its_break() -> None:
    assert {*BREAKS, GUARDS, FILE, MAIL} == set(names())
    assert all(broken.also <= set(names()) for broken in BREAKS.values())


async def test_a_damaged_page_is_found(book: Services) -> None:
    if book.database.dialect == "postgresql":
        return
    path = book.database.place.path
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = base.execute("SELECT rootpage FROM sqlite_master WHERE name = 'submission'").fetchone()
        (size,) = base.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 100)
    wrong = {check.name: check.detail for check in await book.doctor.run() if not check.ok}
    assert {FILE} <= set(wrong) <= {FILE, ORPHANS}
    assert all(wrong.values())


@pytest.mark.parametrize("name", BREAKS)
async def test_what_is_broken_is_told_by_its_check_alone(book: Services, name: str) -> None:
    broken = BREAKS[name]
    sqlite = book.database.dialect == "sqlite"
    await behind_the_back(book, broken.statements)
    wrong = {check.name: check.detail for check in await book.doctor.run() if not check.ok}
    expected = set() if broken.sqlite_only and not sqlite else {name}
    assert set(wrong) == expected | broken.also | (broken.on_sqlite if sqlite else frozenset()), wrong
    assert all(wrong.values())
