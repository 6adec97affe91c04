"""The Invoices screen as a bookkeeper uses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.linking import Part
from paylink_tui.tui.screens.invoices import InvoicesScreen
from paylink_tui.tui.widgets.rows_list import RowsList
from tests.tui.conftest import SIZES
from tests.tui.desk import NOW
from tests.tui.stage import Stage, until, until_reads


def invoices(desk: Path) -> Stage:
    return Stage(desk, InvoicesScreen)


async def test_overdue_open_and_paid_are_told_by_word(desk: Path) -> None:
    app = invoices(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "10 invoices", "! Overdue", "○ Open", "✓ Paid", "$12,500.00")


async def test_open_only_and_oldest_first(desk: Path) -> None:
    app = invoices(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "10 invoices")
        await pilot.press("o")
        await until_reads(pilot, "Open invoices", "6 invoices")
        assert "✓ Paid" not in app.text
        assert app.text.index("1044") < app.text.index("1046") < app.text.index("1047")
        await pilot.press("o")
        await until_reads(pilot, "10 invoices")


async def test_enter_shows_what_paid_it_and_escape_folds_it_away(desk: Path) -> None:
    app = invoices(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "10 invoices")
        await pilot.press("end", "enter")
        await until_reads(pilot, "Invoice 1041", "T1 Acme Holdings", "-$1,200.00")
        await pilot.press("escape")
        await until(pilot, lambda: "T1 Acme Holdings" not in app.text)
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])


async def test_a_payment_is_recorded_for_it_and_undone_again(desk: Path) -> None:
    app = invoices(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "10 invoices")
        await pilot.press("r")
        await until_reads(pilot, "Record payment", "[x]", "1047", "2750.00", "$2,750.00 pays 1 invoice")
        await pilot.press("enter")
        await until_reads(pilot, "R1 recorded")
        await until(pilot, lambda: next(x for x in app.text.splitlines() if "1047" in x).count("Paid"))
        await pilot.press("u")
        await until_reads(pilot, "Undo R1", "$2,750.00 from cheque")
        await pilot.press(*"typo", "enter")
        await until_reads(pilot, "R1 is undone")
        assert (await app.services.directory.invoice("1047")).invoice.balance == 275000


async def test_undo_says_what_paid_it_when_nothing_was_recorded(desk: Path) -> None:
    app = invoices(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "10 invoices")
        await pilot.press("end", "u")
        await until_reads(pilot, "It was paid by T1")


async def test_words_find_numbers_clients_and_matters(desk: Path) -> None:
    app = invoices(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "10 invoices")
        await pilot.press("slash", *"acme")
        await until_reads(pilot, "3 invoices found")
        await pilot.press("enter")
        assert isinstance(app.focused, RowsList)


async def test_another_desk_s_link_shows_at_once(desk: Path) -> None:
    app = invoices(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "10 invoices")
        await pilot.press("down", "down")
        rows = app.screen.query_one(RowsList)
        held = under(rows).invoice.number
        other = await open_services(str(desk), clock=FixedClock(NOW), actor="joe")
        try:
            await other.linking.link("T13", [Part("C-101")])
        finally:
            await other.close()
        await until(pilot, lambda: "✓ Paid" in next(x for x in app.text.splitlines() if "1043" in x))
        assert under(rows).invoice.number == held


async def test_more_rows_are_read_as_the_cursor_nears_them(desk: Path) -> None:
    await many(desk, 1_000)
    app = invoices(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "200+ invoices")
        await pilot.press("end")
        await until_reads(pilot, "1,010 invoices")
        rows = app.screen.query_one(RowsList)
        await until(pilot, lambda: rows.cursor == 1_009)
        assert len({row.invoice.id for row in rows.rows}) == 1_010


async def many(desk: Path, count: int) -> None:
    from sqlalchemy import insert

    from paylink_tui.store.schema import invoice

    names = ("number", "client_id", "issued", "due", "total", "currency")
    rows = [(f"X{one:05}", 1 + one % 8, "2025-01-01", "2025-02-01", 100 + one, "USD") for one in range(count)]
    services = await open_services(str(desk), clock=FixedClock(NOW), actor="joe")
    try:
        async with services.database.write() as tx:
            await tx.execute(insert(invoice), [dict(zip(names, row, strict=True)) for row in rows])
    finally:
        await services.close()


def under(rows: RowsList[Any]) -> Any:
    """The row under the cursor."""
    assert rows.row is not None
    return rows.row


@pytest.mark.parametrize("size", SIZES)
def test_picture(desk: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "10 invoices", "Hartwell")
        await pilot.press("end", "enter")
        await until_reads(pilot, "T1 Acme Holdings")

    assert snap_compare(invoices(desk), terminal_size=size, run_before=ready)
