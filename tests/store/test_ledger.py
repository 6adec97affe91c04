"""What the database keeps by itself: totals, tallies, the search index; and what it lets through."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import asyncpg
import pytest

from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import TRANSITIONS, Status
from paylink_tui.store.database import Database
from tests.store.book import BOOK, allocation, linking, payment, run, transfer


@pytest.fixture
async def book(database: Database) -> Database:
    await run(database, *BOOK)
    return database


async def balance(database: Database, ledger: int) -> int:
    rows = await database.reader.rows("SELECT credits - debits FROM ledger_account WHERE id = ?", (ledger,))
    return int(rows[0][0])


async def test_statuses_go_only_along_the_domains_transitions(book: Database) -> None:
    number = 100
    for before in Status:
        for after in Status:
            number += 1
            await run(book, payment(number, 1, 1, 100, status=before))
            change = f"UPDATE payment SET status = '{after}' WHERE id = {number}"
            if after is before or after in TRANSITIONS[before]:
                await run(book, change)
                continue
            with pytest.raises(Refused) as told:
                await run(book, change)
            assert told.value.rule == "txn-states", (before, after)


async def test_a_reversal_gives_back_what_was_applied(book: Database) -> None:
    await run(
        book,
        transfer(51, 25, 2000, reverses=10, invoice=1),
        allocation(1, 1, 2000, 900, sign=-1, reverses=1),
    )
    assert await book.reader.rows("SELECT applied, balance FROM invoice WHERE id = 1") == [(0, 4000)]
    assert await book.reader.rows("SELECT applied FROM payment WHERE id = 2") == [(0,)]
    assert await balance(book, 25) == 6000
    assert await balance(book, 51) == 0


@pytest.mark.parametrize(
    ("statements", "ledger", "expected"),
    [
        pytest.param([transfer(13, 12, 10000, reverses=1)], 13, 0, id="a void gives uncleared money back"),
        pytest.param(
            [transfer(15, 14, 3000, reverses=5)], 15, 0, id="an unlinking makes it unidentified again"
        ),
        pytest.param([transfer(14, 13, 8000, reverses=4)], 13, 18000, id="a completion is undone"),
        pytest.param([transfer(15, 51, 3000, invoice=1)], 51, 5000, id="trust pays its client's invoice"),
        pytest.param(
            [transfer(15, 17, 3000)], 17, 3000, id="a client's money goes to the client's own matter"
        ),
        pytest.param([transfer(15, 11, 3000)], 15, 0, id="the bank takes a client's money back"),
        pytest.param([transfer(21, 25, 700)], 25, 4700, id="cash reaches operating in the client's name"),
        pytest.param([transfer(21, 11, 700)], 11, -7300, id="the bank leg of trust to operating"),
        pytest.param([transfer(61, 62, 700)], 62, 700, id="a fee is due from operating"),
        pytest.param([transfer(63, 62, 700)], 62, 700, id="operating bears a loss"),
        pytest.param([transfer(14, 11, 5000)], 14, 0, id="unidentified money is returned"),
    ],
)
async def test_legal_transfers_are_let_through(
    book: Database, statements: list[str], ledger: int, expected: int
) -> None:
    if statements == [transfer(14, 13, 8000, reverses=4)]:
        statements = [transfer(15, 14, 3000, number=899, reverses=5), *statements]
    await run(book, *statements)
    assert await balance(book, ledger) == expected


async def test_tallies_are_what_counting_would_say(book: Database) -> None:
    await run(
        book,
        *(
            payment(number, 1 + 2 * (number % 2), 1 + number % 2, number, kind=kind)
            for number, kind in _kinds(20, 60)
        ),
        "UPDATE payment SET status = 'completed' WHERE id BETWEEN 20 AND 40",
        "UPDATE payment SET status = 'returned' WHERE id BETWEEN 30 AND 34",
        "UPDATE payment SET status = 'failed' WHERE id > 50",
        linking(50, 22),
        "UPDATE payment SET linked = 1, linking_id = 50 WHERE id = 22",
        "UPDATE payment SET payer_name = 'Ruiz'",
    )
    kept = await book.reader.rows("SELECT * FROM tally WHERE count <> 0 ORDER BY 1, 2, 3")
    counted = await book.reader.rows(
        "SELECT status, linked, account_id, count(*), sum(amount) FROM payment"
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    assert kept == counted
    assert len(kept) > 5


def _kinds(first: int, last: int) -> list[tuple[int, str]]:
    return [(number, "operating" if number % 2 else "trust") for number in range(first, last)]


async def search(database: Database, word: str) -> list[int]:
    query = {
        "sqlite": "SELECT rowid FROM payment_search WHERE payment_search MATCH ? || '*' ORDER BY 1",
        "postgresql": "SELECT id FROM payment"
        " WHERE to_tsvector('simple', search) @@ to_tsquery('simple', ? || ':*') ORDER BY 1",
    }
    return [row[0] for row in await database.reader.rows(query[database.dialect], (word,))]


async def test_words_are_found_as_they_change(book: Database) -> None:
    assert await search(book, "dan") == [1, 2, 3]
    await run(book, "UPDATE payment SET search = 'ruiz mono' WHERE id = 2")
    assert await search(book, "dana") == [1, 3]
    assert await search(book, "ruiz") == [2]
    if book.dialect == "sqlite":
        await run(book, "INSERT INTO payment_search (payment_search, rank) VALUES ('integrity-check', 1)")


async def run_bare(database: Database, statement: str) -> None:
    """Run it on the plain driver, with none of our settings."""
    if database.dialect == "sqlite":
        with closing(sqlite3.connect(database.place.path, isolation_level=None)) as connection:
            connection.execute(statement)
    else:
        server = await asyncpg.connect(database.place.dsn)
        try:
            await server.execute(statement)
        finally:
            await server.close()


@pytest.mark.parametrize(
    ("rule", "sql"),
    [
        ("trust_never_negative|trust-never-negative", transfer(15, 51, 3001, invoice=1)),
        ("trust-named", transfer(15, 16, 5)),
        ("link-client|matter_id", "UPDATE payment SET client_id = 1, matter_id = 2 WHERE id = 3"),
        ("link-only-completed", linking(9, 1)),
        ("ledger-forever", "DELETE FROM fact"),
    ],
)
async def test_another_program_is_refused_too(book: Database, rule: str, sql: str) -> None:
    with pytest.raises((sqlite3.IntegrityError, asyncpg.PostgresError), match=rule):
        await run_bare(book, sql)


@pytest.mark.postgresql
@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
class TestWithoutTakingTurns:
    """Other programs do not take the writers' turn: rows alone must keep them apart."""

    async def test_one_of_two_linkings_wins(self, book: Database) -> None:
        await self._race(book, linking(9, 3), linking(10, 3), "link-race")

    async def test_a_ledger_is_spent_once(self, book: Database) -> None:
        first, second = transfer(15, 51, 2000, invoice=1), transfer(15, 51, 2000, number=901, invoice=1)
        await self._race(book, first, second, "trust-never-negative")
        assert await balance(book, 15) == 1000

    async def test_an_invoice_is_paid_once(self, book: Database) -> None:
        await run(
            book,
            transfer(25, 51, 1500, number=900, invoice=1),
            transfer(25, 51, 1500, number=901, invoice=1),
        )
        first, second = allocation(1, 1, 1500, 900), allocation(1, 1, 1500, 901, number=901)
        await self._race(book, first, second, "apply_over")

    async def test_opposite_transfers_do_not_wait_for_each_other(self, book: Database) -> None:
        await run(book, transfer(14, 16, 2000, number=800), transfer(15, 17, 1000, number=801))
        connections = [await asyncpg.connect(book.place.dsn) for _ in range(4)]

        async def post(connection: asyncpg.Connection, worker: int) -> None:
            for turn in range(25):
                sides = (15, 17) if worker % 2 else (17, 15)
                await connection.execute(transfer(*sides, 1, number=1000 + worker * 100 + turn))

        await asyncio.gather(*(post(connection, n) for n, connection in enumerate(connections)))
        assert [await balance(book, 15), await balance(book, 17)] == [2000, 1000]
        for connection in connections:
            await connection.close()

    async def _race(self, book: Database, first: str, second: str, rule: str) -> None:
        """The second waits for the first, then is refused."""
        one, two = await asyncpg.connect(book.place.dsn), await asyncpg.connect(book.place.dsn)
        started = one.transaction()
        await started.start()
        await one.execute(first)
        waiting = asyncio.ensure_future(two.execute(second))
        while not await self._waits(book):
            assert not waiting.done(), waiting.exception()
        await started.commit()
        with pytest.raises(asyncpg.PostgresError, match=rule):
            await waiting
        await one.close()
        await two.close()

    async def _waits(self, book: Database) -> bool:
        return bool(await book.reader.rows("SELECT 1 FROM pg_locks WHERE NOT granted"))
