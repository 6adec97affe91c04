"""The doctor finds what somebody did to the database behind the program's back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from importlib.resources import files

import pytest

from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from tests.databases import Fresh
from tests.services.desk import assert_sound, authorized, completed, copied, desk_at, furnish

BOTH_SIDES = "UPDATE ledger_account SET credits = credits + 5, debits = debits + 5 WHERE kind = 'credit'"
ONE_SIDE = "UPDATE ledger_account SET credits = credits + 1 WHERE kind = 'trust'"
PLANTED = {
    BOTH_SIDES: "ledger-balanced",
    "UPDATE transfer SET amount = amount + 1 WHERE id = 1": "ledger-balanced",
    "UPDATE payment SET applied = applied - 1 WHERE applied > 0": "apply-over",
    "UPDATE invoice SET applied = applied - 1 WHERE number = '103'": "apply-over",
    "UPDATE allocation SET amount = amount - 1 WHERE id = 1": "apply-over",
    "DELETE FROM allocation WHERE id = 1": "ledger-balanced",
    "UPDATE payment SET status = 'voided' WHERE status = 'authorized'": "trust-cleared",
    "UPDATE payment SET completed_at = NULL WHERE completed_at IS NOT NULL": "txn-states",
    "UPDATE payment SET fee = fee + 1 WHERE id = 1": "txn-facts",
    "UPDATE fact SET kind = 'failed' WHERE kind = 'captured'": "txn-facts",
    "UPDATE payment_link SET uses = uses + 1 WHERE id = 1": "link-get-is-free",
    "UPDATE linking_part SET amount = amount - 1 WHERE id = 1": "link-split",
    "DELETE FROM unlinking": "link-race",
    "UPDATE tally SET count = count + 1": "tally",
    "INSERT INTO tally (status, linked, account_id, count, amount) VALUES ('failed', 0, 1, 2, 0)": "tally",
    "UPDATE audit SET after = '{}' WHERE seq = 3": "audit-chain",
    "DELETE FROM audit WHERE seq = 3": "audit-chain",
    ONE_SIDE: "trust-three-way",
}


def guards(dialect: str) -> list[tuple[str, str]]:
    """Name and table of each trigger the program brings."""
    script = files("paylink_tui.store.migrations").joinpath("sql", f"0001_triggers_{dialect}.sql")
    found = re.findall(r"^CREATE TRIGGER (\w+).*?\bON (\w+)", script.read_text("utf-8"), re.S | re.M)
    return [(name, table) for name, table in found]


async def behind_the_back(desk: Services, statement: str) -> None:
    """Take the guards away, then change what they guard."""
    postgresql = desk.database.dialect == "postgresql"
    async with desk.database.write() as connection:
        for name, table in guards(desk.database.dialect):
            await connection.exec_driver_sql(f"DROP TRIGGER {name}{f' ON {table}' if postgresql else ''}")
        await connection.exec_driver_sql(statement)


async def small_book(url: str) -> None:
    """Something of everything: applied, recorded from trust, unlinked, authorized."""
    async with desk_at(url) as desk:
        await furnish(desk)
        paid = await completed(desk)
        await desk.linking.link(paid.name, [Part("C1")])
        held = await completed(desk, "IOLTA")
        await desk.linking.link(held.name, [Part("C2")])
        await desk.recording.record(NewRecord("C2", "trust", 30_000))
        wrong = await completed(desk)
        await desk.linking.link(wrong.name, [Part("C3")])
        await desk.linking.unlink(wrong.name, "not hers")
        await authorized(desk)
        await assert_sound(desk)


@pytest.fixture
async def book(fresh: Fresh, link_key: None) -> AsyncIterator[Services]:
    async with copied(fresh, small_book) as desk:
        yield desk


@pytest.mark.parametrize("statement", PLANTED)
async def test_what_was_planted_is_found_by_its_rule(book: Services, statement: str) -> None:
    await behind_the_back(book, statement)
    wrong = {check.name: check.detail for check in await book.doctor.run() if not check.ok}
    found = {name: detail for name, detail in wrong.items() if name.startswith(PLANTED[statement])}
    assert found, wrong
    assert all(found.values())


async def test_missing_guards_are_named(book: Services) -> None:
    await behind_the_back(book, "SELECT 1")
    (missing,) = [check for check in await book.doctor.run() if not check.ok]
    assert missing.name == "ledger-forever: the database's own guards stand"
    assert "allocation_" in missing.detail


async def test_a_row_that_names_nothing_is_found(book: Services) -> None:
    if book.database.dialect == "postgresql":
        return
    import sqlite3

    with sqlite3.connect(book.database.place.path) as connection:
        connection.execute(
            "INSERT INTO payment_link (nonce, token_hash, account_id, currency, client_id, created_at,"
            " created_by) VALUES (x'00', x'00', 1, 'USD', 99, 0, 'x')"
        )
    connection.close()
    wrong = [check for check in await book.doctor.run() if not check.ok]
    assert [check.name for check in wrong] == ["every row names rows that exist"]
    assert "names no client" in wrong[0].detail
