from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.tui.app import PayLinkApp
from paylink_tui.tui.screens.clients import ClientsScreen
from tests.tui.desk import NOW
from tests.tui.stage import until

SIZES = [(80, 24), (160, 48)]


class Desk(PayLinkApp):
    """The whole desk, whose screen can be read."""

    def __init__(self, desk: Path, **options: Any) -> None:
        super().__init__(str(desk), clock=FixedClock(NOW), **options)

    @property
    def text(self) -> str:
        width, _ = self.size
        lines = self.screen._compositor.render_strips(self.size)
        return "\n".join(line.text[:width].rstrip() for line in lines)


async def reads(pilot: Pilot[Any], *words: str) -> None:
    app = pilot.app
    assert isinstance(app, Desk)
    try:
        await until(pilot, lambda: all(word in app.text for word in words), seconds=20)
    except AssertionError:
        raise AssertionError(f"not there: {words}\n{app.text}") from None


async def to_the_past(pilot: Pilot[Any], moment: str = "2026-10-31") -> None:
    await pilot.press("colon")
    await reads(pilot, "The books as of")
    await pilot.press(*moment, "enter")
    await reads(pilot, "AS OF 2026-10-31", "T. Okafor")


async def test_the_desk_goes_to_the_past_and_comes_back(desk: Path) -> None:
    app = Desk(desk)
    async with app.run_test(size=(160, 48), notifications=True) as pilot:
        await reads(pilot, "José Núñez", "Authorized 3")
        await to_the_past(pilot)
        assert "Authorized 3" not in app.text
        await pilot.press("n")
        await reads(pilot, "These are the books")
        await pilot.press("C")
        await until(pilot, lambda: isinstance(app.screen, ClientsScreen))
        await reads(pilot, "AS OF 2026-10-31", "Acme Holdings")
        await pilot.press("full_stop")
        await reads(pilot, "Authorized 3", "José Núñez")
        assert "AS OF" not in app.text
        assert len(app.screen_stack) == 1


async def test_what_is_no_moment_is_said_in_the_dialog(desk: Path) -> None:
    app = Desk(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await reads(pilot, "Authorized 3")
        await pilot.press("colon")
        await reads(pilot, "The books as of")
        await pilot.press(*"2199-01-01", "enter")
        await reads(pilot, "has not come yet")
        await pilot.press("escape")
        await reads(pilot, "Authorized 3")


async def test_the_desk_opens_on_the_past(desk: Path) -> None:
    app = Desk(desk, asof="2026-10-31")
    async with app.run_test(size=(160, 48)) as pilot:
        await reads(pilot, "AS OF 2026-10-31", "T. Okafor")


async def test_a_desk_that_cannot_open_on_the_past_says_why(desk: Path) -> None:
    app = Desk(desk, asof="2199-01-01")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.failure is not None)
    assert app.failure is not None
    assert "has not come yet" in app.failure.message
    assert app.return_code == 2


async def test_an_auditors_desk_reads(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    services = await open_services(str(desk), clock=FixedClock(NOW), actor="ana")
    try:
        await services.roles.set("mia", "auditor")
    finally:
        await services.close()
    app = Desk(desk)
    async with app.run_test(size=(160, 48), notifications=True) as pilot:
        await reads(pilot, "AUDITOR", "Authorized 3")
        await pilot.press("n")
        await reads(pilot, "mia is an")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_how_the_past_looks(snap_compare: Any, desk: Path, size: tuple[int, int]) -> None:
    async def settle(pilot: Any) -> None:
        await reads(pilot, "Authorized 3")
        await to_the_past(pilot)
        pilot.app.clear_notifications()
        await until(pilot, lambda: "put together" not in pilot.app.text)

    assert snap_compare(Desk(desk), terminal_size=size, run_before=settle)
