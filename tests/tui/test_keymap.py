"""Keymaps, themes, state and the resolver of styles, without a screen."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest
from textual.screen import Screen

from paylink_tui.domain.settings import Desk
from paylink_tui.tui import dialogs, screens, state
from paylink_tui.tui.commands import Command
from paylink_tui.tui.keymap import Bound, problems
from paylink_tui.tui.paths import state_file, style
from paylink_tui.tui.registry import desk_problems, dialog_commands, known
from paylink_tui.tui.theme import CONTRAST, DARK, LIGHT, OWN, next_theme, starting_theme

KNOWN = [Bound("home.link", "l"), Bound("home.why", "w"), Bound("desk.theme", "t")]


def test_an_unknown_id_is_told_with_the_nearest_one() -> None:
    assert problems({"home.lnk": "k"}, KNOWN) == [
        "[keymap] there is no command home.lnk; did you mean home.link?"
    ]


def test_a_clash_is_told_once_for_the_key() -> None:
    assert problems({"home.why": "l"}, KNOWN) == ["[keymap] the key l is given to home.link and home.why"]


def test_a_good_keymap_has_no_problem() -> None:
    assert problems({"home.why": "f9"}, KNOWN) == []


def test_ids_are_unique_and_default_keys_do_not_clash() -> None:
    ids = [one.id for one in known()]
    for prefix in ("home", "desk"):
        mine = [one for one in ids if one.startswith(prefix)]
        assert len(mine) == len(set(mine))
    keys = [key for one in known() if one.id.startswith(("home.", "desk.")) for key in one.keys.split(",")]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("package", [screens, dialogs])
def test_every_key_of_every_screen_and_dialog_can_be_remapped(package: ModuleType) -> None:
    ids = {one.id for one in known()}
    for module in iter_modules(package.__path__):
        for one in vars(import_module(f"{package.__name__}.{module.name}")).values():
            if isinstance(one, type) and issubclass(one, Screen):
                commands: tuple[Command, ...] = vars(one).get("ACTIONS", ())
                assert {command.id for command in commands if command.key != "tab"} <= ids, one


def test_what_can_be_done_in_dialogs_is_told_once() -> None:
    told = [(one.key, one.help) for one in dialog_commands()]
    assert len(told) == len(set(told))
    assert {"f1", "f2", "f3", "f4", "space"} <= {key for key, _ in told}


def test_a_theme_and_a_view_nobody_can_use_are_told_with_what_is_near() -> None:
    good = Desk("nord", {"home.why": "f9"}, {"Big": "amount:>2000"})
    assert desk_problems(good) == []
    bad = Desk("ledger-lite", {"home.lnk": "k"}, {"Odd": "statsu:completed"})
    assert desk_problems(bad) == [
        "[keymap] there is no command home.lnk; did you mean home.link?",
        "[desk] there is no theme ledger-lite; did you mean ledger-light?",
        "[views] Odd: filter term statsu:completed: there is no filter named statsu",
    ]


def test_a_commands_action_is_named_after_its_id() -> None:
    assert Command("home.new-link", "n", "New link", "Make one.").action == "new_link"
    assert Command("home.view-1", "1", "View", "Show one.", run="view(1)").action == "view(1)"


def test_state_is_kept_and_damage_is_forgotten() -> None:
    state.keep({"theme": LIGHT})
    state.keep({"account": "IOLTA"})
    assert state.load() == {"theme": LIGHT, "account": "IOLTA"}
    state_file().write_text("{")
    assert state.load() == {}


def test_the_starting_theme_is_the_kept_one_unless_it_cannot_be_read() -> None:
    available = [*OWN, "ansi-dark", "nord"]
    assert starting_theme(LIGHT, available, {}) == LIGHT
    assert starting_theme("gone", available, {}) == DARK
    assert starting_theme("ansi-dark", available, {"NO_COLOR": "1"}) == DARK
    assert starting_theme("", available, {"TEXTUAL_THEME": "nord"}) == "nord"


def test_our_themes_follow_each_other_round() -> None:
    assert [next_theme(one) for one in OWN] == [LIGHT, CONTRAST, DARK]
    assert next_theme("nord") == DARK


def test_every_style_sheet_is_found() -> None:
    assert all(style(name).exists() for name in ("theme", "app", "home", "sheets"))
