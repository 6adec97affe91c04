"""Linking as a bookkeeper does it: the link dialog on a real desk."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.linking import LinkOutcome, Part
from paylink_tui.tui.dialogs.link_dialog import LinkDialog
from paylink_tui.tui.dialogs.link_many import LinkManyDialog
from paylink_tui.tui.widgets.allocation_table import AllocationTable
from tests.tui.conftest import SIZES
from tests.tui.desk import NOW
from tests.tui.stage import Stage, until, until_reads

ACME, OKAFOR, HOSTILE, DANA_TRUST, LEE_LINKABLE, MARLOW_AUTHORIZED = 13, 14, 15, 16, 17, 18


def stage(desk: Path, *ids: int) -> Stage:
    if len(ids) == 1:
        return Stage(desk, lambda services: LinkDialog(services, ids[0]))
    return Stage(desk, lambda services: LinkManyDialog(services, ids))


async def outcome(pilot: Pilot[Any]) -> LinkOutcome:
    app = pilot.app
    assert isinstance(app, Stage)
    await until(pilot, lambda: app.results)
    result = app.results[0]
    assert isinstance(result, LinkOutcome)
    return result


async def test_a_good_suggestion_is_linked_by_enter_alone(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "$2,400.00 pays 1 invoice", "1043", "reference names invoice 1043"[:20])
        await pilot.press("enter")
        done = await outcome(pilot)
        assert done.posted
        assert [(one.invoice_number, one.amount) for one in done.transaction.allocations] == [
            ("1043", 240000)
        ]


async def test_enter_pressed_before_the_preview_posts_once_it_is_shown(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LinkDialog))
        await pilot.press("enter")
        assert (await outcome(pilot)).posted


async def test_a_double_enter_is_one_command(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "pays 1 invoice")
        await pilot.press("enter", "enter", "enter")
        assert (await outcome(pilot)).posted
        timeline = await app.services.transactions.timeline(ACME)
        assert sum("link" in event.what.lower() for event in timeline) == 1


async def test_typing_finds_a_client_then_its_matters_and_misspelled_ones(desk: Path) -> None:
    app = stage(desk, OKAFOR)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Okafor Estate")
        await pilot.press(*"acme")
        await until_reads(pilot, "C-101, client level", "2026-0042")
        text = app.text
        assert text.index("client level") < text.index("2026-0042")
        await pilot.press("down")
        await until_reads(pilot, "in Acme Holdings · 2026-0042’s")
        app.screen.query_one("#search", Input).value = "brihgt harbr"
        await until_reads(pilot, "Bright Harbor Shipping")


async def test_enter_never_posts_what_was_chosen_for_other_words(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "pays 1 invoice")
        await pilot.press(*"zzzz", "enter")
        await until_reads(pilot, "No client and no matter is called so")
        await pilot.press("enter")
        await until_reads(pilot, "Choose a client or a matter")
        assert not app.results
        assert not (await app.services.transactions.get(ACME)).linked


async def test_unticked_nothing_is_applied(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "pays 1 invoice", "[x] Apply")
        await pilot.press("f2")
        await until_reads(pilot, "[ ] Apply", "All of it, $2,400.00, stays in OPERATING")
        await pilot.press("enter")
        done = await outcome(pilot)
        assert done.transaction.unapplied == 240000


async def test_trust_money_is_never_applied_and_the_reason_is_shown(desk: Path) -> None:
    app = stage(desk, DANA_TRUST)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Dana Ruiz", "TRUST", "[-] Apply", "Locked: trust money pays")
        await pilot.press("f2")
        await until_reads(pilot, "[-] Apply", "stays in TRUST in Dana Ruiz’s name")
        await pilot.press("enter")
        assert (await outcome(pilot)).transaction.unapplied == 150000


async def test_an_authorized_payment_keeps_the_choice_for_later(desk: Path) -> None:
    app = stage(desk, MARLOW_AUTHORIZED)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "this will post by itself when it completes", "1046")
        await pilot.press("enter")
        done = await outcome(pilot)
        assert done.intent
        assert not done.posted
        assert done.transaction.intent_client_name == "Marlow & Finch Partners"


async def test_a_choice_kept_for_later_is_shown_and_can_be_changed(desk: Path) -> None:
    other = await open_services(str(desk), clock=FixedClock(NOW), actor="joe")
    try:
        await other.linking.link(MARLOW_AUTHORIZED, [Part("C-102")])
    finally:
        await other.close()
    app = stage(desk, MARLOW_AUTHORIZED)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Chosen so far: Dana Ruiz", "will post by itself")
        await pilot.press("enter")
        assert (await outcome(pilot)).transaction.intent_client_name == "Marlow & Finch Partners"


async def test_amounts_can_be_typed_over_and_are_checked_inline(desk: Path) -> None:
    await settle(desk)
    app = stage(desk, MARLOW_AUTHORIZED)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "1046", "1047", "$400.00 stays in OPERATING")
        app.screen.query_one(AllocationTable).focus()
        await pilot.press(*"99999", "enter")
        await until_reads(pilot, "apply-over", "$99,999.00 cannot be applied")
        await pilot.press(*"1.2.3", "enter")
        await until_reads(pilot, "is not an amount")
        await pilot.press(*["backspace"] * 5, *"500", "enter")
        await until_reads(pilot, "$3,250.00 pays 2 invoices", "$1,850.00 stays in OPERATING")
        await pilot.press("enter")
        done = await outcome(pilot)
        assert {one.invoice_number: one.amount for one in done.transaction.allocations} == {
            "1046": 50000,
            "1047": 275000,
        }


async def test_r_on_the_table_is_oldest_first_again(desk: Path) -> None:
    app = stage(desk, MARLOW_AUTHORIZED)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "$400.00 stays in OPERATING")
        app.screen.query_one(AllocationTable).focus()
        await pilot.press("5", "down")
        await until_reads(pilot, "$5.00")
        await pilot.press("r")
        await until_reads(pilot, "$400.00 stays in OPERATING")


async def test_what_changed_meanwhile_is_shown_and_nothing_is_posted(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "$2,400.00 pays 1 invoice")
        await record_elsewhere(desk)
        await pilot.press("enter")
        await until_reads(pilot, "link-race", "1043 owes $1,900.00 now", "$500.00 stays in OPERATING")
        assert not (await app.services.transactions.get(ACME)).linked
        await pilot.press("enter")
        assert (await outcome(pilot)).transaction.applied == 190000


async def test_the_second_of_two_bookkeepers_is_told_who_was_first(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "$2,400.00 pays 1 invoice")
        other = await open_services(str(desk), clock=FixedClock(NOW), actor="joe")
        try:
            await other.linking.link(ACME, [Part("C-102")])
        finally:
            await other.close()
        await pilot.press("enter")
        await until_reads(pilot, "link-race", "joe")
        assert (await app.services.transactions.get(ACME)).parts[0].client_name == "Dana Ruiz"


async def test_a_linked_payment_says_so_at_once(desk: Path) -> None:
    app = stage(desk, 11)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "link-race", "It is linked to Dana Ruiz by mia")
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])


async def test_escape_in_the_middle_of_a_posting_does_not_hide_what_became_of_it(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "pays 1 invoice")
        other = sqlite3.connect(desk, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("enter", "escape")
        other.execute("ROLLBACK")
        other.close()
        assert (await outcome(pilot)).posted


async def test_a_failure_keeps_the_draft_and_enter_tries_again(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "pays 1 invoice")
        await pilot.press("f2")
        await until_reads(pilot, "All of it, $2,400.00")
        other = sqlite3.connect(desk, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("enter")
        await until(pilot, lambda: "✗" in app.text, seconds=30)
        assert "[ ] Apply" in app.text
        assert not app.results
        other.execute("ROLLBACK")
        other.close()
        await pilot.press("enter")
        assert (await outcome(pilot)).transaction.unapplied == 240000


async def test_escape_leaves_and_posts_nothing(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "pays 1 invoice")
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])
        assert not (await app.services.transactions.get(ACME)).linked


async def test_everything_by_mouse(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "pays 1 invoice")
        await pilot.click("Tick", offset=(1, 0))
        await until_reads(pilot, "[ ] Apply")
        await pilot.click("FooterLine", offset=(4, 0))
        assert (await outcome(pilot)).transaction.unapplied == 240000


HOSTILE_NAMES = [
    pytest.param("[/foo] Ltd", "[/foo] Ltd", id="markup"),
    pytest.param("[@click=app.quit]x[/]", "[@click=app.quit]x[/]", id="action"),
    pytest.param("a\x1b[2Jb\x1b]52;c;x\x07", "a\N{REPLACEMENT CHARACTER}[2Jb", id="escape"),
    pytest.param("abc\u202egnp.exe", "abcgnp.exe", id="bidi"),
    pytest.param("W" * 10_000, "W" * 59 + "\N{HORIZONTAL ELLIPSIS}", id="long"),
]


@pytest.mark.parametrize(("name", "shown"), HOSTILE_NAMES)
async def test_a_hostile_name_is_only_data(desk: Path, name: str, shown: str) -> None:
    await rename(desk, name)
    app = stage(desk, HOSTILE)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, shown)
        app.notify(f"T{HOSTILE} from {name} is linked")
        await until_reads(pilot, "is linked" if len(name) < 100 else "WWWW")
        assert "\x1b" not in app.text
        assert "\u202e" not in app.text
        await pilot.press(*"foo")
        await until_reads(pilot, "C-108, client level")
        await pilot.press("enter")
        assert (await outcome(pilot)).posted


async def settle(desk: Path) -> None:
    services = await open_services(str(desk), clock=FixedClock(NOW), actor="bank")
    try:
        await services.sandbox.settle()
    finally:
        await services.close()


async def record_elsewhere(desk: Path) -> None:
    from paylink_tui.services.recording import NewRecord

    services = await open_services(str(desk), clock=FixedClock(NOW), actor="joe")
    try:
        await services.recording.record(NewRecord("C-101", "cash", 50000))
    finally:
        await services.close()


async def rename(desk: Path, name: str) -> None:
    """A payer who calls himself so: a payment made through the sandbox cannot be renamed later."""
    with sqlite3.connect(desk) as raw:
        triggers = raw.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'payment'"
        ).fetchall()
        for trigger, _ in triggers:
            raw.execute(f'DROP TRIGGER "{trigger}"')
        raw.execute("UPDATE payment SET payer_name = ? WHERE id = ?", (name, HOSTILE))
        for _, sql in triggers:
            raw.execute(sql)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("which", "words"),
    [
        pytest.param(ACME, "pays 1 invoice", id="operating"),
        pytest.param(DANA_TRUST, "stays in TRUST", id="trust"),
        pytest.param(MARLOW_AUTHORIZED, "will post by itself", id="authorized"),
    ],
)
def test_picture(desk: Path, snap_compare: Any, size: tuple[int, int], which: int, words: str) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, words)

    assert snap_compare(stage(desk, which), terminal_size=size, run_before=ready)
