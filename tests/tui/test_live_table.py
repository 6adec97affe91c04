from __future__ import annotations

import asyncio
from collections.abc import Collection
from functools import partial
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App
from textual.geometry import Region

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import Sort, SortColumn, TablePage, Total
from paylink_tui.domain.terms import Filter, Words
from paylink_tui.store.read.payment_window import PaymentWindow
from paylink_tui.tui.widgets import live_table_fresh, live_table_range
from paylink_tui.tui.widgets.live_table import LiveTable
from paylink_tui.tui.widgets.live_table_columns import Column, layout
from paylink_tui.tui.widgets.live_table_loader import SCREENS_HELD
from paylink_tui.tui.widgets.live_table_paint import fit
from tests.store.payment_rows import arrive, become
from tests.tui.table_app import TableApp, cursor_line, lines, references, shown, transactions, until

VIEW = 20
"""Rows on a screen of 21 lines."""
AMOUNTS = Sort(SortColumn.AMOUNT)


def highlighted(app: TableApp) -> list[int]:
    rows = [message.row for message in app.told if isinstance(message, LiveTable.RowHighlighted)]
    return [row.id for row in rows if row is not None]


def moved_on(app: TableApp, before: PaymentRow | None) -> bool:
    return app.table.row is not before or (before is not None and before.id == 1)


def contains(app: TableApp, heading: str) -> bool:
    return heading in app.table.render_line(0).text


async def test_the_newest_rows_come_first_and_the_cursor_moves_over_them(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 200) as (app, pilot, _):
        assert references(app) == list(range(200, 180, -1))
        await pilot.press("down", "j", "k", "down")
        assert cursor_line(app) == 2
        assert app.table.row is not None
        assert app.table.row.id == 198
        await until(pilot, lambda: highlighted(app) and highlighted(app)[-1] == 198)


async def test_moving_the_cursor_paints_two_lines(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 200) as (app, pilot, _):
        await pilot.press("down")
        app.table.repainted.clear()
        await pilot.press("down")
        width = app.table.scrollable_content_region.width
        assert app.table.repainted == [(Region(0, y, width, 1),) for y in (2, 3)]


async def test_pages_home_end_and_single_steps_reach_every_row(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 500) as (app, pilot, _):
        await pilot.press("end")
        await until(pilot, lambda: app.table.row and app.table.row.id == 1)
        assert references(app) == list(range(VIEW, 0, -1))
        assert cursor_line(app) == VIEW - 1
        await pilot.press("up", "home")
        await until(pilot, lambda: app.table.row and app.table.row.id == 500)
        seen: list[int] = []
        for _ in range(500 // (VIEW - 1) + 1):
            seen += references(app)
            before = app.table.row
            await pilot.press("pagedown")
            await until(pilot, partial(moved_on, app, before))
        assert sorted(set(seen) | set(references(app))) == list(range(1, 501))
        assert app.table.row is not None
        assert app.table.row.id == 1
        await pilot.press("pageup")
        await until(pilot, lambda: app.table.row and app.table.row.id == VIEW)


async def test_only_some_screens_are_in_memory_however_far_one_goes(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 1500) as (app, pilot, _):
        window = app.table._loader.window
        for key in ("pagedown",) * 50 + ("pageup",) * 60 + ("end", "pageup", "home"):
            await pilot.press(key)
            assert len(window.rows) <= (SCREENS_HELD + 3) * VIEW
        await until(pilot, lambda: app.table.row and app.table.row.id == 1500)


async def test_a_jump_by_the_scrollbar_keeps_the_old_rows_until_the_new_ones_are_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(tmp_path / "a.db", 1500) as (app, pilot, _):
        gate = asyncio.Event()
        read = PaymentWindow.page

        async def slow(self: PaymentWindow, start: int, count: int) -> TablePage:
            await gate.wait()
            return await read(self, start, count)

        monkeypatch.setattr(PaymentWindow, "page", slow)
        app.table.scroll_to(y=700, animate=False)
        await pilot.pause()
        assert references(app) == list(range(1500, 1480, -1))
        gate.set()
        await until(pilot, lambda: references(app) == list(range(800, 780, -1)))
        assert app.table.row is not None
        assert app.table.row.id == 1500


async def test_newcomers_appear_above_at_the_top_and_the_cursor_stays_on_its_row(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 100) as (app, pilot, database):
        await pilot.press("down")
        await arrive(database, transactions(101, 103))
        app.table.changed([101, 102, 103])
        await until(pilot, lambda: app.table.total == Total(103, True))
        assert references(app)[:4] == [103, 102, 101, 100]
        assert cursor_line(app) == 4
        assert app.table.row is not None
        assert app.table.row.id == 99


async def test_the_view_stays_still_when_it_is_scrolled_away_from_the_top(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 300) as (app, pilot, database):
        await pilot.press("pagedown", "pagedown", "down")
        before = lines(app)
        await arrive(database, transactions(301, 340))
        app.table.changed(range(301, 341))
        await until(pilot, lambda: app.table.total == Total(340, True))
        assert lines(app) == before
        await pilot.press("home")
        await until(pilot, lambda: app.table.row and app.table.row.id == 340)


async def test_a_row_that_changed_is_marked_for_some_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_table_fresh, "SECONDS", 0.2)
    async with shown(tmp_path / "a.db", 30) as (app, pilot, database):
        new = transactions(31, 31, status="authorized")
        await arrive(database, new)
        await become(database, new[0], "completed")
        app.table.changed([31])
        await until(pilot, lambda: lines(app)[0].startswith(" • "))
        assert "◆ To link" in lines(app)[0]
        await until(pilot, lambda: lines(app)[0].startswith("   "))


async def test_a_row_that_leaves_the_filter_goes_and_the_cursor_takes_its_place(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 30) as (app, pilot, database):
        failing = transactions(31, 33, payer_name="Quentin", status="authorized")
        await arrive(database, failing)
        source = app.service.view(Filter((Words("quentin"),)))
        app.table.show(source, AMOUNTS)
        await until(pilot, lambda: app.table.total == Total(3, True))
        assert app.table.row is not None
        gone = next(row for row in failing if row["id"] == app.table.row.id)
        async with database.write() as connection:
            await connection.exec_driver_sql(
                f"UPDATE payment SET payer_name = 'Paul', search = 'paul' WHERE id = {gone['id']}"
            )
        app.table.changed([gone["id"]])
        await until(pilot, lambda: app.table.total == Total(2, True))
        assert app.table.row.id != gone["id"]
        assert cursor_line(app) == 0


async def test_marks_stay_over_sort_and_filter_and_tell_count_and_sum(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 60) as (app, pilot, _):
        await pilot.press("space", "down", "space")
        marked = [row.id for row in app.table.marked]
        assert marked == [60, 58]
        assert [line[1] for line in lines(app)[:3]] == ["■", " ", "■"]
        app.table.show(app.service.view(sort=AMOUNTS), AMOUNTS)
        await until(pilot, lambda: app.table.sort == AMOUNTS)
        app.table.show(app.service.view(Filter((Words("nobody"),))), AMOUNTS)
        await until(pilot, lambda: app.table.total == Total(0, True))
        assert [row.id for row in app.table.marked] == marked
        told = [message for message in app.told if isinstance(message, LiveTable.MarksChanged)][-1]
        assert (told.count, told.totals) == (2, {"USD": sum(row.amount for row in app.table.marked)})


async def test_a_range_follows_the_cursor_and_is_kept_or_dropped(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 60) as (app, pilot, _):
        await pilot.press("v", "down", "down", "down", "up")
        assert [row.id for row in app.table.marked] == [60, 59, 58]
        await pilot.press("v", "down", "down")
        assert [row.id for row in app.table.marked] == [60, 59, 58]
        await pilot.press("v", "down", "escape")
        assert [row.id for row in app.table.marked] == [60, 59, 58]
        await pilot.press("escape")
        assert app.table.marked == ()
        assert app.escaped == 0
        await pilot.press("escape")
        assert app.escaped == 1


@pytest.mark.parametrize(("most", "clipped"), [(1000, False), (300, True)])
async def test_a_range_may_reach_over_rows_that_are_not_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, clipped: bool
) -> None:
    monkeypatch.setattr(live_table_range, "MOST", most)
    async with shown(tmp_path / "a.db", 900) as (app, pilot, _):
        await pilot.press("down", "v", "end")
        expected = list(range(899, 0, -1))[:most]
        await until(pilot, lambda: [row.id for row in app.table.marked] == expected)
        told = [message for message in app.told if isinstance(message, LiveTable.MarksChanged)][-1]
        assert told.clipped is clipped


async def test_clicks_choose_a_row_open_it_and_ask_for_a_sort(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 60) as (app, pilot, _):
        await pilot.click(LiveTable, offset=(30, 4))
        assert cursor_line(app) == 3
        assert not any(isinstance(message, LiveTable.RowSelected) for message in app.told)
        await pilot.click(LiveTable, offset=(30, 6), times=2)
        opened = [message.row.id for message in app.told if isinstance(message, LiveTable.RowSelected)]
        assert opened == [55]
        await pilot.press("enter")
        await until(pilot, lambda: len([m for m in app.told if isinstance(m, LiveTable.RowSelected)]) == 2)
        amount = next(place for place in app.table._places if place.column is Column.AMOUNT)
        await pilot.click(LiveTable, offset=(amount.x + 1, 0))
        asked = [message.column for message in app.told if isinstance(message, LiveTable.SortRequested)]
        assert asked == [SortColumn.AMOUNT]


async def test_the_wheel_moves_the_view_and_not_the_cursor(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 300) as (app, pilot, _):
        for _ in range(20):
            app.table.scroll_down(animate=False)
        await until(pilot, lambda: references(app)[0] == 280)
        assert app.table.row is not None
        assert app.table.row.id == 300
        await pilot.press("down")
        await until(pilot, lambda: app.table.row and app.table.row.id == 299)
        assert 299 in references(app)


async def test_the_heading_shows_the_sort_once_its_rows_are_here(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 60) as (app, pilot, _):
        assert "↓" not in app.table.render_line(0).text
        for sort, arrow in ((AMOUNTS, "Amount ↓"), (Sort(SortColumn.PAYER, False), "Payer ↑")):
            app.table.show(app.service.view(sort=sort), sort)
            await until(pilot, partial(contains, app, arrow))


async def test_rows_that_cannot_be_read_leave_the_old_ones_and_tell_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(tmp_path / "a.db", 60) as (app, pilot, _):
        before = lines(app)

        async def fail(self: PaymentWindow, start: int, count: int) -> TablePage:
            raise DatabaseProblem("the disk is gone", "Mount it.")

        with monkeypatch.context() as broken:
            broken.setattr(PaymentWindow, "page", fail)
            app.table.show(app.service.view(sort=AMOUNTS), AMOUNTS)
            await until(pilot, lambda: any(isinstance(m, LiveTable.LoadFailed) for m in app.told))
            assert lines(app) == before
        app.table.show(app.service.view(sort=AMOUNTS), AMOUNTS)
        await until(pilot, lambda: app.table.sort == AMOUNTS)


async def test_no_rows_show_the_screens_own_words(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 0) as (app, _, _):
        assert any("No transactions yet" in line for line in lines(app))
        app.table.set_empty("Nothing matches")
        assert [line.strip() for line in lines(app) if line.strip()] == ["Nothing matches"]


async def test_a_hostile_name_is_only_text_of_its_column(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 0) as (app, pilot, database):
        names = ("[/foo] Ltd", "[@click=app.quit]x[/]", "a\x1b[31mred\n\tb", "\u202egnp.exe", "界" * 5000)
        rows = transactions(1, len(names))
        for row, name in zip(rows, names, strict=True):
            row["payer_name"] = name
        await arrive(database, rows)
        app.table.changed([row["id"] for row in rows])
        await until(pilot, lambda: app.table.total == Total(len(names), True))
        painted = lines(app)[: len(names)][::-1]
        assert "[/foo] Ltd" in painted[0]
        assert "[@click=app.quit]x[/]" in painted[1]
        assert all(line.isprintable() and "\u202e" not in line for line in painted)
        assert {cell_len(line) for line in painted} == {app.table.scrollable_content_region.width}
        assert all("Row" in line and "$" in line for line in painted)


@pytest.mark.parametrize(
    ("width", "columns"),
    [
        (200, list(Column)),
        (99, list(Column)),
        (98, [one for one in Column if one is not Column.ACCOUNT]),
        (85, [one for one in Column if one not in (Column.ACCOUNT, Column.REFERENCE)]),
        (73, [Column.PAID, Column.PAYER, Column.AMOUNT, Column.STATUS]),
        (40, [Column.PAID, Column.PAYER, Column.AMOUNT, Column.STATUS]),
    ],
)
def test_columns_go_in_a_fixed_order_and_never_amount_payer_or_status(
    width: int, columns: list[Column]
) -> None:
    places = layout(width, 0)
    assert [place.column for place in places] == columns
    if width >= 60:
        assert places[-1].x + places[-1].width <= width


def test_amounts_get_the_room_they_need() -> None:
    places = {place.column: place.width for place in layout(80, len("C$99,999,999,999.99"))}
    assert places[Column.AMOUNT] == len("C$99,999,999,999.99")
    assert places[Column.PAYER] >= 16


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("Ng", 4, "Ng  "), ("Nguyen", 4, "Ngu…"), ("日本語", 4, "日 …"), ("日本", 4, "日本")],
)
def test_text_fills_its_column_to_the_cell(text: str, width: int, shown: str) -> None:
    assert fit(text, width) == shown


class Odd:
    """A source whose jumps are a little off, as under a filter."""

    def __init__(self, rows: list[PaymentRow]) -> None:
        self.rows = rows

    def _page(self, start: int, count: int, told: int) -> TablePage:
        rows = tuple(self.rows[max(0, start) : start + count])
        total = Total(len(self.rows), True)
        return TablePage(told, rows, total, start <= 0, start + count >= len(self.rows))

    async def page(self, start: int, count: int) -> TablePage:
        return self._page(start + 7 if start else 0, count, start)

    async def after(self, row: PaymentRow, start: int, count: int) -> TablePage:
        return self._page(self.rows.index(row) + 1, count, start)

    async def before(self, row: PaymentRow, end: int, count: int) -> TablePage:
        place = self.rows.index(row)
        first = max(0, place - count)
        return self._page(first, place - first, max(0, end - (place - first)))

    async def last(self, count: int) -> TablePage:
        return self._page(max(0, len(self.rows) - count), count, max(0, len(self.rows) - count))

    async def refresh(
        self, changed: Collection[int], top: PaymentRow | None, start: int, count: int
    ) -> TablePage:
        return self._page(self.rows.index(top) if top else 0, count, start)

    async def totals(self):  # type: ignore[no-untyped-def]
        yield Total(len(self.rows), True)


async def test_ordinals_that_are_off_after_a_jump_come_right_at_either_end(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 400) as (app, pilot, _):
        rows = list((await app.service.view().page(0, 400)).rows)
        app.table.show(Odd(rows), AMOUNTS)
        await until(pilot, lambda: app.table.sort == AMOUNTS)
        app.table.scroll_to(y=200, animate=False)
        await until(pilot, lambda: references(app)[0] == 400 - 207)
        for _ in range(30):
            await pilot.press("pageup")
        app.table.scroll_to(y=0, animate=False)
        await until(pilot, lambda: references(app) == list(range(400, 380, -1)))
        app.table.scroll_to(y=300, animate=False)
        await until(pilot, lambda: references(app)[0] == 400 - 307)
        for _ in range(100):
            app.table.scroll_down(animate=False)
            await pilot.pause()
        await until(pilot, lambda: references(app) == list(range(20, 0, -1)))


async def test_the_cursor_row_can_be_told_without_colour(tmp_path: Path) -> None:
    async with shown(tmp_path / "a.db", 30) as (app, _, _):
        states = {line[-12:].strip() for line in lines(app)}
        assert states <= {"✓ Completed", "◆ To link", "○ Authorized", "✗ Failed", "· Pending"}
        assert lines(app)[0].startswith("> ")
        assert isinstance(app, App)
