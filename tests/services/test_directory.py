"""Looking up clients, matters and invoices, and the cards and figures drawn from the ledger."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from paylink_tui.domain import ledger
from paylink_tui.domain.errors import NotFound
from paylink_tui.domain.ledger import Till
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.views import LedgerLine
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.directory import DirectoryService, PaidBy
from paylink_tui.store.database import Database
from paylink_tui.store.read.header import header
from paylink_tui.store.unit_of_work import unit_of_work
from paylink_tui.store.write.ledger import allocate, open_journal, post, reverse
from tests.store.directory_rows import INVOICES, write_directory, write_link, write_payment

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
TRUST = Till(1, AccountKind.TRUST, "USD")
OPERATING = Till(2, AccountKind.OPERATING, "USD")


async def directory(database: Database) -> DirectoryService:
    await write_directory(database)
    return DirectoryService(database, FixedClock(NOW))


async def settle(database: Database, till: Till, amount: int, reference: str) -> int:
    """A payment into `till` that is completed and unidentified; tells its journal."""
    async with unit_of_work(database, "test", NOW) as unit:
        journal = await open_journal(unit, "complete", "2026-03-01")
        await post(unit, journal, [*ledger.authorize(till, amount), *ledger.complete(till, amount)])
        return journal


async def link(database: Database, till: Till, client: int, matter: int | None, amount: int) -> int:
    """Give unidentified money of payment 1 to its owner; tells the journal."""
    async with unit_of_work(database, "test", NOW) as unit:
        journal = await open_journal(unit, "link", "2026-03-01", payment_id=1)
        await post(unit, journal, [ledger.name_owner(till, client, matter, amount)])
        return journal


async def pay(database: Database, client: int, invoice: int, amount: int) -> int:
    """Apply client-level credit of payment 1 to an invoice; tells the journal."""
    async with unit_of_work(database, "test", NOW) as unit:
        journal = await open_journal(unit, "apply", "2026-03-01", payment_id=1)
        [moved] = await post(unit, journal, [ledger.pay_invoice(OPERATING, client, None, amount, invoice)])
        row = {"invoice_id": invoice, "client_id": client, "amount": amount, "sign": 1, "payment_id": 1}
        await allocate(
            unit,
            [
                {
                    **row,
                    "record_payment_id": None,
                    "transfer_id": moved,
                    "reverses_id": None,
                    "paid_on": "2026-03-01",
                }
            ],
        )
        return journal


async def test_clients_are_listed_by_name_with_what_they_owe(database: Database) -> None:
    service = await directory(database)
    views = await service.clients()
    assert [view.client.id for view in views] == [6, 4, 5, 3, 1, 2, 7]
    lee = next(view for view in views if view.client.id == 1)
    assert (lee.matters, lee.open_invoices, lee.open_balance, lee.trust, lee.credit) == (2, 2, 65000, 0, 0)


async def test_pages_of_clients_join_without_a_gap(database: Database) -> None:
    service = await directory(database)
    everyone = await service.clients()
    paged: list[int] = []
    after: tuple[str, int] | None = None
    while page := await service.clients(limit=2, after=after):
        paged += [view.client.id for view in page]
        after = (page[-1].client.name, page[-1].client.id)
    assert paged == [view.client.id for view in everyone]


@pytest.mark.parametrize(
    ("typed", "found"),
    [("ng", [4, 1, 2]), ("dana r", [4, 5]), ("NÚÑ", [3]), ("zz", []), ("---", []), ("%", [])],
)
async def test_clients_are_searched_by_beginnings_of_words(
    database: Database, typed: str, found: list[int]
) -> None:
    service = await directory(database)
    assert [view.client.id for view in await service.clients(typed)] == found


async def test_matters_with_their_client_and_balance(database: Database) -> None:
    service = await directory(database)
    views = await service.matters()
    assert [(view.matter.number, view.client_name, view.open_balance) for view in views] == [
        ("2026-1", "Lee Ng", 50000),
        ("2026-2", "Lee Ng", 15000),
        ("2026-20", "Nguyen Holdings", 100),
    ]
    assert [view.matter.id for view in await service.matters("estate", client="C-2")] == [3]
    assert (await service.matter("lease")).matter.number == "2026-1"
    assert [view.matter.id for view in await service.matters(after="2026-1", limit=1)] == [2]


async def test_invoices_open_oldest_first_and_all_newest_first(database: Database) -> None:
    service = await directory(database)
    assert [view.invoice.number for view in await service.invoices(open_only=True)] == ["A-1", "1001", "1003"]
    assert [view.invoice.number for view in await service.invoices()] == ["1003", "1002", "1001", "A-1"]
    assert [view.state for view in await service.invoices()] == ["open", "paid", "overdue", "overdue"]
    assert [view.invoice.id for view in await service.invoices(client="C-1", matter="2026-2")] == [3]
    for typed, numbers in (
        ("100", ["1003", "1002", "1001"]),
        ("nguyen", ["A-1"]),
        ("lease", ["1001"]),
        ("_", []),
    ):
        assert [view.invoice.number for view in await service.invoices(search=typed)] == numbers
    first = (await service.invoices(limit=1))[0].invoice
    rest = await service.invoices(after=(first.due.isoformat(), first.id))
    assert len(rest) == len(INVOICES) - 1


async def test_an_invoice_is_overdue_by_the_firms_own_day(database: Database) -> None:
    from sqlalchemy import insert

    from paylink_tui.store.schema import firm

    await write_directory(database)
    async with database.write() as connection:
        row = {"id": 1, "name": "F", "country": "US", "timezone": "America/New_York", "plan": "elite"}
        await connection.execute(insert(firm), {**row, "link_key_id": "", "created_at": 0})
    just_past_midnight_utc = FixedClock(datetime(2026, 2, 11, 0, 30, tzinfo=UTC))
    service = DirectoryService(database, just_past_midnight_utc)
    assert (await service.invoice("1001")).state == "open"
    just_past_midnight_utc.advance(just_past_midnight_utc.now() - datetime(2026, 2, 10, 18, tzinfo=UTC))
    assert (await service.invoice("1001")).state == "overdue"


async def test_open_invoices_in_the_order_they_are_paid(database: Database) -> None:
    service = await directory(database)
    assert [one.number for one in await service.open_invoices(1, None)] == ["1001", "1003"]
    assert [one.number for one in await service.open_invoices(1, 2)] == ["1003"]
    assert await service.open_invoices(99, None) == ()


async def test_a_card_shows_what_is_held_and_every_posting_signed(database: Database) -> None:
    service = await directory(database)
    await write_link(database)
    await write_payment(database, payment_ref="ch_a", payer_name="Dana", amount=90000)
    await settle(database, TRUST, 40000, "a")
    await settle(database, OPERATING, 60000, "b")
    await link(database, TRUST, 1, 1, 30000)
    await link(database, OPERATING, 1, None, 60000)
    paid = await pay(database, 1, 1, 20000)
    card = await service.card("C-1")
    assert (card.client.trust, card.client.credit) == (30000, 40000)
    assert card.lines == (
        LedgerLine("IOLTA ..4411", AccountKind.TRUST, "2026-1", 30000, "USD"),
        LedgerLine("Operating", AccountKind.OPERATING, "", 40000, "USD"),
    )
    assert [(one.what, one.matter_number, one.amount) for one in card.postings] == [
        ("Invoice 1001 paid by T1", "", -20000),
        ("T1 linked", "", 60000),
        ("T1 linked", "2026-1", 30000),
    ]
    assert {one.at for one in card.postings} == {NOW}
    assert await service.allocations_of("1001") == (PaidBy("T1", "link", 20000, date(2026, 3, 1), "Dana"),)
    async with unit_of_work(database, "test", NOW) as unit:
        await reverse(unit, [paid], "unlink", "2026-04-01", "a mistake")
    undone = (await service.card("C-1", limit=1)).postings
    assert [(one.what, one.amount) for one in undone] == [("Undone: Invoice 1001 paid by T1", 20000)]
    assert await service.allocations_of("1001") == ()
    assert (await service.card("C-2")).lines == ()


async def test_the_header_adds_tallies_and_compares_trust_with_its_ledgers(database: Database) -> None:
    await write_directory(database)
    empty = await header(database.reader)
    assert (empty.authorized_count, empty.to_link_amount, empty.trust_in_balance, empty.currency) == (
        0,
        0,
        True,
        "USD",
    )
    await write_link(database)
    await write_payment(database, payment_ref="1", status="authorized", amount=500)
    await write_payment(database, payment_ref="2", status="authorized", amount=700)
    await write_payment(database, payment_ref="3", status="failed", amount=9)
    await write_payment(database, payment_ref="4", amount=1100)
    await settle(database, TRUST, 40000, "a")
    await settle(database, OPERATING, 999, "b")
    await link(database, TRUST, 1, 1, 30000)
    told = await header(database.reader)
    assert (told.authorized_count, told.authorized_amount) == (2, 1200)
    assert (told.to_link_count, told.to_link_amount) == (1, 1100)
    assert (told.trust_bank, told.trust_owed) == (40000, 40000)


async def test_the_header_never_adds_two_currencies(database: Database) -> None:
    from sqlalchemy import insert

    from paylink_tui.store.schema import bank_account

    await write_directory(database)
    row = {"name": "CAD", "kind": "operating", "currency": "CAD", "processor": "sandbox", "created_at": 0}
    async with database.write() as connection:
        await connection.execute(insert(bank_account), row)
    await write_link(database)
    await write_link(database, account_id=3, currency="CAD", reference="cad")
    await write_payment(database, payment_ref="1", amount=100)
    for number in range(2):
        cad = {"link_id": 2, "account_id": 3, "currency": "CAD", "amount": 7}
        await write_payment(database, payment_ref=f"c{number}", **cad)
    told = await header(database.reader)
    assert (told.to_link_count, told.to_link_amount, told.currency) == (2, 14, "CAD")


async def test_nobody_has_no_card(database: Database) -> None:
    service = await directory(database)
    with pytest.raises(NotFound):
        await service.card("nobody")
