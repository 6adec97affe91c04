from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from paylink_tui.domain.filters import parse
from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import NEWEST_FIRST, Sort, SortColumn, Total
from paylink_tui.domain.terms import Filter
from paylink_tui.store.database import Database, open_database
from paylink_tui.store.read import payment_landmarks, payment_plan, payment_walk
from paylink_tui.store.read.payment_window import PaymentWindow
from tests.databases import Fresh
from tests.store.payment_rows import (
    DAY,
    START,
    Wanted,
    arrive,
    become,
    expected,
    ids,
    link,
    parties,
    transaction,
)

MANY = 1_000
"""More rows than any test makes."""
SORTS = [Sort(column, way) for column in SortColumn for way in (True, False)]
BYTEWISE = {SortColumn.PAYER, SortColumn.CLIENT}
"""Sorts whose order PostgreSQL takes from its locale."""


def has(text: str) -> Wanted:
    return lambda row: f" {text}" in f" {row['search']}"


def day(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


FILTERS: dict[str, Wanted] = {
    "": lambda row: True,
    "status:to-link": lambda row: row["status"] == "completed" and not row["linked"],
    "status:completed": lambda row: row["status"] == "completed",
    "-status:completed": lambda row: row["status"] != "completed",
    "status:pending,failed": lambda row: row["status"] in ("pending", "failed"),
    "linked:yes status:failed": lambda row: False,
    "linked:no": lambda row: not row["linked"],
    "account:trust": lambda row: row["account_id"] in (1, 3),
    "account:operating status:completed": lambda row: row["account_id"] == 2 and row["status"] == "completed",
    'account:"IOLTA 9017"': lambda row: row["account_id"] == 3,
    "account:nowhere": lambda row: False,
    "dana": has("dana"),
    "-dana": lambda row: not has("dana")(row),
    "d": has("d"),
    "retai": has("retai"),
    '"dana ru"': has("dana ru"),
    "dana retainer": lambda row: has("dana")(row) and has("retainer")(row),
    "zoe status:to-link": lambda row: has("zoe")(row) and row["status"] == "completed" and not row["linked"],
    "nobody": lambda row: False,
    "client:ng": lambda row: row["client_id"] in (1, 2),
    "client:C3": lambda row: row["client_id"] == 3,
    "amount:>=25..750.50": lambda row: False,
    "amount:25..750": lambda row: 2_500 <= row["amount"] <= 75_000,
    "amount:1": lambda row: row["amount"] == 100,
    "method:echeck account:trust": lambda row: row["method"] == "echeck" and row["account_id"] != 2,
    "reference:inv": lambda row: row["reference"].startswith("INV"),
    "reference:jose": lambda row: "José" in row["reference"],
    "email:dana": lambda row: row["payer_email"] != "",
    "link:L2": lambda row: row["link_id"] == 2,
    "T17": lambda row: row["id"] == 17,
    f"paid:{day(START + 5 * DAY)}..{day(START + 20 * DAY)}": lambda row: (
        START + 5 * DAY <= row["paid_at"] < START + 21 * DAY
    ),
    f"completed:{day(START + 7 * DAY)}": lambda row: (
        row["completed_at"] is not None and START + 7 * DAY <= row["completed_at"] < START + 8 * DAY
    ),
}
del FILTERS["amount:>=25..750.50"]


def query(text: str) -> Filter:
    return parse(text, now=datetime(2026, 11, 22, tzinfo=UTC), zone=UTC)


@pytest.fixture(params=["listed", "walked", "stuck"])
def thresholds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small enough that 120 rows take every way through the planner."""
    rare, medium = {"listed": (500, 500), "walked": (-1, -1), "stuck": (-1, 500)}[request.param]
    monkeypatch.setattr(payment_plan, "RARE", rare)
    monkeypatch.setattr(payment_plan, "MEDIUM", medium)
    monkeypatch.setattr(payment_walk, "LOOKED_AT", 7)
    monkeypatch.setattr(payment_walk, "LOOKED_AT_MOST", 30)
    monkeypatch.setattr(payment_landmarks, "STRIDE", 11)


MADE: list[dict[str, Any]] = []
"""The rows of `filled`, as they are in the database."""


async def filled(url: str) -> None:
    """120 transactions, some of them linked."""
    chance = random.Random(17)
    made = [transaction(number, chance) for number in range(1, 121)]
    database = await open_database(url)
    try:
        await parties(database)
        await arrive(database, made)
        for client in (1, 2, 3):
            await link(database, [row for row in made if row["status"] == "completed"][client::4], client)
    finally:
        await database.close()
    MADE[:] = made


@pytest.fixture
async def database(fresh: Fresh) -> AsyncIterator[Database]:
    url = fresh.made(filled)
    opened = await open_database(url)
    yield opened
    await opened.close()
    fresh.drop(url)


@pytest.fixture
def rows(database: Database) -> list[dict[str, Any]]:
    return [dict(row) for row in MADE]


async def forward(window: PaymentWindow, step: int) -> list[PaymentRow]:
    """The whole table, read downwards."""
    page = await window.page(0, step)
    found = list(page.rows)
    while not page.at_end and len(found) < MANY:
        page = await window.after(found[-1], len(found), step)
        found += page.rows
    return found


async def backward(window: PaymentWindow, step: int) -> list[PaymentRow]:
    """The whole table, read upwards from its end."""
    page = await window.last(step)
    found = list(page.rows)
    while not page.at_top and len(found) < MANY:
        page = await window.before(found[0], MANY, step)
        assert page.rows or page.at_top
        found[:0] = page.rows
    return found


@pytest.mark.usefixtures("thresholds")
async def test_every_filter_in_every_order_reads_the_true_rows_both_ways(
    database: Database, rows: list[dict[str, Any]]
) -> None:
    for text, wanted in FILTERS.items():
        for sort in SORTS:
            if sort.column in BYTEWISE and database.dialect == "postgresql":
                continue
            window = PaymentWindow(database.reader, query(text), sort)
            table = expected(rows, wanted, sort)
            assert await forward(window, 19) == table, (text, sort)
            assert await backward(window, 19) == table, (text, sort)


@pytest.mark.usefixtures("thresholds")
async def test_the_total_ends_exact(database: Database, rows: list[dict[str, Any]]) -> None:
    for text, wanted in FILTERS.items():
        window = PaymentWindow(database.reader, query(text), Sort(SortColumn.AMOUNT))
        totals = [total async for total in window.totals()]
        assert totals[-1] == Total(sum(map(wanted, rows)), True), text
        assert all(one.count <= totals[-1].count for one in totals)


@pytest.mark.usefixtures("thresholds")
@pytest.mark.parametrize("sort", SORTS, ids=str)
async def test_a_jump_without_a_filter_lands_on_the_very_row(
    database: Database, rows: list[dict[str, Any]], sort: Sort
) -> None:
    window = PaymentWindow(database.reader, Filter(), sort)
    table = await forward(window, 50)
    for start in (0, 1, 10, 11, 12, 60, 119):
        page = await window.page(start, 6)
        assert page.start == start
        assert list(page.rows) == table[start : start + 6]
    assert (await window.page(500, 6)).rows == ()


@pytest.mark.usefixtures("thresholds")
async def test_a_jump_under_a_filter_lands_near(database: Database, rows: list[dict[str, Any]]) -> None:
    window = PaymentWindow(database.reader, query("method:echeck"), Sort(SortColumn.AMOUNT))
    table = await forward(window, 50)
    _ = [total async for total in window.totals()]
    page = await window.page(30, 6)
    place = table.index(page.rows[0])
    assert list(page.rows) == table[place : place + len(page.rows)]
    assert abs(place - 30) < 15


@pytest.fixture(params=["newest first", "by amount", "to link", "words by payer", "time"])
def view(request: pytest.FixtureRequest) -> tuple[str, Sort]:
    text, sort = {
        "newest first": ("", NEWEST_FIRST),
        "by amount": ("", Sort(SortColumn.AMOUNT)),
        "to link": ("status:to-link", Sort(SortColumn.PAID_AT)),
        "words by payer": ("dana", Sort(SortColumn.STATUS, descending=False)),
        "time": (f"paid:{day(START)}..{day(START + 400 * DAY)}", Sort(SortColumn.ID, descending=False)),
    }[request.param]
    return text, sort


@pytest.mark.usefixtures("thresholds")
async def test_refresh_shows_what_came_and_changed_and_keeps_the_top_row(
    database: Database, rows: list[dict[str, Any]], view: tuple[str, Sort]
) -> None:
    text, sort = view
    filters = {**FILTERS, f"paid:{day(START)}..{day(START + 400 * DAY)}": lambda row: row["paid_at"] >= START}
    window = PaymentWindow(database.reader, query(text), sort)
    before = await forward(window, 30)
    _ = [total async for total in window.totals()]
    chance = random.Random(5)
    new = [transaction(number, chance, status="completed") for number in range(121, 130)]
    await arrive(database, new)
    changing = [row for row in rows if row["status"] == "authorized"][:4]
    for row in changing:
        await become(database, row, "completed")
    left = [row for row in rows if row["status"] == "completed" and not row["linked"]][:3]
    await link(database, left, 3)
    changed = [row["id"] for row in (*new, *changing, *left)]

    after = expected([*rows, *new], filters[text], sort)
    top = await window.refresh(changed, None, 0, 10)
    assert list(top.rows) == after[: len(top.rows)]
    kept = next(row for row in before[10:] if row.id in ids(after) and row.id not in changed)
    page = await window.refresh(changed, kept, ids(before).index(kept.id), 10)
    place = ids(after).index(kept.id)
    assert ids(page.rows) == ids(after)[place : place + len(page.rows)] or place > len(after) - 10
    assert await forward(window, 30) == after
    assert [total async for total in window.totals()][-1] == Total(len(after), True)


async def test_newcomers_push_the_ordinals_of_the_newest_first_table(
    database: Database, rows: list[dict[str, Any]]
) -> None:
    window = PaymentWindow(database.reader, Filter(), NEWEST_FIRST)
    page = await window.page(40, 10)
    new = [transaction(number, random.Random(1)) for number in range(121, 126)]
    await arrive(database, new)
    again = await window.refresh([row["id"] for row in new], page.rows[0], 40, 10)
    assert (again.start, again.rows) == (45, page.rows)
    assert again.total == Total(125, True)
    assert (await window.page(45, 10)).rows == page.rows


async def test_counting_stops_when_its_iterator_is_closed(
    database: Database, rows: list[dict[str, Any]]
) -> None:
    window = PaymentWindow(database.reader, query("method:card"), NEWEST_FIRST)
    totals = window.totals()
    assert (await anext(totals)).exact is False
    await totals.aclose()
    assert len((await window.page(0, 5)).rows) == 5


async def test_an_empty_table_has_one_empty_page_that_is_top_and_end(migrated_url: str) -> None:
    database = await open_database(migrated_url)
    empty = PaymentWindow(database.reader, Filter(), NEWEST_FIRST)
    for page in (await empty.page(0, 10), await empty.last(10), await empty.refresh([], None, 0, 10)):
        assert (page.rows, page.at_top, page.at_end, page.total) == ((), True, True, Total(0, True))
    await database.close()
