"""Clients & matters with their ledger cards, as a bookkeeper uses them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from paylink_tui.tui.screens.clients import ClientsScreen
from paylink_tui.tui.widgets.rows_list import RowsList
from tests.tui.conftest import SIZES
from tests.tui.stage import Stage, until_reads


def clients(desk: Path) -> Stage:
    return Stage(desk, ClientsScreen)


async def test_what_each_owes_and_holds(desk: Path) -> None:
    app = clients(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "8 clients", "[/foo] Ltd", "$12,500.00", "$2,500.00")


async def test_the_card_by_enter_and_beside_where_there_is_room(desk: Path) -> None:
    app = clients(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "8 clients")
        await pilot.press("down", "down", "down", "enter")
        await until_reads(pilot, "Dana Ruiz", "IOLTA 4411", "$2,500.00", "Open invoices  1", "1044")
        await pilot.press("f2", "end")
        await until_reads(pilot, "Latest postings", "T3 linked", "+$2,500.00")
        await pilot.press("escape")
        assert isinstance(app.focused, RowsList)
        await pilot.resize_terminal(120, 40)
        await until_reads(pilot, "Latest postings", "2026-0051")


async def test_a_payment_is_recorded_for_the_client(desk: Path) -> None:
    app = clients(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "8 clients")
        await pilot.press("down", "down", "down", "r")
        await until_reads(pilot, "Record payment", "Dana Ruiz", "Trust holds $2,500.00 now")
        await pilot.press("enter")
        await until_reads(pilot, "R1 recorded: $750.00 paid")
        await until_reads(pilot, "$1,750.00")


async def test_words_find_clients(desk: Path) -> None:
    app = clients(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "8 clients")
        await pilot.press("slash", *"nunez")
        await until_reads(pilot, "1 client found", "José Núñez")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("[@click=app.quit]x[/]", "[@click=app.quit]x[/]", id="action"),
        pytest.param("a\x1b[2Jb\u202ec", "a\N{REPLACEMENT CHARACTER}[2Jbc", id="escape"),
        pytest.param("W" * 10_000, "W" * 30, id="long"),
        pytest.param("株式会社" * 50, "株式会社", id="wide"),
    ],
)
async def test_a_hostile_client_is_only_data(desk: Path, name: str, shown: str) -> None:
    with sqlite3.connect(desk) as raw:
        raw.execute("UPDATE client SET name = ? WHERE id = 2", (name,))
    app = clients(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_reads(pilot, "8 clients")
        rows = app.screen.query_one(RowsList)
        rows.go_to(next(place for place, row in enumerate(rows.rows) if row.client.id == 2))
        await until_reads(pilot, "IOLTA 4411", "$2,500.00")
        assert shown in app.text or shown in app.text.replace(" ", "")
        await pilot.press("r")
        await until_reads(pilot, "Record payment", "Trust holds $2,500.00 now")
        assert "\x1b" not in app.text
        assert "\u202e" not in app.text


async def test_by_mouse(desk: Path) -> None:
    app = clients(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "8 clients")
        await pilot.click("RowsList", offset=(10, 4))
        rows = app.screen.query_one(RowsList)
        assert under(rows).client.name == "Dana Ruiz"
        await pilot.click("RowsList", offset=(10, 4))
        await until_reads(pilot, "IOLTA 4411")


def under(rows: RowsList[Any]) -> Any:
    """The row under the cursor."""
    assert rows.row is not None
    return rows.row


@pytest.mark.parametrize("size", SIZES)
def test_picture(desk: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "8 clients", "Hartwell")
        await pilot.press("down", "down", "down", "enter")
        await until_reads(pilot, "IOLTA 4411")

    assert snap_compare(clients(desk), terminal_size=size, run_before=ready)
