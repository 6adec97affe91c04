"""Looking at what would happen: for auditors too, and nothing of it stays."""

from __future__ import annotations

from paylink_tui.services.bundle import Services
from paylink_tui.services.recording import NewRecord
from paylink_tui.store.database import open_database
from tests.services.desk import services_over
from tests.services.test_linking import refused
from tests.services.trust_desk import paid_out, received

TABLES = ("audit", "change", "journal", "ledger_account", "record_payment", "trust_entry", "reconciliation")


async def test_an_auditor_sees_what_would_happen(desk: Services) -> None:
    await received(desk, 50_000)
    await desk.roles.set("eve", "auditor")
    await sees(services_over(desk.database, "eve"))
    eve = services_over(desk.database, "eve")
    assert (await refused(eve.recording.record(NewRecord("C1", "trust", 7)))).rule == "role-auditor"


async def test_books_opened_read_only_tell_what_would_happen(desk: Services) -> None:
    await received(desk, 50_000)
    books = await open_database(desk.database.url, readonly=True)
    try:
        await sees(services_over(books))
    finally:
        await books.close()


async def sees(eve: Services) -> None:
    """Every preview answers, and leaves nothing behind."""
    before = [await eve.database.reader.rows(f"SELECT count(*) FROM {table}") for table in TABLES]
    assert (await eve.recording.preview(NewRecord("C1", "trust", 7))).available_before == 50_000
    assert await eve.recording.available("C1", None, "trust") == 50_000
    assert (await eve.trust.preview(paid_out(7))).held_after == 49_993
    assert (await eve.trust.reconcile("IOLTA")).three_way.book == 50_000
    for client in ("C2", "C3"):
        no = await refused(eve.trust.preview(paid_out(7, client)))
        assert no.rule == "trust-never-negative"
    after = [await eve.database.reader.rows(f"SELECT count(*) FROM {table}") for table in TABLES]
    assert after == before
