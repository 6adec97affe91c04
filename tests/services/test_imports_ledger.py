"""A file of invoices against a ledger that has applied money: what it may change, and what it may not."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from paylink_tui.domain import ledger
from paylink_tui.domain.ledger import Till
from paylink_tui.domain.parties import AccountKind
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.imports.service import ImportFailed, ImportResult, ImportService
from paylink_tui.store import schema
from paylink_tui.store.database import Database
from paylink_tui.store.unit_of_work import unit_of_work
from paylink_tui.store.write.ledger import allocate, open_journal, post, reverse
from tests.store.directory_rows import write_link, write_payment

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OPERATING = Till(1, AccountKind.OPERATING, "USD")
HEADER = "number,client_id,matter_number,issued,due,total,balance\n"


class Desk:
    """A database with one invoice, 1042: total 500.00, 50.00 paid before PayLink, 150.00 through it."""

    def __init__(self, database: Database, directory: Path) -> None:
        self.database = database
        self._file = directory / "book.csv"

    async def run(self, kind: str, content: str) -> ImportResult:
        self._file.write_text(content, encoding="utf-8", newline="")
        service = ImportService(self.database, FixedClock(NOW), "dana")
        return await service.run(kind, self._file)

    async def row(
        self, total: str, balance: str, client: str = "C-1", due: str = "2026-02-01"
    ) -> ImportResult:
        return await self.run("invoices", f"{HEADER}1042,{client},,2026-01-01,{due},{total},{balance}\n")

    async def refused(self, total: str, balance: str, client: str = "C-1") -> str:
        before = await self.stored()
        with pytest.raises(ImportFailed) as told:
            await self.row(total, balance, client)
        assert await self.stored() == before
        [problem] = told.value.problems
        return problem.reason

    async def stored(self) -> tuple[object, ...]:
        [row] = await self.database.reader.rows(
            "SELECT client_id, total, paid_before, applied, due FROM invoice"
        )
        return row

    async def open(self) -> int:
        """Set everything up and apply 150.00; tells the journal that did."""
        row = {"name": "Op", "kind": "operating", "currency": "USD", "processor": "sandbox", "created_at": 0}
        async with self.database.write() as connection:
            await connection.execute(insert(schema.bank_account), row)
        await self.run("clients", "id,name,type,email,phone\nC-1,Lee,,,\nC-2,Ng,,,\n")
        await self.row("500.00", "450.00")
        await write_link(self.database, account_id=1)
        await write_payment(self.database, payment_ref="p", account_id=1, amount=15000)
        async with unit_of_work(self.database, "test", NOW) as unit:
            journal = await open_journal(unit, "link", "2026-01-15", payment_id=1)
            moves = [*ledger.authorize(OPERATING, 15000), *ledger.complete(OPERATING, 15000)]
            moves.append(ledger.name_owner(OPERATING, 1, None, 15000))
            await post(unit, journal, moves)
            paid = await open_journal(unit, "apply", "2026-01-15", payment_id=1)
            [moved] = await post(unit, paid, [ledger.pay_invoice(OPERATING, 1, None, 15000, 1)])
            line: dict[str, Any] = {"invoice_id": 1, "client_id": 1, "amount": 15000, "sign": 1}
            line |= {"payment_id": 1, "transfer_id": moved, "paid_on": "2026-01-15"}
            await allocate(unit, [line])
        assert await self.stored() == (1, 50000, 5000, 15000, "2026-02-01")
        return paid


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


@pytest.mark.parametrize(
    ("total", "balance", "result", "stored_total"),
    [
        ("500.00", "450.00", "unchanged", 50000),
        ("500.00", "300.00", "unchanged", 50000),
        ("600.00", "400.00", "updated", 60000),
        ("600.00", "550.00", "updated", 60000),
        ("400.00", "200.00", "updated", 40000),
        ("400.00", "350.00", "updated", 40000),
        ("200.00", "0.00", "updated", 20000),
        ("200.00", "150.00", "updated", 20000),
    ],
)
async def test_a_row_that_agrees_with_the_ledger_or_knows_nothing_of_it(
    desk: Desk, total: str, balance: str, result: str, stored_total: int
) -> None:
    await desk.open()
    told = await desk.row(total, balance)
    assert getattr(told, result) == 1
    assert await desk.stored() == (1, stored_total, 5000, 15000, "2026-02-01")
    assert (await desk.row(total, balance)).unchanged == 1


async def test_the_days_of_a_paid_invoice_may_change(desk: Desk) -> None:
    await desk.open()
    assert (await desk.row("500.00", "450.00", due="2026-03-01")).updated == 1
    assert await desk.stored() == (1, 50000, 5000, 15000, "2026-03-01")


async def test_a_total_below_what_was_paid_is_refused_by_name(desk: Desk) -> None:
    await desk.open()
    for balance in ("199.99", "149.99", "0.00"):
        told = await desk.refused("199.99", balance)
        assert told == "invoice 1042: total 199.99 is below the 200.00 already paid"


async def test_a_balance_that_contradicts_the_ledger_is_refused_by_name(desk: Desk) -> None:
    await desk.open()
    told = await desk.refused("500.00", "200.00")
    assert told.startswith("invoice 1042: total 500.00 and balance 200.00 mean that 300.00 was paid;")
    assert "the ledger holds 200.00, 150.00 of it paid through PayLink" in told
    await desk.refused("500.00", "500.00")


async def test_one_contradiction_keeps_the_whole_file_out(desk: Desk) -> None:
    await desk.open()
    with pytest.raises(ImportFailed):
        await desk.run(
            "invoices", f"{HEADER}1,C-1,,2026-01-01,,1,1\n1042,C-1,,2026-01-01,,1,1\n2,C-1,,2026-01-01,,1,1\n"
        )
    assert await desk.database.reader.rows("SELECT number FROM invoice") == [("1042",)]


async def test_an_invoice_with_money_keeps_its_client(desk: Desk) -> None:
    paid = await desk.open()
    assert "invoice 1042 keeps its client" in await desk.refused("500.00", "450.00", "C-2")
    async with unit_of_work(desk.database, "test", NOW) as unit:
        await reverse(unit, [paid], "unlink", "2026-01-16", "a mistake")
    assert "invoice 1042 keeps its client" in await desk.refused("500.00", "450.00", "C-2")
    assert (await desk.row("90.00", "80.00")).updated == 1
    assert await desk.stored() == (1, 9000, 1000, 0, "2026-02-01")


async def test_an_invoice_with_a_link_keeps_its_client_and_others_may_go(desk: Desk) -> None:
    await desk.open()
    row = "7,C-1,,2026-01-01,2026-02-01,1,1\n"
    await desk.run("invoices", HEADER + row)
    assert (await desk.run("invoices", HEADER + row.replace("C-1", "C-2"))).updated == 1
    await write_link(desk.database, account_id=1, reference="seven", client_id=2, invoice_id=2)
    with pytest.raises(ImportFailed, match="invoice 7 keeps its client"):
        await desk.run("invoices", HEADER + row)


async def test_invoices_are_in_the_currency_of_the_first_account(desk: Desk) -> None:
    row = {"name": "Op", "kind": "operating", "currency": "CAD", "processor": "sandbox", "created_at": 0}
    async with desk.database.write() as connection:
        await connection.execute(insert(schema.bank_account), row)
    await desk.run("clients", "id,name,type,email,phone\nC-1,Lee,,,\n")
    await desk.row("1.00", "1.00")
    assert await desk.database.reader.rows("SELECT currency FROM invoice") == [("CAD",)]


def kept(text: str) -> bool:
    """Whether a field may be imported: something to see, and no control characters but line breaks."""
    return bool(text.strip()) and not any(
        (ord(char) < 32 and char not in "\t\n\r") or 127 <= ord(char) < 160 for char in text
    )


TEXT = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    st.sampled_from(
        ['"', '""', ",", ";", "a\r\nb", "\u202e[/foo]", "'; DROP TABLE client", "[@click=x]", "%_\\", "=1+1"]
    ),
).filter(kept)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=6), st.sampled_from(",;"), st.sampled_from(["\n", "\r\n"])
)
async def test_any_field_comes_back_as_it_was(
    desk: Desk, rows: list[tuple[str, str, str]], separator: str, ending: str
) -> None:
    """The round trip of hostile text, again and again into the same database."""
    codes = {f"{number}": row for number, row in enumerate(rows)}
    text = io.StringIO(newline="")
    # The writer leaves a lone carriage return bare, which any reader takes for the end of the row.
    hard = "\r" in "".join("".join(row) for row in rows)
    writer = (
        csv.writer(text, delimiter=separator, lineterminator=ending, quoting=csv.QUOTE_ALL)
        if hard
        else csv.writer(text, delimiter=separator, lineterminator=ending)
    )
    writer.writerow(["id", "name", "type", "email", "phone"])
    for code, (name, email, phone) in codes.items():
        writer.writerow([code, name, "company", email, phone])
    await desk.run("clients", text.getvalue())
    assert await desk.run("clients", text.getvalue()) == ImportResult(0, 0, len(codes), len(codes))
    for code, fields in codes.items():
        [found] = await desk.database.reader.rows(
            "SELECT name, email, phone FROM client WHERE code = ?", [code]
        )
        assert found == tuple(one.strip().replace("\r\n", "\n").replace("\r", "\n") for one in fields)
