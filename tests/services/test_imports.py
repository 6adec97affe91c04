"""Files of a firm's books go in whole or not at all, and again without changing anything."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from paylink_tui.services.imports.service import ImportFailed, ImportResult
from paylink_tui.store import schema
from paylink_tui.store.database import Database
from tests.services.import_book import CLIENTS, INVOICES, MATTERS, Book, service, table
from tests.store.directory_rows import write_link, write_payment


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


async def test_the_three_files_go_in(database: Database, book: Book) -> None:
    await book.everything(database)
    assert await table(database, "client", "code, name, kind, email, phone, search") == [
        ("C-1", "Lee Ng", "person", "lee@example.com", "555 1", "c 1 lee ng lee example com"),
        ("C-2", "Acme Ltd", "company", "", "", "c 2 acme ltd"),
    ]
    assert await table(database, "matter", "number, client_id, description, status, search") == [
        ("2026-1", 1, "Lease", "open", "2026 1 lease"),
        ("2026-2", 2, "Merger", "pending", "2026 2 merger"),
    ]
    columns = "number, client_id, matter_id, issued, due, currency, total, paid_before, balance"
    assert await table(database, "invoice", columns) == [
        ("1001", 1, 1, "2026-01-10", "2026-02-10", "USD", 50000, 0, 50000),
        ("1002", 1, None, "2026-01-05", "2026-01-05", "USD", 130000, 30000, 100000),
        ("1003", 2, 2, "2026-03-01", "2026-01-31", "USD", 0, 0, 0),
    ]


async def test_what_was_done_is_told_once_for_all_rows(database: Database, book: Book) -> None:
    await book.run(database, "clients", CLIENTS)
    [(actor, action, entity, number, after)] = await table(
        database, "audit", "actor, action, entity, entity_id, after"
    )
    assert (actor, action, entity, number) == ("dana", "import clients", "clients", 0)
    told = json.loads(str(after))
    assert (told["file"], told["created"], told["rows"], len(told["sha256"])) == ("book.csv", 2, 2, 64)
    assert await table(database, "change", "entity, entity_id") == [("clients", 0)]


async def test_the_same_files_again_change_nothing(database: Database, book: Book) -> None:
    await book.everything(database)
    before = [await table(database, name) for name in ("client", "matter", "invoice", "audit", "change")]
    for kind, content, rows in (("clients", CLIENTS, 2), ("matters", MATTERS, 2), ("invoices", INVOICES, 3)):
        assert await book.run(database, kind, content) == ImportResult(0, 0, rows, rows)
    after = [await table(database, name) for name in ("client", "matter", "invoice", "audit", "change")]
    assert after == before


async def test_a_changed_row_updates(database: Database, book: Book) -> None:
    await book.everything(database)
    changed = CLIENTS.replace("lee@example.com", "ng@example.com") + "C-3,New,,,\n"
    assert await book.run(database, "clients", changed) == ImportResult(1, 1, 1, 3)
    assert (await table(database, "client", "code, email, search"))[0] == (
        "C-1",
        "ng@example.com",
        "c 1 lee ng ng example com",
    )
    assert await book.run(database, "matters", MATTERS.replace("pending", "closed")) == ImportResult(
        0, 1, 1, 2
    )
    changed = INVOICES.replace("500.00,500.00", "600.00,550.00").replace("1001,C-1,2026-1", "1001,C-1,")
    assert await book.run(database, "invoices", changed) == ImportResult(0, 1, 2, 3)
    assert (await table(database, "invoice", "number, matter_id, total, paid_before"))[0] == (
        "1001",
        None,
        60000,
        5000,
    )


@pytest.mark.parametrize(
    "content",
    [
        CLIENTS.encode("utf-8-sig"),
        CLIENTS.replace("\n", "\r\n"),
        CLIENTS.replace("\n", "\r"),
        CLIENTS.replace(",", ";"),
        "\n\n" + CLIENTS.replace("\n", "\n\n") + ",,,,\n",
        CLIENTS.rstrip("\n"),
        'Phone;"EMAIL";Type; name ;id\n 555 1;lee@example.com;PERSON; Lee Ng ;C-1\n;;company;Acme Ltd;C-2\n',
    ],
)
async def test_every_way_a_spreadsheet_saves_the_same_file(
    database: Database, book: Book, content: str | bytes
) -> None:
    await book.run(database, "clients", CLIENTS)
    assert await book.run(database, "clients", content) == ImportResult(0, 0, 2, 2)


async def test_line_breaks_inside_quotes_and_lines_counted_past_them(database: Database, book: Book) -> None:
    content = (
        'number,client_id,description,status\n2026-1,C-1,"Lease\r\nof ""Main"", 12",open\n2026-2,C-9,,\n'
    )
    await book.run(database, "clients", CLIENTS)
    [problem] = await book.problems(database, "matters", content)
    assert (problem.line, problem.column, problem.value) == (4, "client_id", "C-9")
    await book.run(database, "matters", content.replace("C-9", "C-2"))
    assert (await table(database, "matter", "description"))[1] == ('Lease\nof "Main", 12',)


@pytest.mark.parametrize("kind", ["clients", "matters", "invoices"])
async def test_a_header_alone_is_no_rows(database: Database, book: Book, kind: str) -> None:
    header = {"clients": CLIENTS, "matters": MATTERS, "invoices": INVOICES}[kind].partition("\n")[0]
    assert await book.run(database, kind, header) == ImportResult(0, 0, 0, 0)
    assert await table(database, "audit") == []


async def test_a_dry_run_counts_and_checks_and_writes_nothing(database: Database, book: Book) -> None:
    assert await book.run(database, "clients", CLIENTS, dry_run=True) == ImportResult(2, 0, 0, 2)
    assert await table(database, "client") == []
    assert await table(database, "change") == []
    with pytest.raises(ImportFailed):
        await book.run(database, "matters", MATTERS, dry_run=True)


async def test_what_fails_half_way_leaves_nothing(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    file.write_text("id,name,type,email,phone\n" + "".join(f"C-{n},Client,,,\n" for n in range(3000)))

    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await service(database).run("clients", file, progress=stop)
    assert await table(database, "client") == []
    assert await service(database).run("clients", file) == ImportResult(3000, 0, 0, 3000)


async def test_two_at_once_import_once(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    file.write_text(CLIENTS)
    results = await asyncio.gather(*(service(database).run("clients", file) for _ in range(3)))
    assert sorted(result.created for result in results) == [0, 0, 2]


async def test_a_new_name_shows_on_the_clients_payments(database: Database, book: Book) -> None:
    await book.everything(database)
    row = {"name": "Op", "kind": "operating", "currency": "USD", "processor": "sandbox", "created_at": 0}
    async with database.write() as connection:
        await connection.execute(insert(schema.bank_account), [{**row, "name": "One"}, row])
    await write_link(database)
    for number, label in enumerate(("Lee Ng", "Lee Ng +1", "Acme Ltd"), start=1):
        await write_payment(database, payment_ref=f"p{number}", payer_name="Uncle Bob")
        owner = {1: 1, 2: None, 3: 2}[number]
        linked = {"linked": 1, "linking_id": number, "client_id": owner, "client_name": label}
        async with database.write() as connection:
            linking = {"payment_id": number, "linked_by": "test", "linked_at": 0}
            await connection.execute(insert(schema.linking), linking)
            if owner is None:
                part = {"linking_id": number, "amount": 500, "apply": 0}
                parts = [{**part, "client_id": 1}, {**part, "client_id": 2}]
                await connection.execute(insert(schema.linking_part), parts)
            await connection.execute(
                update(schema.payment).where(schema.payment.c.id == number).values(**linked)
            )
    await book.run(database, "clients", CLIENTS.replace("Lee Ng", "Lee Ng-Ruiz"))
    assert await table(database, "payment", "id, client_name, search") == [
        (1, "Lee Ng-Ruiz", "uncle bob lee ng ruiz"),
        (2, "Lee Ng-Ruiz +1", "uncle bob lee ng ruiz 1"),
        (3, "Acme Ltd", "uncle bob"),
    ]
    changes = await table(database, "change", "entity, entity_id")
    assert [one for one in changes if one[0] == "payment"] == [("payment", 1), ("payment", 2)]


async def test_fifty_thousand_rows_in_one_go_with_progress(fresh_sqlite: object, tmp_path: Path) -> None:
    from paylink_tui.store.database import open_database
    from tests.databases import FreshSqlite

    assert isinstance(fresh_sqlite, FreshSqlite)
    database = await open_database(fresh_sqlite.migrated())
    file, told, turns = tmp_path / "clients.csv", list[tuple[int, int, int]](), 0
    rows = (f'C-{n},"Client {n}\nand sons",company,c{n}@example.com,\n' for n in range(50_000))
    file.write_text("id;name;type;email;phone\n".replace(";", ",") + "".join(rows))

    async def other_work() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.001)

    other = asyncio.create_task(other_work())
    result = await service(database).run(
        "clients", file, progress=lambda done, total: told.append((done, total, turns))
    )
    other.cancel()
    assert result == ImportResult(50_000, 0, 0, 50_000)
    assert {total for _, total, _ in told} == {50_000}
    done = [one[0] for one in told]
    assert (done[0], done[-1], len(done) > 40) == (0, 50_000, True)
    assert done == sorted(done)
    assert told[-1][2] - told[0][2] > len(told), "nothing else had a turn between the chunks"
    await database.close()
