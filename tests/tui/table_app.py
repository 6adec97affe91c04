"""A screen with nothing but a live table over a real database, for tests of the table itself."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

from paylink_tui.domain.table import NEWEST_FIRST, Sort
from paylink_tui.services.table import TableService
from paylink_tui.store.database import Database, open_database
from paylink_tui.tui.widgets.live_table import LiveTable
from paylink_tui.tui.widgets.live_table_messages import TableMessage
from tests.store.payment_rows import arrive, parties, transaction

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class WatchedTable(LiveTable):
    """Notes which lines it asks to have painted again."""

    def __init__(self, **given: Any) -> None:
        self.repainted: list[tuple[Region, ...]] = []
        super().__init__(**given)

    def refresh(self, *regions: Region, **given: Any) -> Self:
        self.repainted.append(regions)
        return super().refresh(*regions, **given)


class TableApp(App[None]):
    """Keeps every message of the table in `told`."""

    def __init__(self, database: Database, empty: str = "No transactions yet") -> None:
        super().__init__()
        self.service = TableService(database.reader)
        self.table = WatchedTable(zone=UTC, now=lambda: NOW, empty=empty)
        self.told: list[TableMessage] = []
        self.escaped = 0

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.focus()

    def on_event_seen(self, message: Message) -> None:
        if isinstance(message, TableMessage):
            self.told.append(message)

    async def _on_message(self, message: Message) -> None:
        self.on_event_seen(message)
        await super()._on_message(message)

    def key_escape(self) -> None:
        self.escaped += 1


async def until(pilot: Pilot[Any], met: Callable[[], object]) -> None:
    """Let the app work until the condition holds; fail after some seconds."""
    for _ in range(1000):
        if met():
            await pilot.pause()
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never happened")


@asynccontextmanager
async def shown(
    path: Path, count: int, *, size: tuple[int, int] = (120, 21), sort: Sort = NEWEST_FIRST
) -> AsyncIterator[tuple[TableApp, Pilot[None], Database]]:
    """The app over a new database of so many transactions, with its first rows on screen."""
    database = await open_database(str(path), create=True)
    try:
        await parties(database)
        await arrive(database, transactions(1, count))
        app = TableApp(database)
        async with app.run_test(size=size) as pilot:
            app.table.show(app.service.view(sort=sort), sort)
            await until(pilot, lambda: app.table.total.exact)
            yield app, pilot, database
    finally:
        await database.close()


def transactions(first: int, last: int, **given: Any) -> list[dict[str, Any]]:
    """Transactions with these numbers, each with its number in its reference."""
    chance = random.Random(first)
    return [
        transaction(number, chance, **{"reference": f"Row {number}", **given})
        for number in range(first, last + 1)
    ]


def lines(app: TableApp) -> list[str]:
    """The lines of rows as they are painted."""
    width, height = app.table.size
    strips = app.table.render_lines(Region(0, 0, width, height))
    return [strip.text for strip in strips[1:]]


def references(app: TableApp) -> list[int]:
    """The numbers of the rows painted, from top to bottom."""
    return [int(line.split("Row ")[1].split()[0]) for line in lines(app) if "Row " in line]


def cursor_line(app: TableApp) -> int:
    """The line the cursor is painted on."""
    (found,) = (number for number, line in enumerate(lines(app)) if line.startswith(">"))
    return found
