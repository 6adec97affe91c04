"""The dialog opens with whose payment it is: candidates found in the book, ranked with reasons."""

from __future__ import annotations

from sqlalchemy import insert, update

from paylink_tui.domain.suggestions import Unlinked, search_terms
from paylink_tui.services.suggestions import suggest
from paylink_tui.store import schema
from paylink_tui.store.database import Database
from paylink_tui.store.read import payments
from paylink_tui.store.read.suggestions import candidates
from tests.store.directory_rows import write_directory, write_link, write_payment


async def found(database: Database, **told: str | int) -> set[int]:
    """Ids of the candidate clients of a payment that tells this and nothing else."""
    empty = {"payer_name": "", "payer_email": "", "reference": "", "amount": 1, "currency": "USD"}
    payment = Unlinked(**{**empty, **told})  # type: ignore[arg-type]
    known = await candidates(database.reader, search_terms(payment))
    return {client.id for client in known.clients}


async def test_each_trace_leads_to_its_client(database: Database) -> None:
    await write_directory(database)
    assert await found(database) == set()
    assert await found(database, payer_email="LEE@example.com ") == {1}
    assert await found(database, payer_name="Mr. Jose Nunez") == {3}
    assert await found(database, reference="Invoice A-1") == {2}
    assert await found(database, reference="our matter 2026-20") >= {2}
    assert await found(database, reference="client c-10") >= {6}
    assert await found(database, amount=15000) == {1}
    assert await found(database, amount=15000, currency="CAD") == set()
    assert await found(database, amount=0) == set()


async def test_an_invoice_is_found_by_the_end_of_its_number(database: Database) -> None:
    await write_directory(database)
    row = {"client_id": 3, "issued": "2026-01-01", "due": "2026-01-01", "currency": "USD", "total": 100}
    async with database.write() as connection:
        await connection.execute(insert(schema.invoice), {**row, "number": "INV-2026-0042"})
    assert await found(database, reference="invoice 0042") == {3}
    assert await found(database, reference="invoice 1042") == set()


async def test_the_candidates_are_closed_over_what_they_name(database: Database) -> None:
    await write_directory(database)
    payment = Unlinked("", "lee@example.com", "", 1, "USD")
    known = await candidates(database.reader, search_terms(payment))
    assert {invoice.number for invoice in known.invoices} == {"1001", "1003"}
    assert {matter.number for matter in known.matters} == {"2026-1", "2026-2"}


async def test_earlier_payments_of_the_payer_are_counted(database: Database) -> None:
    await write_directory(database)
    await write_link(database)
    for number in range(3):
        await write_payment(
            database, payment_ref=f"p{number}", payer_name="Uncle Bob", payer_email="Bob@example.com"
        )
    async with database.write() as connection:
        for number in (1, 2):
            linking = {"payment_id": number, "linked_by": "test", "linked_at": 0}
            await connection.execute(insert(schema.linking), linking)
            owner = {"linked": 1, "linking_id": number, "client_id": 1, "matter_id": 2}
            await connection.execute(
                update(schema.payment).where(schema.payment.c.id == number).values(**owner)
            )
    payment = Unlinked("Uncle Bob", "bob@example.com", "", 1, "USD")
    known = await candidates(database.reader, search_terms(payment))
    assert [(one.client_id, one.matter_id, one.times, one.same_email) for one in known.past] == [
        (1, 2, 2, True),
        (1, 2, 2, False),
    ]
    [transaction] = await payments.by_ids(database.reader, [3])
    best = (await suggest(database.reader, transaction))[0]
    assert (best.client_code, best.matter_number) == ("C-1", "2026-2")
    assert "paid for Lee Ng before (2 times)" in best.reasons


async def test_the_owner_its_link_names_comes_first(database: Database) -> None:
    await write_directory(database)
    await write_link(database, client_id=2, matter_id=3, invoice_id=4)
    await write_payment(database, payment_ref="p", payer_name="Lee Ng", payer_email="lee@example.com")
    [transaction] = await payments.by_ids(database.reader, [1])
    best, *others = await suggest(database.reader, transaction)
    assert (best.client_code, best.matter_number, best.invoice_number) == ("C-2", "2026-20", "A-1")
    assert best.reasons[0] == "the link names invoice A-1"
    assert "C-1" in {one.client_code for one in others}


async def test_hostile_text_is_only_looked_up(database: Database) -> None:
    await write_directory(database)
    hostile = "' OR 1=1 -- \"* NEAR( \0 \ud800 \u202e [/foo] 100% _"
    assert await found(database, payer_name=hostile, payer_email=hostile, reference=hostile * 3) == {6}
