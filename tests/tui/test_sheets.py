"""Sheets over the home screen: help, QR code, share, the box of last resort, the palette, the link screen."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from paylink_tui.tui import state
from paylink_tui.tui.dialogs.share import ShareDialog
from paylink_tui.tui.screens.help import HelpScreen
from paylink_tui.tui.screens.new_link import NewLinkScreen
from paylink_tui.tui.screens.qr import QrScreen
from paylink_tui.tui.widgets.filter_bar import FilterBar, FilterInput
from tests.tui.conftest import SIZES
from tests.tui.test_home import desk_app, home_of, text_of, until, until_filled

OPENED = {"question_mark": HelpScreen, "Y": ShareDialog, "Q": QrScreen}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", OPENED, ids=["help", "share", "qr"])
def test_the_sheet_looks_right(snap_compare: Any, desk: Path, key: str, size: tuple[int, int]) -> None:
    async def open_sheet(pilot: Pilot[Any]) -> None:
        await until_filled(pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(pilot.app.screen, OPENED[key]))
        if key == "Y":
            await until(pilot, lambda: "https://" in str(pilot.app.screen.query_one("#text", Static).content))
        await pilot.pause(0.1)

    assert snap_compare(desk_app(desk), terminal_size=size, run_before=open_sheet)


async def test_a_dialog_tells_its_own_keys_although_a_field_has_the_focus(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        await pilot.press("r")
        await until(pilot, lambda: "f1 Keys" in text_of(app))
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await until(pilot, lambda: "Record the payment as shown." in text_of(app))
        assert "status:authorized" not in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: "Keys" in text_of(app) and not isinstance(app.screen, HelpScreen))


async def test_the_help_tells_the_keys_of_dialogs_and_what_a_list_is_searched_by(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(200, 120)) as pilot:
        await until_filled(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: "In a dialog: Trust entry" in text_of(app))
        assert "Check every rule over the books." in text_of(app)
        assert "status:authorized" in text_of(app)
        await pilot.press("escape", "A")
        await until(pilot, lambda: type(app.screen).__name__ == "ActivityScreen")
        await pilot.press("question_mark")
        await until(pilot, lambda: "since:2026-11-01" in text_of(app))
        assert "status:authorized" not in text_of(app)


def test_the_link_screen_looks_right(snap_compare: Any, desk: Path) -> None:
    async def open_screen(pilot: Pilot[Any]) -> None:
        await until_filled(pilot)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, NewLinkScreen))
        await until(pilot, lambda: "Card 2.95%" in text_of(pilot.app))

    assert snap_compare(desk_app(desk), terminal_size=(80, 24), run_before=open_screen)


def test_home_without_colour_is_readable(
    snap_compare: Any, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(desk_app(desk), terminal_size=(120, 40), run_before=until_filled)


@pytest.mark.parametrize("theme", ["ledger-light", "ledger-contrast"])
def test_home_in_our_other_themes(snap_compare: Any, desk: Path, theme: str) -> None:
    app = desk_app(desk)
    app.theme = theme
    assert snap_compare(app, terminal_size=(120, 40), run_before=until_filled)


async def test_without_a_clipboard_the_url_is_shown_to_be_selected(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "https://pay.hartwell.example/p/" in text_of(app))
        assert "No clipboard here" in text_of(app)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.home)


async def test_a_form_of_the_link_is_shown_before_it_is_copied(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        await pilot.press("Y")
        await until(pilot, lambda: isinstance(app.screen, ShareDialog))
        await pilot.press("down")
        await until(pilot, lambda: "[Pay Hartwell & Ng LLP" in text_of(app))


async def test_ansi_themes_are_refused_without_colour(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        app.theme = "ansi-dark"
        await until(pilot, lambda: app.theme == "ledger-dark")


async def test_the_theme_is_kept_for_the_next_day(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        await pilot.press("t")
        await until(pilot, lambda: app.theme == "ledger-light")
    assert desk_app(desk).theme == "ledger-light"


async def test_keys_and_views_come_from_the_config_file(desk: Path, tmp_path: Path) -> None:
    config = tmp_path / "config" / "paylink" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[keymap]\n"home.why" = "f9"\n"home.lnk" = "k"\n[views]\n"Big" = "amount:>2000"\n')
    assert tomllib.loads(config.read_text())["keymap"]["home.why"] == "f9"
    app = desk_app(desk)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_filled(pilot)
        await until(pilot, lambda: "there is no command home.lnk" in text_of(app))
        assert "f9 Why" in text_of(app)
        await pilot.press("7")
        await until(pilot, lambda: "1 Transactions: Big" in text_of(app))
        await pilot.press("f9")
        await until(pilot, lambda: "Why: T" in text_of(app))


async def test_a_settings_file_with_problems_is_told_and_its_good_parts_hold(
    desk: Path, tmp_path: Path
) -> None:
    config = tmp_path / "config" / "paylink" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(
        '[page]\nprot = 1\n[desk]\ntheme = "ledger-light"\n[keymap]\n"home.why" = "f9"\n"home.link" = 3\n'
    )
    state.keep({"theme": "nord"})
    app = desk_app(desk)
    assert app.theme == "ledger-light"
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_filled(pilot)
        await until(pilot, lambda: "page.prot: there is no such setting; did you mean port?" in text_of(app))
        assert "keymap.home.link: must be text in quotes, not 3" in text_of(app)
        assert "f9 Why" in text_of(app)
        assert "l Link" in text_of(app)


async def test_a_settings_file_that_is_no_toml_leaves_the_desk_usable(desk: Path, tmp_path: Path) -> None:
    config = tmp_path / "config" / "paylink" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[keymap\n")
    app = desk_app(desk)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_filled(pilot)
        await until(pilot, lambda: "it is not TOML" in text_of(app) and "line 1, column 8" in text_of(app))


async def test_the_palette_finds_commands_and_transactions(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_filled(pilot)
        await pilot.press("ctrl+p", *"okafor")
        await until(pilot, lambda: "T14  $640.50  T. Okafor" in text_of(app))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.screen is app.home)
        await pilot.press("ctrl+p", *"qr code", "enter")
        await until(pilot, lambda: isinstance(app.screen, QrScreen))


async def test_everything_is_done_by_mouse_too(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_filled(pilot)
        home = home_of(app)
        views = text_of(app).splitlines()[2].index("2 To link")
        await pilot.click(offset=(views + 3, 2))
        await until(pilot, lambda: home.query_one(FilterBar).count == "5 of 19")
        assert app.focused is home.table
        await pilot.click(FilterBar, offset=(60, 0))
        await until(pilot, lambda: isinstance(app.focused, FilterInput))
        head = text_of(app).splitlines()[0].index("Authorized")
        await pilot.click(offset=(head + 2, 0))
        await until(pilot, lambda: home.query_one(FilterBar).count == "3 of 19")
        foot = text_of(app).splitlines()[-1].index("? Help")
        await pilot.click(offset=(foot + 2, 39))
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_every_key_of_home_does_something_or_says_why_not(desk: Path) -> None:
    app = desk_app(desk)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_filled(pilot)
        await pilot.press("9")
        await until(pilot, lambda: "There is no saved view 9" in text_of(app))
        home = home_of(app)
        for command in home.ACTIONS:
            name = command.action.partition("(")[0]
            assert callable(getattr(home, f"action_{name}")), command.id
