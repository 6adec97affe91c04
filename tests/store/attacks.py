"""Raw SQL against a book, and what the database answers."""

from __future__ import annotations

import pytest

from paylink_tui.domain.errors import Refused
from paylink_tui.store.database import Database
from tests.store.book import run

MOVED = (
    "ledger_account",
    "transfer",
    "allocation",
    "invoice",
    "payment",
    "payment_link",
    "tally",
    "journal",
    "refund",
    "trust_entry",
    "statement",
    "statement_line",
    "bank_match",
    "reconciliation",
    "month_close",
)


async def refused(database: Database, rule: str, sql: str) -> None:
    """The attack is refused by its rule's name, in a sentence, and leaves everything as it was."""
    before = await snapshot(database)
    with pytest.raises(Refused) as told:
        await run(database, *sql.split(";"))
    assert told.value.rule == rule, told.value.message
    assert told.value.message.endswith(".")
    assert await snapshot(database) == before


async def answer(database: Database, sql: str) -> str:
    """What the database says to an attack, on one line."""
    try:
        await run(database, *sql.split(";"))
    except Refused as no:
        return f"refused: {no.rule}: {no.message}"
    return "TAKEN"


async def snapshot(database: Database) -> list[object]:
    """Everything a refused statement could have moved."""
    return [await database.reader.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in MOVED]
