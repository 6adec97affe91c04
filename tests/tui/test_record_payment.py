"""Record Payment as a bookkeeper does it, and the small dialogs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.recording import NewRecord, RecordOutcome
from paylink_tui.tui.dialogs.confirm import ConfirmDialog
from paylink_tui.tui.dialogs.create_new import CreateNewMenu
from paylink_tui.tui.dialogs.reason import ReasonDialog
from paylink_tui.tui.dialogs.record_payment import RecordPaymentDialog
from paylink_tui.tui.dialogs.why import WhyDialog
from paylink_tui.tui.widgets.allocation_table import AllocationTable
from paylink_tui.tui.widgets.choice_row import ChoiceRow
from tests.tui.conftest import SIZES
from tests.tui.desk import NOW
from tests.tui.stage import Stage, until, until_reads

WAITING = ["T17 Lee Ng [/foo] $275.00", "T18 \x1b[31mred\u202e", "Total $5,400.00"]


def recording(desk: Path, client: str | None = None, invoice: str | None = None) -> Stage:
    return Stage(desk, lambda services: RecordPaymentDialog(services, client, invoice))


async def outcome(pilot: Pilot[Any]) -> RecordOutcome:
    app = pilot.app
    assert isinstance(app, Stage)
    await until(pilot, lambda: app.results)
    result = app.results[0]
    assert isinstance(result, RecordOutcome)
    return result


async def test_trust_pays_an_invoice_by_enter_alone(desk: Path) -> None:
    app = recording(desk, client="C-102")
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "● trust", "trust $2,500.00", "Trust holds $2,500.00 now, $1,750.00 after")
        await pilot.press("enter", "enter")
        done = await outcome(pilot)
        assert [(line.invoice.number, line.amount) for line in done.plan.taken] == [("1044", 75000)]
        card = await app.services.directory.card("C-102")
        assert card.client.trust == 175000


async def test_enter_right_after_the_amount_records_what_is_then_shown(desk: Path) -> None:
    app = recording(desk, client="C-101")
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "● cheque", "1043")
        await pilot.press(*"12.34", "enter")
        assert (await outcome(pilot)).plan.applied == 1234


async def test_never_more_than_the_source_holds(desk: Path) -> None:
    app = recording(desk, client="C-102")
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Trust holds")
        app.screen.query_one("#amount", Input).value = "99999"
        await until_reads(pilot, "record-from-trust", "less than $99,999.00")
        await pilot.press("enter")
        assert not app.results
        assert app.screen.query_one("#amount", Input).value == "99999"


async def test_cash_with_date_reference_and_payee(desk: Path) -> None:
    app = recording(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Record payment", "Acme Holdings")
        await pilot.press(*"acme")
        await until_reads(pilot, "For", "1043", "● cheque")
        await pilot.press("enter")
        assert app.focused is not None
        assert app.focused.id == "amount"
        await pilot.press(*"100.50", "tab")
        await until_reads(pilot, "$100.50 pays 1 invoice")
        app.screen.query_one("#received", Input).value = "yesterday"
        await until_reads(pilot, "must be written like 2026-11-22")
        app.screen.query_one("#received", Input).value = "2026-11-20"
        app.screen.query_one("#reference", Input).value = "[/foo] 17"
        app.screen.query_one("#payee", Input).value = "Acme"
        await until_reads(pilot, "$100.50 pays 1 invoice")
        await pilot.press("enter")
        done = await outcome(pilot)
        assert (done.source, done.plan.applied) == ("cheque", 10050)
        paid = await app.services.directory.allocations_of("1043")
        assert (paid[-1].paid_on.isoformat(), paid[-1].who) == ("2026-11-20", "Acme")


async def test_marked_invoices_are_paid_and_no_others(desk: Path) -> None:
    app = recording(desk, invoice="1047")
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "[x]", "2750.00", "$2,750.00 pays 1 invoice")
        app.screen.query_one(AllocationTable).focus()
        await pilot.press("space")
        await until_reads(pilot, "4700.00", "$4,700.00 pays 2 invoices")
        await pilot.press("down", "space")
        await until_reads(pilot, "1950.00", "$1,950.00 pays 1 invoice")
        await pilot.press("enter")
        assert [line.invoice.number for line in (await outcome(pilot)).plan.taken] == ["1046"]


async def test_what_is_over_stays_as_credit_and_pays_later(desk: Path) -> None:
    app = recording(desk, client="C-101")
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "● cheque", "1043")
        app.screen.query_one("#amount", Input).value = "2500"
        await until_reads(pilot, "$100.00 stays as unapplied credit")
        await pilot.press("enter")
        assert (await outcome(pilot)).plan.remainder == 10000
        assert await app.services.recording.available("C-101", None, "credit") == 10000


async def test_what_changed_meanwhile_is_not_recorded(desk: Path) -> None:
    app = recording(desk, client="C-102")
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Trust holds $2,500.00 now")
        other = await open_services(str(desk), clock=FixedClock(NOW), actor="joe")
        try:
            await other.recording.record(NewRecord("C-102", "trust", 10000))
        finally:
            await other.close()
        await pilot.press("enter")
        await until_reads(pilot, "✗")
        assert not app.results


async def test_sources_are_chosen_by_key_and_by_mouse(desk: Path) -> None:
    app = recording(desk, client="C-102")
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "● trust")
        await pilot.press("f2")
        await until_reads(pilot, "● cash", "Received")
        await pilot.click("ChoiceRow", offset=(2, 0))
        await until_reads(pilot, "● credit")
        app.screen.query_one(ChoiceRow).focus()
        await pilot.press("left")
        await until_reads(pilot, "● other")


async def test_a_click_marks_an_invoice(desk: Path) -> None:
    app = recording(desk, client="C-104")
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "1046", "1047", "Space marks")
        await pilot.click("AllocationTable", offset=(5, 2))
        await until_reads(pilot, "2750.00", "$2,750.00 pays 1 invoice")


async def test_escape_records_nothing(desk: Path) -> None:
    app = recording(desk, client="C-102")
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Trust holds")
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])


@pytest.mark.parametrize(("keys", "answer"), [("y", True), ("enter", True), ("n", False), ("escape", False)])
async def test_a_confirmation(desk: Path, keys: str, answer: bool) -> None:
    app = Stage(desk, lambda services: ConfirmDialog("Void [/x]?", WAITING, "Void them"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Void [/x]?", "T17 Lee Ng [/foo] $275.00", "Void them")
        assert "\x1b" not in app.text
        await pilot.press(keys)
        await until(pilot, lambda: app.results == [answer])


async def test_a_long_confirmation_counts_what_does_not_fit(desk: Path) -> None:
    app = Stage(desk, lambda services: ConfirmDialog("Void?", [f"T{n}" for n in range(500)], "Void"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "T9", "... and 490 more", "Cancel")


async def test_a_reason_is_asked_until_there_is_one(desk: Path) -> None:
    app = Stage(desk, lambda services: ReasonDialog("Undo R3", ["$450.00 goes back"]))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "$450.00 goes back")
        await pilot.press("space", "enter")
        await until_reads(pilot, "A reason is needed")
        await pilot.press(*"typo", "enter")
        await until(pilot, lambda: app.results == ["typo"])


@pytest.mark.parametrize(
    ("keys", "made"), [(["l"], "link"), (["r"], "record"), (["down", "enter"], "record"), (["escape"], None)]
)
async def test_create_new(desk: Path, keys: list[str], made: str | None) -> None:
    app = Stage(desk, lambda services: CreateNewMenu())
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Payment link", "Record payment")
        await pilot.press(*keys)
        await until(pilot, lambda: app.results == [made])


async def test_why_names_the_rules_and_the_ledger(desk: Path) -> None:
    app = Stage(desk, lambda services: WhyDialog(services, 16))
    async with app.run_test(size=(120, 40)) as pilot:
        await until_reads(
            pilot, "unidentified, in IOLTA 4411", "✓ Link", "apply-default", "txn-void-authorized"
        )
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("source", ["trust", "cheque"])
def test_picture(desk: Path, snap_compare: Any, size: tuple[int, int], source: str) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "Trust holds" if source == "trust" else "pays 1 invoice")

    app = recording(desk, client="C-102") if source == "trust" else recording(desk, invoice="1047")
    assert snap_compare(app, terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("which", ["confirm", "reason", "create", "why"])
def test_picture_of_a_small_dialog(desk: Path, snap_compare: Any, size: tuple[int, int], which: str) -> None:
    words = {"confirm": "Void them", "reason": "goes back", "create": "Payment link", "why": "link-race"}

    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, words[which])

    app = {
        "confirm": Stage(desk, lambda services: ConfirmDialog("Void 2 transactions?", WAITING, "Void them")),
        "reason": Stage(desk, lambda services: ReasonDialog("Undo R3", ["$450.00 goes back"])),
        "create": Stage(desk, lambda services: CreateNewMenu()),
        "why": Stage(desk, lambda services: WhyDialog(services, 11)),
    }[which]
    assert snap_compare(app, terminal_size=size, run_before=ready)
