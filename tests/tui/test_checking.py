"""The books are checked from the desk, and what is broken is told by its name."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.tui.test_as_of import Desk, reads


async def test_whole_books_are_said_to_be_whole(desk: Path) -> None:
    app = Desk(desk)
    async with app.run_test(size=(160, 48), notifications=True) as pilot:
        await reads(pilot, "Authorized 3")
        await pilot.press("f8")
        await reads(pilot, "checks hold.")


async def test_broken_books_are_said_to_be_broken_and_where(desk: Path) -> None:
    with closing(sqlite3.connect(desk, isolation_level=None)) as base:
        base.execute("UPDATE tally SET count = count + 1")
    app = Desk(desk)
    async with app.run_test(size=(160, 48), notifications=True) as pilot:
        await reads(pilot, "Transactions")
        await pilot.press("f8")
        await reads(pilot, "The books are broken", "tally: the kept counts")


async def test_it_is_found_in_the_palette(desk: Path) -> None:
    app = Desk(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await reads(pilot, "Authorized 3")
        await pilot.press("ctrl+p", *"check the books")
        await reads(pilot, "Check every rule")
        await pilot.press("enter")
        await reads(pilot, "checks hold.")
