"""Whatever is pressed, the terminal shows what painting everything anew would show."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import Compositor, CompositorUpdate
from textual.pilot import Pilot
from textual.screen import Screen

from paylink_tui.services.clock import FixedClock
from paylink_tui.tui.app import PayLinkApp
from paylink_tui.tui.compositor import DeskCompositor, LinesUpdate
from tests.tui.desk import NOW
from tests.tui.table_app import until

PIECE = re.compile(r"\x1b\[(\d+);(\d+)H|\x1b\[([\d;:]*)m|\x1b\]8;[^\x1b]*\x1b\\|(\r?\n)|([^\x1b\r\n]+)")
KEYS = (
    "down",
    "up",
    "pagedown",
    "pageup",
    "end",
    "home",
    "j",
    "k",
    "space",
    "v",
    "escape",
    "s",
    "S",
    "3",
    "1",
)


class Paper:
    """A terminal that understands what the desk writes: places, styles and characters."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], tuple[str, str]] = {}

    def write(self, text: str) -> None:
        at, style, y, x = 0, "", 0, 0
        while at < len(text):
            piece = PIECE.match(text, at)
            assert piece is not None, text[at : at + 20]
            row, column, codes, line, words = piece.groups()
            if row:
                y, x = int(row) - 1, int(column) - 1
            elif codes is not None:
                style = "" if codes in ("", "0") else codes
            elif line:
                y, x = y + 1, 0
            for character in words or "":
                self.cells[y, x] = (character, style)
                x += 1
            at = piece.end()

    def lines(self) -> list[str]:
        rows = 1 + max(y for y, _ in self.cells)
        return ["".join(self.cells.get((y, x), ("?", ""))[0] for x in range(120)) for y in range(rows)]


class Watched(PayLinkApp):
    """A desk whose updates land on paper, as they would in a terminal."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), clock=FixedClock(NOW))
        self.paper = Paper()
        self.short = 0

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            self.short += isinstance(renderable, LinesUpdate)
            self.paper.write(renderable.render_segments(self.console))
        super()._display(screen, renderable)

    def whole(self) -> Paper:
        """What painting everything would show."""
        paper = Paper()
        update = Compositor.render_full_update(self.screen._compositor)
        paper.write(update.render_segments(self.console))
        return paper


async def settled(pilot: Pilot[Any], app: Watched) -> None:
    await until(pilot, lambda: not (app.screen._dirty_widgets or app.screen._compositor._dirty_regions))
    expected, shown = app.whole(), app.paper
    different = {at for at in expected.cells if expected.cells[at] != shown.cells.get(at)}
    assert not different, [(expected.lines()[y], shown.lines()[y]) for y in sorted({y for y, _ in different})]


@pytest.mark.parametrize("size", [(80, 24), (120, 24), (120, 40)])
async def test_any_walk_leaves_on_the_terminal_what_is_there(desk: Path, size: tuple[int, int]) -> None:
    chance = random.Random(str(size))
    app = Watched(desk)
    async with app.run_test(size=size, notifications=True) as pilot:
        home = app.home
        assert home is not None
        await until(pilot, home.rows_are_here.is_set)
        await until(pilot, lambda: home.table.row)
        for step in range(40):
            await pilot.press(*chance.choices(KEYS, k=chance.randrange(1, 4)))
            if step % 10 == 3:
                app.notify("Something in front of the table\nwith some lines\n" * 4)
            if step % 10 == 7:
                app.clear_notifications()
            if step == 20:
                app.action_theme()
            home.table.action_move(chance.choice((-1, 1)))
            if step % 4 == 0:
                home.refresh()
            await settled(pilot, app)
        assert isinstance(home._compositor, DeskCompositor)
        assert app.short > 20


async def test_a_line_as_it_was_before_all_was_painted_anew_is_written_again(desk: Path) -> None:
    app = Watched(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        home = app.home
        assert home is not None
        await until(pilot, lambda: home.table.row)
        await pilot.press("down")
        await settled(pilot, app)
        home.table.action_move(1)
        home.refresh()
        await settled(pilot, app)
        home.table.action_move(-1)
        await settled(pilot, app)


async def test_a_dialog_in_front_and_gone_again_leaves_no_trace(desk: Path) -> None:
    app = Watched(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        home = app.home
        assert home is not None
        await until(pilot, lambda: home.table.row)
        for _ in range(3):
            await pilot.press("down")
            await pilot.press("question_mark")
            await until(pilot, lambda: app.screen is not home)
            await settled(pilot, app)
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is home)
            await settled(pilot, app)
