"""The doctor finds what somebody did to matches and closed months behind the program's back."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from tests.services import bank
from tests.services.desk import assert_sound, completed
from tests.services.trust_desk import later, paid_out, received

LATE = "UPDATE journal SET effective_on = '2026-11-30' WHERE effective_on = '2026-12-05'"
PLANTED = {
    "UPDATE statement_line SET amount = amount + 1 WHERE id = 1": "a bank line is matched to adds up to it",
    "DELETE FROM bank_match WHERE line_id = 1": "no closed month has a bank line that nothing explains",
    "UPDATE reconciliation SET ledgers = ledgers + 1, book = book + 1, bank_balance = bank_balance + 1": (
        "a closed month's client ledgers are what was reconciled"
    ),
    LATE: "a closed month's book is what was reconciled",
    "UPDATE journal SET trust_entry_id = NULL WHERE trust_entry_id = 1": "entered by hand is posted once",
}


@pytest.fixture
async def closed(desk: Services) -> Services:
    """A closed November, and a receipt in December."""
    await received(desk, 100_000)
    await desk.trust.enter(paid_out(40_000))
    paid = await completed(desk, "IOLTA", 25_000)
    await desk.linking.link(paid.name, [Part("C2", apply=False)])
    later(desk, days=15)
    days = ("2026-11-23", "2026-11-24", "2026-11-25")
    told = zip(days, (100_000, 25_000, -40_000), ("A", "B", "C"), strict=True)
    await bank.told(desk, list(told), "2026-11-30")
    assert await bank.matched(desk) == 3
    await desk.trust.reconcile("IOLTA", dry_run=False)
    await desk.trust.close("2026-11")
    await received(desk, 700)
    return desk


async def behind_the_back(desk: Services, statement: str) -> None:
    """Take every guard away, then change what they guard."""
    postgresql = desk.database.dialect == "postgresql"
    folder = files("paylink_tui.store.migrations").joinpath("sql")
    scripts = [
        one.read_text("utf-8")
        for one in folder.iterdir()
        if one.name.endswith(f"_{desk.database.dialect}.sql")
    ]
    found = [
        match
        for script in scripts
        for match in re.findall(r"^CREATE TRIGGER (\w+).*?\bON (\w+)", script, re.S | re.M)
    ]
    async with desk.database.write() as connection:
        for name, table in dict(found).items():
            await connection.exec_driver_sql(
                f"DROP TRIGGER IF EXISTS {name}{f' ON {table}' if postgresql else ''}"
            )
        await connection.exec_driver_sql(statement)


async def test_a_closed_month_is_sound(closed: Services) -> None:
    await assert_sound(closed)


@pytest.mark.parametrize(("statement", "expected"), PLANTED.items(), ids=range(len(PLANTED)))
async def test_what_was_changed_behind_the_back_is_found(
    closed: Services, statement: str, expected: str
) -> None:
    await behind_the_back(closed, statement)
    wrong = [check.name for check in await closed.doctor.run() if not check.ok]
    assert any(expected in name for name in wrong), wrong
