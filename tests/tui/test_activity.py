from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.tui.screens.activity import ActivityScreen
from paylink_tui.tui.widgets.rows_list import RowsList
from tests.tui.desk import NOW
from tests.tui.stage import Stage, until, until_reads

SIZES = [(80, 24), (160, 48)]


def activity(desk: Path) -> Stage:
    return Stage(desk, ActivityScreen)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("shown", ["list", "behind"])
def test_how_it_looks(snap_compare: Any, desk: Path, size: tuple[int, int], shown: str) -> None:
    async def settle(pilot: Any) -> None:
        await until_reads(pilot, "chain whole up to")
        await pilot.press("slash", *"T1 link", "enter")
        await until_reads(pilot, "1 action found")
        if shown == "behind":
            await pilot.press("enter")
            await until_reads(pilot, "Before", "After")
        else:
            await pilot.press("escape")
            await until_reads(pilot, "Link", "told") if size[0] > 100 else await until_reads(pilot, "told")

    assert snap_compare(activity(desk), terminal_size=size, run_before=settle)


async def test_words_filter_by_who_what_and_which(desk: Path) -> None:
    app = activity(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_reads(pilot, "chain whole up to")
        await pilot.press("slash", *"actor:mia disable")
        await until_reads(pilot, "1 action found", "disable", "L5")
        await pilot.press("escape", "slash", *"actor:mia T1")
        await until_reads(pilot, "found", "link")
        await pilot.press("escape", "slash", *"colour:red")
        await until_reads(pilot, "cannot be read", "Write words of the action")


async def test_what_another_does_appears_and_the_chain_is_followed_on(desk: Path) -> None:
    app = activity(desk)
    async with app.run_test(size=(160, 48)) as pilot:
        await until_reads(pilot, "chain whole up to")
        before = (await app.services.audit.verify()).seq
        await pilot.press("down")
        rows = app.screen.query_one(RowsList)
        under = rows.row
        other = await open_services(str(desk), clock=FixedClock(NOW), actor="joe")
        try:
            await other.roles.set("ana", "approver")
        finally:
            await other.close()
        await until_reads(pilot, "set role", "joe", f"chain whole up to #{before + 1:,}")
        assert rows.row == under


async def test_a_broken_chain_is_shouted(desk: Path) -> None:
    app = activity(desk)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_reads(pilot, "chain whole up to")
        async with app.services.database.write() as connection:
            await connection.exec_driver_sql("DROP TRIGGER audit_forever_update")
            await connection.exec_driver_sql("UPDATE audit SET actor = 'lee' WHERE seq = 9")
        await pilot.press("V")
        await until_reads(pilot, "Row 9", "it was changed")
        assert "CHAIN BROKEN at #9" in str(app.screen.query_one("#rows").border_subtitle)


async def test_a_hundred_thousand_actions_are_read_page_by_page(desk: Path) -> None:
    app = activity(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "chain whole up to")
        async with app.services.database.write() as connection:
            await connection.exec_driver_sql(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
                " INSERT INTO audit (at, actor, action, entity, entity_id, before, after, reason,"
                " previous_hash, hash) SELECT 1795186800000, 'mia', 'void', 'payment', i, '', '', '', '',"
                " 'h' || i FROM n"
            )
        screen = app.screen
        assert isinstance(screen, ActivityScreen)
        screen.load()
        await until_reads(pilot, "T100000")
        rows = screen.query_one(RowsList)
        assert len(rows.rows) == 200
        await pilot.press(*["pagedown"] * 12)
        await until(pilot, lambda: len(rows.rows) > 200)
        assert len(rows.rows) < 5_000


async def test_home_opens_it(desk: Path) -> None:
    from paylink_tui.tui.app import PayLinkApp

    app = PayLinkApp(str(desk), clock=FixedClock(NOW))
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(500):
            await pilot.pause(0.01)
            if app.home is not None and app.home.rows_are_here.is_set():
                break
        await pilot.press("A")
        for _ in range(500):
            await pilot.pause(0.01)
            if isinstance(app.screen, ActivityScreen):
                return
        raise AssertionError("the log did not open")
