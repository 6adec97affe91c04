"""The home screen as a bookkeeper uses it: on real services, by keys, and pictured at three sizes."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input

from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.links import NewLink
from paylink_tui.tui.app import PayLinkApp
from paylink_tui.tui.screens.home import HomeScreen
from paylink_tui.tui.screens.home_rows import finished
from paylink_tui.tui.widgets import filter_bar
from paylink_tui.tui.widgets.detail_pane import DetailPane
from paylink_tui.tui.widgets.filter_bar import FilterBar
from paylink_tui.tui.widgets.header_line import HeaderLine
from paylink_tui.tui.widgets.link_panel import LinkPanel
from tests.tui.conftest import SIZES
from tests.tui.desk import NOW

HOSTILE, DANA = 15, 16


def desk_app(desk: Path, **options: Any) -> PayLinkApp:
    return PayLinkApp(str(desk), clock=FixedClock(NOW), **options)


def home_of(app: App[Any]) -> HomeScreen:
    assert isinstance(app, PayLinkApp)
    assert app.home is not None
    return app.home


def detail_of(home: HomeScreen) -> int | None:
    shown = home.query_one(DetailPane).shown
    return shown[0].id if shown else None


def panel_of(app: PayLinkApp) -> LinkPanel:
    panel = home_of(app).panel
    assert panel is not None
    return panel


def text_of(app: App[Any]) -> str:
    return "\n".join(line.text for line in app.screen._compositor.render_strips(app.size))


async def until(pilot: Pilot[Any], condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for a condition; in vain, show the screen."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"it did not happen; the screen:\n{text_of(pilot.app)}")
        await pilot.pause(0.02)


async def until_filled(pilot: Pilot[Any]) -> None:
    """Wait until everything that comes after the first rows is there, too."""
    app = pilot.app
    home = home_of(app)
    await until(pilot, lambda: home.query_one(HeaderLine).figures and home.everything == 19)
    await until(pilot, lambda: app.size.width < 110 or "Card 2.95%" in text_of(app))
    pane = home.query_one("#detail")
    await until(pilot, lambda: not pane.display or home.query_one(DetailPane).shown)
    await until(pilot, lambda: home.query_one(HeaderLine).live)


async def go_to(pilot: Pilot[Any], number: int) -> None:
    """Put the cursor on a transaction."""
    home = home_of(pilot.app)
    for _ in range(30):
        if home.table.row is not None and home.table.row.id == number:
            return
        await pilot.press("down")
        await pilot.pause()
    raise AssertionError(f"T{number} is not in the table")


@pytest.mark.parametrize("size", SIZES)
def test_home_looks_like_a_good_ledger(snap_compare: Any, desk: Path, size: tuple[int, int]) -> None:
    async def fill(pilot: Pilot[Any]) -> None:
        await until_filled(pilot)
        await go_to(pilot, DANA)
        home = home_of(pilot.app)
        await until(pilot, lambda: not home.query_one("#detail").display or detail_of(home) == DANA)

    assert snap_compare(desk_app(desk), terminal_size=size, run_before=fill)


async def test_the_header_tells_what_waits(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_filled(pilot)
        head = text_of(app).splitlines()[0]
        assert "Hartwell & Ng LLP" in head
        assert "Authorized 3  $6,575.00" in head
        assert "To link 5  $6,340.50" in head
        assert "Trust in balance   ● live 12:04" in head


async def test_a_link_is_made_and_copied_in_two_keys(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLINK_CLIPBOARD", "osc52")
    app = desk_app(desk)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_filled(pilot)
        sent: list[str] = []
        assert app._driver is not None
        monkeypatch.setattr(app._driver, "write", sent.append)
        await pilot.press("n", "enter")
        panel = panel_of(app)
        await until(pilot, lambda: panel.minted)
        assert panel.minted is not None
        assert panel.minted.account_name == "IOLTA 4411"
        assert panel.minted.expires_at is not None
        assert any("\x1b]52;c;" in text for text in sent)
        await until(pilot, lambda: "Sent to the terminal (OSC 52)" in text_of(app))


async def test_a_link_for_ever_on_trust_is_made_on_the_second_press(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_filled(pilot)
        panel = panel_of(app)
        panel.query_one("#panel-expires", Input).value = ""
        await pilot.press("n", "enter")
        await until(pilot, lambda: "link-lint" in text_of(app))
        assert "Press Enter again" in text_of(app)
        assert panel.minted is None
        await pilot.press("enter")
        await until(pilot, lambda: panel.minted)


async def test_a_refused_link_keeps_its_draft_and_names_the_rule(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_filled(pilot)
        await pilot.press("n", "left")
        panel = panel_of(app)
        panel.query_one("#panel-amount", Input).value = "250"
        await pilot.press("enter")
        await until(pilot, lambda: "access-account" in text_of(app))
        assert panel.query_one("#panel-amount", Input).value == "250"
        assert panel.minted is None


async def test_the_panel_is_a_screen_where_there_is_no_room(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: "Create and copy" in text_of(app) and app.screen.focused)
        await pilot.press("down", "down", "down", *"acm")
        await until(pilot, lambda: "2026-0042" in text_of(app))
        panel = app.screen.query_one(LinkPanel)
        await pilot.press("down", "enter", "enter")
        await until(pilot, lambda: panel.minted)
        assert panel.minted is not None
        assert (panel.minted.client_code, panel.minted.matter_number) == ("C-101", "2026-0042")


async def test_a_filter_narrows_the_rows_and_escape_brings_them_back(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        bar = home_of(app).query_one(FilterBar)
        await pilot.press("slash", *"ruiz")
        await until(pilot, lambda: bar.count == "3 of 19")
        assert "Okafor" not in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: bar.count == "19")
        assert app.focused is home_of(app).table


async def test_a_wrong_filter_says_why_and_counts_without_its_last_term(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        bar = home_of(app).query_one(FilterBar)
        await pilot.press("slash", *"ruiz amount:x")
        await until(pilot, lambda: bar.count == "3 of 19")
        await until(pilot, lambda: "is not an amount" in text_of(app))
        assert "Dana Ruiz" in text_of(app)
        await pilot.press("backspace", "1")
        await until(pilot, lambda: "is not an amount" not in text_of(app))


async def test_what_may_be_half_typed_is_not_called_wrong_until_it_is_left(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_bar, "PATIENCE", 600)
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        bar = home_of(app).query_one(FilterBar)
        await pilot.press("slash", *"ruiz amount:x")
        await until(pilot, lambda: bar.count == "3 of 19" and bar.query_text == "ruiz amount:x")
        assert "is not an amount" not in text_of(app)
        await pilot.press("down")
        await until(pilot, lambda: "is not an amount" in text_of(app))


async def test_each_letter_of_a_filter_is_searched_for_at_once(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_bar, "TOGETHER", 0)
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        searched: list[str] = []
        home = home_of(app)
        monkeypatch.setattr(home, "_apply_filter", searched.append)
        await pilot.press("slash", *"rui")
        await until(pilot, lambda: searched == ["r", "ru", "rui"])


async def test_letters_that_come_together_are_searched_for_once(
    desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filter_bar, "TOGETHER", 0.3)
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        searched: list[str] = []
        monkeypatch.setattr(home_of(app), "_apply_filter", searched.append)
        await pilot.press("slash", *"ruiz")
        await until(pilot, lambda: searched == ["r", "ruiz"])


@pytest.mark.parametrize(
    ("typed", "before"),
    [("amount:", ""), ("ruiz amount:>", "ruiz "), ('ruiz client:"Lee N', "ruiz "), ('a "b c" d', 'a "b c" ')],
)
def test_a_query_without_its_last_term(typed: str, before: str) -> None:
    assert finished(typed) == before


async def test_digits_are_saved_views(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        await pilot.press("2")
        await until(pilot, lambda: home_of(app).query_one(FilterBar).count == "5 of 19")
        assert "1 Transactions: To link" in text_of(app)


async def test_a_payers_markup_is_only_text(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_filled(pilot)
        await go_to(pilot, HOSTILE)
        await until(pilot, lambda: "[@click=app.quit]x[/]" in text_of(app))
        assert "[/foo] Ltd" in text_of(app)


async def test_another_desks_payment_appears_without_moving_the_cursor(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_filled(pilot)
        await go_to(pilot, DANA)
        other = await open_services(str(desk), clock=FixedClock(NOW), actor="zoe")
        try:
            link = await other.links.create(NewLink("Operating 2207", amount=4200))
            await other.sandbox.pay(link.name, amount=None, name="Late Payer", email="late@example.com")
            await until(pilot, lambda: "Late Payer" in text_of(app))
            row = home_of(app).table.row
            assert row is not None
            assert row.id == DANA
            await until(pilot, lambda: "Authorized 4" in text_of(app))
            await other.sandbox.settle(["T20"])
            prompts = ("T20 $42.00 from Late Payer completed:", "Press 2, then press l to link.")
            await until(pilot, lambda: all(words in text_of(app) for words in prompts))
            assert app.focused is home_of(app).table
        finally:
            await other.close()


async def test_marks_are_counted_and_summed(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        await pilot.press("space", "space")
        await until(pilot, lambda: "2 marked  $6,300.00" in text_of(app))


async def test_a_void_asks_first_and_only_what_is_authorized(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_filled(pilot)
        await pilot.press("x")
        await until(pilot, lambda: "A void cannot be undone" in text_of(app))
        await pilot.press("y")
        await until(pilot, lambda: "T19 voided: $1,200.00." in text_of(app))
        await go_to(pilot, DANA)
        await pilot.press("x")
        await until(pilot, lambda: "txn-void-authorized" in text_of(app))


async def test_undo_asks_the_reason_and_says_what_cannot_be_undone(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_filled(pilot)
        await go_to(pilot, DANA)
        await pilot.press("u")
        await until(pilot, lambda: "It is not linked" in text_of(app))
        await go_to(pilot, 11)
        await pilot.press("u")
        await until(pilot, lambda: "Unlink T11" in text_of(app))
        await pilot.press(*"wrong")
        await pilot.press("enter")
        await until(pilot, lambda: "T11 is nobody's again" in text_of(app))


async def test_a_link_that_was_made_cannot_be_unmade(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_filled(pilot)
        await pilot.press("n", "enter")
        await until(pilot, lambda: panel_of(app).minted and app.screen is not home_of(app))
        await pilot.press("escape", "escape", "u")
        await until(pilot, lambda: "L6 cannot be unmade" in text_of(app))


async def test_a_read_only_desk_says_so_and_changes_nothing(desk: Path) -> None:
    app = desk_app(desk, readonly=True)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_filled(pilot)
        assert "READ-ONLY" in text_of(app)
        await pilot.press("n")
        await until(pilot, lambda: "nothing can be changed" in text_of(app))


async def test_a_missing_database_ends_with_a_sentence(tmp_path: Path) -> None:
    app = desk_app(tmp_path / "none.db")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.failure)
    assert app.failure is not None
    assert "There is no database at" in app.failure.message
    assert app.return_code == 1


async def test_a_tiny_terminal_says_what_it_takes(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(50, 12)) as pilot:
        await until(pilot, lambda: "at least 60 columns and 16 lines" in text_of(app).replace("\n", " "))
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "Dana Ruiz" in text_of(app))
        assert "at least 60" not in text_of(app)


async def test_the_panel_asked_for_before_its_fields_are_there_gets_the_focus_with_them(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(160, 48)) as pilot:
        await until(pilot, lambda: home_of(app).panel)
        panel = LinkPanel()
        await home_of(app).mount(panel)
        panel.start()
        assert not panel.has_focus_within
        accounts = await home_of(app).services.firm.accounts()  # type: ignore[union-attr]
        panel.build(accounts)
        await until(pilot, lambda: panel.has_focus_within)
