"""The Links screen as a bookkeeper uses it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from paylink_tui.domain.money import MAX_MINOR, display
from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.links import NewLink
from paylink_tui.tui.screens.links import LinksScreen
from paylink_tui.tui.widgets.allocation_table import AllocationTable, InvoiceLine
from paylink_tui.tui.widgets.cells import Cell
from paylink_tui.tui.widgets.rows_layout import Column, layout, widest
from paylink_tui.tui.widgets.rows_list import RowsList
from tests.services.desk import freeze
from tests.tui.conftest import SIZES
from tests.tui.desk import NOW
from tests.tui.stage import Stage, until, until_reads


def links(desk: Path) -> Stage:
    return Stage(desk, LinksScreen)


async def test_every_link_with_state_uses_and_expiry(desk: Path) -> None:
    app = links(desk)
    async with app.run_test(size=(200, 60)) as pilot:
        await until_reads(pilot, "L5", "– Disabled", "● Active", "0/1", "never", "invoice 1044", "TRUST")
        await until_reads(pilot, "5 links", "https://pay.hartwell.example/p/")


async def test_a_link_is_disabled_once_it_is_confirmed(desk: Path) -> None:
    app = links(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "L5")
        await pilot.press("down", "d")
        await until_reads(pilot, "Disable L4?", "Nobody can pay by L4")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, LinksScreen))
        assert (await app.services.links.get(4)).state == "active"
        await pilot.press("d")
        await until_reads(pilot, "Disable L4?")
        await pilot.press("y")
        await until_reads(pilot, "L4 is disabled")
        assert (await app.services.links.get(4)).state == "disabled"
        await until(pilot, lambda: app.text.count("– Disabled") == 2)


async def test_reissue_kills_the_old_url(desk: Path) -> None:
    app = links(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "L5")
        before = (await app.services.links.get(5)).url
        await pilot.press("R")
        await until_reads(pilot, "Reissue L5?", "The old URL dies")
        await pilot.press("enter")
        await until_reads(pilot, "L5 has a new URL")
        after = await app.services.links.get(5)
        assert after.url != before
        assert after.state == "active"


async def test_a_frozen_link_is_red_says_why_and_is_released_by_one_key(desk: Path) -> None:
    app = links(desk)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_reads(pilot, "5 links")
        assert "r Release" not in app.text
        await pilot.press("down")
        await freeze(app.services, 4)
        await until_reads(pilot, "‖ Frozen", "It froze itself: 8 declined cards", "r Release")
        await pilot.press("up")
        await until(pilot, lambda: "r Release" not in app.text)
        rows = app.screen.query_one(RowsList)
        [frozen] = [strip for strip in map(rows.render_line, range(7)) if "Frozen" in strip.text]
        red = rows.look("bad").color
        said = [one.text.strip() for one in frozen if one.style is not None and one.style.color == red]
        assert {"L4", "‖ Frozen", "$1,500.00"} <= set(said)
        await pilot.press("down", "r")
        await until_reads(pilot, "L4 is released: people can pay by it again.")
        assert (await app.services.links.get(4)).state == "active"
        await until(pilot, lambda: "Frozen" not in app.text and "r Release" not in app.text)


async def test_only_a_frozen_link_is_released(desk: Path) -> None:
    app = links(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "5 links")
        await pilot.press("r")
        await until_reads(pilot, "L5 is not frozen")


async def test_words_filter_and_escape_clears_them_then_leaves(desk: Path) -> None:
    app = links(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "5 links")
        await pilot.press("slash", *"trust")
        await until_reads(pilot, "1 link found", "L1")
        await pilot.press(*" zebra")
        await until_reads(pilot, "Nothing matches: esc clears the search")
        await pilot.press("escape")
        await until_reads(pilot, "5 links")
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])


async def test_another_desk_s_link_appears_without_moving_the_cursor(desk: Path) -> None:
    app = links(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "5 links")
        await pilot.press("down", "down")
        rows = app.screen.query_one(RowsList)
        assert under(rows).name == "L3"
        other = await open_services(str(desk), clock=FixedClock(NOW), actor="joe")
        try:
            await other.links.create(NewLink("Operating 2207", amount=777, reference="[/foo] \N{SNOWMAN}"))
        finally:
            await other.close()
        await until_reads(pilot, "L6", "$7.77", "[/foo] \N{SNOWMAN}", "6 links")
        assert under(rows).name == "L3"
        assert "•" in next(line for line in app.text.splitlines() if "L6" in line)


async def test_share_and_qr_are_about_the_link_under_the_cursor(desk: Path) -> None:
    app = links(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "5 links")
        await pilot.press("down", "down", "Y")
        await until_reads(pilot, "Share L3")
        await pilot.press("escape", "Q")
        await until_reads(pilot, "L3")


async def test_fifty_thousand_rows_are_as_quick_as_five(desk: Path) -> None:
    """A ratio in the same run: painting and moving must not grow with the rows."""
    app = links(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "5 links")
        rows = app.screen.query_one(RowsList)
        few = (await app.services.links.list())[:5]

        async def moves() -> float:
            began = time.perf_counter()
            for way in (1, 1, 1, -1, -1, -1) * 10:
                rows.action_move(way)
                for line in range(20):
                    rows.render_line(line)
            return time.perf_counter() - began

        rows.set_rows(few)
        await moves()
        small = await moves()
        rows.set_rows(list(few) * 10_000)
        rows.action_last()
        big = await moves()
        assert big < 6 * small + 0.05


def test_columns_drop_in_order_and_amounts_are_never_cut() -> None:
    columns: list[Column[int]] = [
        Column("Name", lambda one: Cell("x" * 30), 10, most=40),
        Column("Amount", lambda one: Cell("$1,234,567.89"), 8, right=True, whole=True),
        Column("Low", lambda one: Cell("y"), 10, drop=1),
        Column("High", lambda one: Cell("z"), 10, drop=2),
    ]
    needed = {"Name": 30, "Amount": 13}
    for width in range(24, 120):
        places = layout(columns, width, needed)
        names = [place.column.title for place in places]
        assert names[:2] == ["Name", "Amount"]
        assert "Low" not in names or "High" in names
        assert places[1].width == 13
        assert 3 + sum(place.width + 2 for place in places) - 2 <= width
    assert [place.column.title for place in layout(columns, 31, needed)] == ["Name", "Amount"]


def under(rows: RowsList[Any]) -> Any:
    """The row under the cursor."""
    assert rows.row is not None
    return rows.row


def test_the_largest_amounts_are_whole_in_the_narrowest_dialog() -> None:
    most = display(MAX_MINOR)
    table = AllocationTable(marks=True)
    line = InvoiceLine("2026-000123", "2026-0042", "2025-10-01", MAX_MINOR, MAX_MINOR, "USD", late=True)
    places = layout(table.columns, 72, widest(table.columns, [line]))
    shown = {place.column.title: place.column.cell(line).text for place in places}
    assert [shown[name] for name in ("Before", "Paid", "After")] == [most, most, "$0.00"]
    assert all(place.width >= len(shown[place.column.title]) for place in places if place.column.right)
    assert 3 + sum(place.width + 2 for place in places) - 2 <= 72


@pytest.mark.parametrize("size", SIZES)
def test_picture(desk: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "5 links", "Hartwell")
        if size[0] > 100:
            await until_reads(pilot, "https://")

    assert snap_compare(links(desk), terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_frozen_link(desk: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    app = links(desk)

    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "5 links", "Hartwell")
        await pilot.press("down")
        await freeze(app.services, 4)
        await freeze(app.services, 3)
        await until(pilot, lambda: app.text.count("‖ Frozen") >= 2 and "r Release" in app.text)
        await until(pilot, lambda: size[0] < 100 or "It froze itself" in app.text)
        app.screen.query_one(RowsList)._fresh.clear()
        app.screen.query_one(RowsList).refresh()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_nothing_found(desk: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "5 links", "Hartwell")
        pilot.app.screen.query_one("#filter", Input).value = "zebra"
        await until_reads(pilot, "Nothing matches")

    assert snap_compare(links(desk), terminal_size=size, run_before=ready)
