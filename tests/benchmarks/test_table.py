"""A table of many rows filtered, searched, sorted and jumped through (design, section 7).

On the screen of a real terminal, against a key in the smallest Textual app; and by the table's reader
alone, against a page read by the bare `sqlite3` module. `PAYLINK_BENCH_ROWS=1000000` measures the full
size; the default is a tenth of it.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

import pytest

from paylink_tui.domain.filters import parse
from paylink_tui.domain.money import display
from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import Sort, SortColumn, TablePage
from paylink_tui.services.table import TableService
from paylink_tui.store.database import open_database
from tests.benchmarks.dataset import dataset
from tests.benchmarks.terminal import Terminal
from tests.benchmarks.test_screen import END, HOME, ROWS, desk, env, floor_of_a_key, pytestmark

__all__ = ["env", "pytestmark"]

NOISE = 1.6
"""How far over its goal a ratio may be before the run fails: other programs share the machine."""
HELLO_KEY = 3.0
"""Milliseconds of a key in the smallest app, at p95, where the goals were set: they become ratios to it."""
BARE_PAGE = 0.35
"""The same for a page of the bare `sqlite3` module."""
ZONE = ZoneInfo("America/New_York")
"""Of the firm in the dataset."""
IN_VIEW = 12
"""Rows that surely are in view."""
PAGE = 40
ESCAPE = b"\x1b"
TYPED = (
    *("status:authorized", "status:to-link", "status:failed", "-status:completed", "linked:no"),
    *("account:trust", "account:operating status:failed", "client:Ng", 'client:"Lee Ruiz"', "method:echeck"),
    *("amount:>9000", "amount:100..101", "paid:2025-03", "completed:2026-06", "link:L5"),
    *("reference:retainer", "account:trust status:failed paid:2025-03"),
    "-status:completed amount:>5000 paid:2025",
)
WORDS = (
    *("zo", "ruiz", "dana ruiz", "settlement", "invoice 123", "nguyen settlement", '"dana ruiz"'),
    *("zoe status:to-link", "okafor", "garcia", "smith filing", "tanaka", "haddad retainer", "orchards"),
)
SORTS = [Sort(column, way) for column in SortColumn for way in (True, False)]


@pytest.fixture(scope="module")
def path() -> Path:
    return dataset(ROWS)


@pytest.fixture
def key() -> float:
    """Seconds of a key in the smallest Textual app, at p95, measured anew for each test."""
    return quantiles(floor_of_a_key(), n=20)[-1]


@pytest.fixture(scope="module")
def page(path: Path) -> float:
    """Seconds the bare module takes for 200 whole rows from the middle of the newest-first order."""
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    sql = f"SELECT {', '.join(PaymentRow._fields)} FROM payment WHERE id < ? ORDER BY id DESC LIMIT 200"
    times = []
    for start in range(ROWS // 2, ROWS // 2 + 100):
        began = time.perf_counter()
        base.execute(sql, (start,)).fetchall()
        times.append(time.perf_counter() - began)
    base.close()
    return median(times)


@pytest.fixture
def open_desk(env: dict[str, str], path: Path) -> Iterator[Terminal]:
    with Terminal(desk(path), env=env) as terminal:
        terminal.wait(b"Completed")
        terminal.settle(1.0)
        yield terminal


@pytest.fixture
async def service(path: Path) -> AsyncIterator[TableService]:
    database = await open_database(str(path), readonly=True)
    yield TableService(database.reader)
    await database.close()


def told(what: str, times: list[float], goal: float, floor: float, scale: float) -> None:
    """Print one line, and hold the 95th percentile to its goal in milliseconds, as a ratio to the floor."""
    p95 = quantiles(times, n=20, method="inclusive")[-1]
    ratio, most = p95 / floor, goal / scale
    print(
        f"\n{what:42} p50 {median(times) * 1000:6.2f}  p95 {p95 * 1000:6.2f}"
        f"  worst {max(times) * 1000:7.2f} ms"
        f"  floor {floor * 1000:.2f}  ratio {ratio:5.1f}  goal {most:.1f} ({goal} ms)"
    )
    assert ratio <= most * NOISE


def found(path: Path, queries: Sequence[str]) -> dict[str, list[bytes]]:
    """What the first rows of each query read like: their amounts."""

    async def read() -> dict[str, list[bytes]]:
        database = await open_database(str(path), readonly=True)
        try:
            answers, now = {}, datetime.now(ZONE)
            for query in queries:
                view = TableService(database.reader).view(parse(query, now=now, zone=ZONE))
                rows = (await view.page(0, IN_VIEW)).rows
                answers[query] = [display(row.amount, row.currency).encode() for row in rows]
            return answers
        finally:
            await database.close()

    return asyncio.run(read())


def typed(terminal: Terminal, query: str, wanted: list[bytes], last: int) -> float | None:
    """Seconds from the `last` letters of a query, which come together, to its rows.

    None if the letters before have painted them already.
    """
    start = len(terminal.seen)
    terminal.send(b"/")
    terminal.settle(0.1)
    terminal.send(query[:-last].encode())
    terminal.settle(0.2)
    before = bytes(terminal.seen[start:])
    new = next((amount for amount in wanted if amount not in before), None)
    began = time.perf_counter()
    terminal.send(query[-last:].encode())
    taken = None if new is None else terminal.wait(new, 5.0) - began
    terminal.settle(0.1)
    terminal.send(ESCAPE)
    terminal.wait(b"This month", 5.0)  # the saved views are back; what follows is no key together with it
    terminal.settle(0.1)
    return taken


@pytest.mark.parametrize(
    ("what", "queries", "last", "goal"),
    [("typed filter", TYPED, 1, 50), ("word search, typed at once", WORDS, 1000, 100)],
)
def test_what_is_typed_is_found_on_the_screen(
    open_desk: Terminal, path: Path, key: float, what: str, queries: tuple[str, ...], last: int, goal: float
) -> None:
    wanted = found(path, queries)
    times = [typed(open_desk, query, wanted[query], last) for query in queries]
    seen = [one for one in times if one is not None]
    assert len(seen) >= len(queries) // 2
    told(f"{what} on the screen, key to rows", seen, goal, key, HELLO_KEY)


def test_a_sort_and_its_ends_are_on_the_screen_at_once(open_desk: Terminal, key: float) -> None:
    sorts, ends = [], []
    for _ in range(2 * len(SortColumn)):
        sorts.append(open_desk.key(b"s"))
        open_desk.settle(0.15)
        for one in (END, HOME):
            ends.append(open_desk.key(one))
            open_desk.settle(0.1)
    told("next sort on the screen", sorts, 16.7, key, HELLO_KEY)
    told("End and Home in each sort on the screen", ends, 16.7, key, HELLO_KEY)


async def timed(reading: Awaitable[TablePage], times: list[float]) -> TablePage:
    began = time.perf_counter()
    read = await reading
    times.append(time.perf_counter() - began)
    return read


async def test_pages_and_jumps_in_every_order(service: TableService, page: float) -> None:
    chance = random.Random(1)
    first: list[float] = []
    beside: list[float] = []
    jumps: list[float] = []
    for sort in SORTS:
        view = service.view(sort=sort)
        read = await timed(view.page(0, PAGE), first)
        for _ in range(3):
            read = await timed(view.after(read.rows[-1], read.start + PAGE, PAGE), beside)
        read = await timed(view.last(PAGE), first)
        await timed(view.before(read.rows[0], read.start, PAGE), beside)
        async for _ in view.totals():
            pass
        for _ in range(5):
            await timed(view.page(chance.randrange(ROWS), 2 * PAGE), jumps)
    told("a new sort, its first or last rows", first, 16.7, page, BARE_PAGE)
    told("page up, page down", beside, 8, page, BARE_PAGE)
    told("a jump anywhere, landmarks laid", jumps, 16.7, page, BARE_PAGE)


@pytest.mark.parametrize(
    ("what", "queries", "goal"), [("typed filter", TYPED, 50), ("word search", WORDS, 100)]
)
async def test_filters_find_their_first_rows(
    service: TableService, page: float, what: str, queries: tuple[str, ...], goal: float
) -> None:
    times: list[float] = []
    for query in queries:
        for sort in (Sort(), Sort(descending=False), Sort(SortColumn.AMOUNT)):
            view = service.view(parse(query, now=datetime.now(ZONE), zone=ZONE), sort)
            await timed(view.page(0, PAGE), times)
    told(f"{what}, first rows", times, goal, page, BARE_PAGE)
