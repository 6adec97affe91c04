"""What is new is told once, outlives a restart until it is looked at, and is where the cursor goes."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.linking import Part
from paylink_tui.tui import state
from paylink_tui.tui.app import PayLinkApp
from paylink_tui.tui.widgets.footer_line import FooterLine
from paylink_tui.tui.widgets.header_line import HeaderLine
from tests.services.desk import freeze
from tests.tui.desk import NOW
from tests.tui.test_home import desk_app, home_of, text_of, until

SIZE = (120, 40)


@asynccontextmanager
async def elsewhere(desk: Path) -> AsyncIterator[Services]:
    """The same books in another process's hands."""
    services = await open_services(str(desk), clock=FixedClock(NOW), actor="zoe")
    try:
        yield services
    finally:
        await services.close()


async def pay(services: Services, *cents: int, settle: bool = True) -> list[str]:
    """Payments on the operating account's link; their names."""
    made = [
        await services.sandbox.pay("L2", amount=one, name=f"Payer {one}", email="p@example.com")
        for one in cents
    ]
    names = [one.name for one in made]
    if settle:
        await services.sandbox.settle(names)
    return names


@asynccontextmanager
async def opened(desk: Path) -> AsyncIterator[tuple[PayLinkApp, Pilot[Any]]]:
    """The desk open, everything told that was to be told."""
    app = desk_app(desk)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        home = home_of(app)
        await until(pilot, lambda: home.query_one(HeaderLine).figures and home.everything)
        await until(pilot, lambda: home._mark is not None)
        await until(pilot, lambda: not [one for one in home.workers if one.group in ("news", "frozen")])
        yield app, pilot


def told(app: PayLinkApp, severity: str = "information") -> list[str]:
    """The toasts on the screen; a long one is broken into lines there."""
    return [one.message for one in app._notifications if one.severity == severity]


def head(app: PayLinkApp) -> str:
    return text_of(app).splitlines()[0]


def marked_new(app: PayLinkApp) -> list[str]:
    """Payers of the rows with the sign of what is new."""
    return [line.split("•")[1][18:28].strip() for line in text_of(app).splitlines()[3:] if "•" in line[:6]]


async def test_the_first_start_tells_nothing_and_the_next_what_was_missed(desk: Path) -> None:
    async with opened(desk) as (app, _):
        assert "while you were away" not in text_of(app)
        assert "new" not in head(app).split("To link")[1][:24]
    async with elsewhere(desk) as other:
        await pay(other, 50000, 100000, 80000)
    async with opened(desk) as (app, pilot):
        said = "3 payments completed while you were away, $2,300.00 to link. Press 2."
        await until(pilot, lambda: said in told(app) and "while you were away" in text_of(app))
        await until(pilot, lambda: "• 3 new" in head(app))
        assert len(marked_new(app)) == 3
        await pilot.press("end", "2")
        await until(pilot, lambda: home_of(app).table.total.count == 8)
        row = home_of(app).table.row
        assert row is not None
        assert row.payer_name == "Payer 80000"
        assert len(marked_new(app)) == 3
        assert "new" not in head(app)
        await pilot.press("2")
        await until(pilot, lambda: marked_new(app) == [])
    async with opened(desk) as (app, _):
        assert "while you were away" not in text_of(app)


async def test_what_was_not_looked_at_is_told_again(desk: Path) -> None:
    async with opened(desk):
        pass
    async with elsewhere(desk) as other:
        await pay(other, 50000)
    for _ in range(2):
        async with opened(desk) as (app, pilot):
            await until(pilot, lambda: "1 payment completed while you were away" in text_of(app))


async def test_each_person_has_an_inbox_of_their_own(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(desk):
        pass
    monkeypatch.setenv("PAYLINK_USER", "joe")
    async with opened(desk):
        pass
    async with elsewhere(desk) as other:
        await pay(other, 50000)
    async with opened(desk) as (app, pilot):
        await until(pilot, lambda: "while you were away" in text_of(app))
        await pilot.press("2")
    monkeypatch.setenv("PAYLINK_USER", "mia")
    async with opened(desk) as (app, pilot):
        await until(pilot, lambda: "while you were away" in text_of(app))


async def test_what_somebody_linked_meanwhile_is_not_new(desk: Path) -> None:
    async with opened(desk):
        pass
    async with elsewhere(desk) as other:
        first, second = await pay(other, 50000, 60000)
        await other.linking.link(first, [Part("C-101")])
        async with opened(desk) as (app, pilot):
            await until(pilot, lambda: "1 payment completed while you were away" in text_of(app))
            await until(pilot, lambda: "• 1 new" in head(app))
            await other.linking.link(second, [Part("C-101")])
            await until(pilot, lambda: "new" not in head(app))


async def test_a_books_file_made_anew_is_not_taken_for_the_old_one(desk: Path) -> None:
    async with opened(desk) as (app, _):
        key = home_of(app)._state_key()
    state.keep({key: "999999"})
    async with opened(desk) as (app, _):
        assert "while you were away" not in text_of(app)
    assert int(state.load()[key]) < 999999


async def test_a_demonstration_remembers_nothing(desk: Path) -> None:
    with closing(sqlite3.connect(desk)) as books, books:
        books.execute("UPDATE firm SET demo = 1")
    async with opened(desk) as (app, pilot):
        await pilot.press("2")
        await until(pilot, lambda: home_of(app).table.total.count == 5)
    assert not [name for name in state.load() if name.startswith("seen")]


async def test_a_completion_is_told_at_once_and_rings_if_wished(
    desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config" / "paylink" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[notify]\nbell = true\n")
    async with opened(desk) as (app, pilot), elsewhere(desk) as other:
        rung: list[bool] = []
        monkeypatch.setattr(app, "bell", lambda: rung.append(True))
        await pay(other, 4200)
        said = "T20 $42.00 from Payer 4200 completed:\nPress 2, then press l to link."
        await until(pilot, lambda: said in told(app))
        assert rung == [True]
        await until(pilot, lambda: "• 1 new" in head(app))
        await pilot.press("end", "2")
        await until(pilot, lambda: (row := home_of(app).table.row) is not None and row.id == 20)


async def test_completions_that_come_together_are_one_toast(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(desk) as (app, pilot), elsewhere(desk) as other:
        rung: list[bool] = []
        monkeypatch.setattr(app, "bell", lambda: rung.append(True))
        names = await pay(other, 1000, 2000, 3000, settle=False)
        await until(pilot, lambda: home_of(app).everything == 22)
        await other.sandbox.settle(names)
        await until(pilot, lambda: "3 payments completed, $60.00 to link: press 2" in told(app))
        assert not rung


async def test_a_failed_and_a_returned_payment_are_told_in_red(desk: Path) -> None:
    async with opened(desk) as (app, pilot), elsewhere(desk) as other:
        [name] = await pay(other, 4200, settle=False)
        await other.sandbox.fail(name, "the bank said no")
        said = "T20 $42.00 from Payer 4200 failed: the bank said no"
        await until(pilot, lambda: said in told(app, "error"))
        await other.sandbox.give_back("T12", "account closed")
        said = "T12 $1,750.00 from Harbor Agents GmbH came back: account closed"
        await until(pilot, lambda: said in told(app, "error"))


async def test_what_was_lost_while_the_desk_was_closed_is_told_in_red_at_start(desk: Path) -> None:
    async with opened(desk):
        pass
    async with elsewhere(desk) as other:
        await other.sandbox.give_back("T12", "account closed")
    async with opened(desk) as (app, pilot):
        said = "T12 $1,750.00 from Harbor Agents GmbH came back: account closed"
        await until(pilot, lambda: said in told(app, "error"))
        assert told(app, "error").count(said) == 1
    async with elsewhere(desk) as other:
        [name] = await pay(other, 4200, settle=False)
        await other.sandbox.fail(name)
    async with opened(desk) as (app, pilot):
        said = "Payments: 1 failed and 1 came back of $1,792.00 in all: press 6"
        await until(pilot, lambda: said in told(app, "error"))
        await pilot.press("2")
    async with opened(desk) as (app, _):
        assert told(app, "error") == []


async def test_nothing_is_told_or_kept_before_the_books_were_asked(desk: Path) -> None:
    async with opened(desk) as (app, _):
        home, key = home_of(app), home_of(app)._state_key()
        kept = state.load()[key]
        home._mark = None
        home._write_mark()
        assert state.load()[key] == kept
        home._remembers = None
        await home.look_for_news(()).wait()
        assert home._mark is None


async def test_toasts_name_the_keys_as_they_are_now(desk: Path, tmp_path: Path) -> None:
    config = tmp_path / "config" / "paylink" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        '[keymap]\n"home.view-2" = "f9"\n"home.link" = "k"\n"home.links" = "f8"\n"links.release" = "f7"\n'
    )
    async with opened(desk) as (app, pilot), elsewhere(desk) as other:
        await pay(other, 4200)
        said = "T20 $42.00 from Payer 4200 completed:\nPress f9, then press k to link."
        await until(pilot, lambda: said in told(app))
        await freeze(other, 2)
        said = "L2 froze: 8 declined cards in 10 minutes. Press f8, then f7."
        await until(pilot, lambda: said in told(app, "error"))


async def test_many_losses_are_one_toast(desk: Path) -> None:
    async with opened(desk) as (app, pilot), elsewhere(desk) as other:
        names = await pay(other, 1000, 2000, 3000, settle=False)
        await until(pilot, lambda: home_of(app).everything == 22)
        async with home_of(app)._telling:
            for name in names:
                await other.sandbox.fail(name)
            await other.sandbox.give_back("T12")
        said = "Payments: 3 failed and 1 came back of $1,810.00 in all: press 6"
        await until(pilot, lambda: said in told(app, "error"))


async def test_a_link_that_freezes_is_told_and_stays_in_sight(desk: Path) -> None:
    async with opened(desk) as (app, pilot), elsewhere(desk) as other:
        footer = home_of(app).query_one(FooterLine)
        await freeze(other, 2)
        said = "L2 froze: 8 declined cards in 10 minutes. Press L, then r."
        await until(pilot, lambda: said in told(app, "error"))
        await until(pilot, lambda: footer.status == "L2 frozen")
        await other.freezes.release("L2")
        await until(pilot, lambda: footer.status == "")


async def test_a_link_frozen_meanwhile_is_told_at_start(desk: Path) -> None:
    async with elsewhere(desk) as other:
        await freeze(other, 3)
    async with opened(desk) as (app, pilot):
        await until(pilot, lambda: "L3 froze: 8 declined cards" in text_of(app))
        await pilot.press("L")
        await until(pilot, lambda: ">  L3    ‖ Frozen" in text_of(app))
        await pilot.press("r")
        await until(pilot, lambda: "L3 is released: people can pay by it again." in told(app))
