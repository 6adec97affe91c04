"""A screen paints what has changed at once, several changes as one, and nothing once it is gone."""

from __future__ import annotations

import asyncio

from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from paylink_tui.tui import frames
from paylink_tui.tui.frames import FrameTimer
from paylink_tui.tui.screens.desk_screen import DeskScreen
from tests.tui.table_app import until


class Words(DeskScreen):
    def compose(self) -> ComposeResult:
        yield Static("before")


async def test_changes_that_come_together_are_one_frame() -> None:
    app: App[None] = App()
    painted: list[float] = []
    async with app.run_test() as pilot:
        timer = FrameTimer(Screen(), lambda: painted.append(asyncio.get_running_loop().time()))
        for _ in range(5):
            timer.resume()
        await until(pilot, lambda: painted)
        timer.resume()
        await until(pilot, lambda: len(painted) == 2)
        assert painted[1] - painted[0] >= frames.GAP * 0.9
        timer.resume()
        timer.stop()
        await asyncio.sleep(3 * frames.GAP)
        assert len(painted) == 2


async def test_a_desk_screen_is_painted_by_frames() -> None:
    app: App[None] = App()
    async with app.run_test() as pilot:
        screen = Words()
        await app.push_screen(screen)
        await pilot.pause()
        screen.query_one(Static).update("after")
        await pilot.pause()
        assert isinstance(screen._update_timer, FrameTimer)
        assert not screen._dirty_widgets
        await app.pop_screen()
        await pilot.pause()


async def test_a_failure_to_paint_is_the_apps_to_tell() -> None:
    class Failing(App[None]):
        problem: Exception | None = None

        def _handle_exception(self, error: Exception) -> None:
            self.problem = error

    app = Failing()
    async with app.run_test() as pilot:
        screen = app.screen

        def fail() -> None:
            raise ValueError("no paint")

        timer = FrameTimer(screen, fail)
        timer.resume()
        await until(pilot, lambda: app.problem)
        assert str(app.problem) == "no paint"
