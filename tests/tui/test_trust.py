"""Trust as a bookkeeper keeps it: what clients hold, the bank's lines, entries by hand, months."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.linking import Part
from paylink_tui.tui.screens.trust_clients import TrustClientsScreen
from paylink_tui.tui.screens.trust_entries import EntriesScreen
from paylink_tui.tui.screens.trust_lines import BankLinesScreen
from paylink_tui.tui.screens.trust_months import MonthsScreen
from paylink_tui.tui.screens.trust_outstanding import OutstandingScreen
from paylink_tui.tui.widgets.header_line import HeaderLine
from tests.tui.conftest import SIZES
from tests.tui.desk import NOW
from tests.tui.stage import Stage, until, until_reads

IOLTA = "IOLTA 4411"
STATEMENT = (
    "Date,Description,Amount,Balance\n"
    "2026-10-06,SANDBOX DEPOSIT,2500.00,2500.00\n"
    "2026-10-27,DEPOSIT,5000.00,7500.00\n"
    "2026-10-30,SANDBOX DEPOSIT 1,1000.00,8500.00\n"
    "2026-11-17,[@click=app.quit]COUNTER[/],3250.00,11750.00\n"
)


async def as_somebody(desk: Path, who: str = "mia") -> Services:
    return await open_services(str(desk), clock=FixedClock(NOW), actor=who)


async def with_statement(desk: Path, *, matched: bool = False) -> None:
    services = await as_somebody(desk)
    try:
        await services.trust.import_statement(IOLTA, "october.csv", STATEMENT.encode())
        if matched:
            await services.trust.accept([one for one in await services.trust.solve(IOLTA) if one.items])
    finally:
        await services.close()


async def test_each_ledger_tells_what_may_be_spent_and_enter_shows_the_card(desk: Path) -> None:
    app = Stage(desk, TrustClientsScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "○ Book and clients agree", "Book $11,750.00", "Clients $11,750.00")
        await until_reads(pilot, "Bright Harbor", "$5,000.00", "Okafor Estate", "3 ledgers")
        await pilot.press("enter")
        await until_reads(pilot, "T5  echeck  safe to spend")
        await pilot.press("escape", "slash", *"dana")
        await until_reads(pilot, "1 ledger found", "Dana Ruiz")


async def test_what_is_not_safe_yet_says_when_it_is(desk: Path) -> None:
    services = await as_somebody(desk)
    try:
        harbor = next(one for one in await services.transactions.list("Harbor Agents"))
        await services.linking.link(harbor.name, [Part("C-107", "2026-0075")])
    finally:
        await services.close()
    app = Stage(desk, TrustClientsScreen)
    async with app.run_test(size=(160, 48)) as pilot:
        await until_reads(pilot, "2026-0075", "$1,750.00")
        position = await app.services.trust.position("C-107", "2026-0075")
        assert position.ledger == 175000
        await pilot.press("down")
        await until_reads(pilot, "T12  echeck", "returns until")


async def test_money_paid_out_by_hand_is_previewed_and_posted(desk: Path) -> None:
    app = Stage(desk, TrustClientsScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "Bright Harbor", "3 ledgers")
        await pilot.press("d")
        await until_reads(pilot, "Trust disbursement", "Bright Harbor Shipping")
        await until(pilot, lambda: app.screen.query_one("#amount", Input).has_focus)
        await pilot.press(*"6000", "enter")
        await until_reads(pilot, "Type the cheque’s number and the payee and the purpose.")
        await pilot.press("tab", "tab", "tab", *"104", "tab", *"Harbor Court", "tab", *"Filing fee")
        await until_reads(pilot, "trust-never-negative")
        app.screen.query_one("#amount", Input).focus()
        await pilot.press("ctrl+u", *"600")
        await until_reads(pilot, "Bright Harbor Shipping  $5,000.00 → $4,400.00")
        await pilot.press("enter")
        await until_reads(pilot, "E1 posted: disbursement of $600.00")
        await until_reads(pilot, "$4,400.00", "Book $11,150.00")
        entry = await app.services.trust.entry("E1")
        assert (entry.number, entry.payee, entry.purpose) == ("104", "Harbor Court", "Filing fee")


async def test_money_is_received_for_whom_is_typed(desk: Path) -> None:
    app = Stage(desk, TrustClientsScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "3 ledgers")
        await pilot.press("n")
        await until_reads(pilot, "Trust receipt", "● receipt")
        await until(pilot, lambda: app.screen.query_one("#search", Input).has_focus)
        await pilot.press(*"lee")
        await until_reads(pilot, "For      Lee Ng")
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one("#amount", Input).has_focus)
        await pilot.press(*"500", "f3")
        await until_reads(pilot, "● wire", "Lee Ng  $0.00 → $500.00")
        await pilot.press("enter")
        await until_reads(pilot, "E1 posted")
        await until_reads(pilot, "Lee Ng", "4 ledgers")


async def test_only_keys_that_the_kind_of_entry_needs_are_offered(desk: Path) -> None:
    app = Stage(desk, TrustClientsScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "3 ledgers")
        await pilot.press("m")
        await until_reads(pilot, "Trust move", "Matter number", "Kind")
        assert "Method" not in app.text
        assert "f4 Account" not in app.text
        await pilot.press("f3")
        await pilot.press("f2", "f2", "f2")
        await until_reads(pilot, "Trust receipt", "f3 Method", "● cheque")


async def test_a_large_disbursement_waits_for_another_person(desk: Path) -> None:
    services = await as_somebody(desk)
    try:
        await services.roles.set("ann", "approver")
    finally:
        await services.close()
    app = Stage(desk, TrustClientsScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "3 ledgers")
        await pilot.press("d")
        await until(pilot, lambda: app.screen.query_one("#amount", Input).has_focus)
        await pilot.press(*"3000", "tab", "tab", "right", "tab", "tab", *"Harbor Court", "tab", *"Bond")
        await until_reads(pilot, "Another person has to approve it")
        await pilot.press("enter")
        await until_reads(pilot, "waits for another person")
        await pilot.press("4")
        await until_reads(pilot, "‖ To approve")
        await pilot.press("a")
        await until_reads(pilot, "Approve E1")
        await pilot.press("y")
        await until_reads(pilot, "role-approver")
    other = Stage(desk, EntriesScreen, actor="ann")
    async with other.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "‖ To approve")
        await pilot.press("a")
        await until_reads(pilot, "Approve E1", "Asked by mia")
        await pilot.press("y")
        await until_reads(pilot, "✓ Posted", "Book $8,750.00")
        await pilot.press("u")
        await until_reads(pilot, "Undo E1")
        await pilot.press(*"not needed", "enter")
        await until_reads(pilot, "↩ Undone", "Book $11,750.00")


async def test_a_statement_is_imported_after_saying_what_is_in_it(desk: Path, tmp_path: Path) -> None:
    file = tmp_path / "october.csv"
    file.write_text(STATEMENT)
    app = Stage(desk, BankLinesScreen)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_reads(pilot, "The bank has told nothing yet", "Book $11,750.00")
        await pilot.press("f")
        await until_reads(pilot, "Import a bank statement")
        app.screen.query_one("#path", Input).value = str(file)
        await pilot.press("enter")
        await until_reads(
            pilot, "4 new lines, 0 known already", "The bank’s balance on 2026-11-17: $11,750.00"
        )
        await pilot.press("y")
        await until_reads(pilot, "✗ OUT OF BALANCE", "◆ Likely  T3", "[@click=app.quit]COUNTER[/]")
        await pilot.press("A")
        await until_reads(pilot, "✓ Matched", "✓ In balance", "Bank $11,750.00")


async def test_a_file_that_cannot_be_read_is_said(desk: Path, tmp_path: Path) -> None:
    app = Stage(desk, BankLinesScreen)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_reads(pilot, "The bank has told nothing yet", "Book $11,750.00")
        await pilot.press("f")
        await until_reads(pilot, "Import a bank statement")
        app.screen.query_one("#path", Input).value = str(tmp_path / "missing.csv")
        await pilot.press("enter")
        await until_reads(pilot, "missing.csv cannot be read")


async def test_a_line_is_matched_by_marking_postings_until_they_add_up(desk: Path) -> None:
    await with_statement(desk)
    app = Stage(desk, BankLinesScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "COUNTER", "4 lines")
        await pilot.press("m")
        await until_reads(
            pilot,
            "Match a bank line",
            "Marked 0: $0.00 of $3,250.00",
            "T16 deposit",
            "T12 deposit",
        )
        await pilot.press("enter")
        await until_reads(pilot, "Mark the postings")
        await pilot.press("space")
        await until_reads(pilot, "Marked 1:", "left")
        await pilot.press("enter")
        await until_reads(pilot, "is not explained yet")
        await pilot.press("space")
        await until_reads(pilot, "Marked 2: $3,250.00 of $3,250.00", "✓ adds up")
        await pilot.press("enter")
        await until_reads(pilot, "✓ Matched  2")
        await pilot.press("enter")
        await until_reads(pilot, "2026-11-17", "T16 deposit", "T12 deposit")
        await pilot.press("escape", "x")
        await until(pilot, lambda: "✓ Matched" not in app.text)


async def test_outstanding_items_tell_their_age(desk: Path) -> None:
    await with_statement(desk)
    app = Stage(desk, OutstandingScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "T3 deposit", "47 days", "$2,500.00", "5 items")
        await pilot.press("enter")
        await until_reads(pilot, "T3 deposit", "The book has it, the bank not yet.")
        assert "settle" not in app.text


async def test_a_month_is_reconciled_then_closed(desk: Path) -> None:
    await with_statement(desk, matched=True)
    app = Stage(desk, MonthsScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "2026-10", "○ Open", "✓ In balance")
        await pilot.press("down", "c")
        await until_reads(pilot, "Close 2026-10", "take no posting")
        await pilot.press("enter")
        await until_reads(pilot, "is not reconciled for 2026-10")
        await pilot.press("escape", "r")
        await until_reads(pilot, "✓ The three numbers agree", "Bank $8,500.00")
        await pilot.press("enter")
        await until_reads(pilot, "◆ Reconciled")
        await pilot.press("c")
        await until_reads(pilot, "Close 2026-10")
        await pilot.press("enter")
        await until_reads(pilot, "✓ Closed")
        await pilot.press("c")
        await until_reads(pilot, "2026-10 is closed already.")
        assert [one.month for one in await app.services.trust.months() if one.closed] == ["2026-10"]


async def test_the_pack_of_a_month_is_written(desk: Path, tmp_path: Path) -> None:
    app = Stage(desk, MonthsScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "2026-11", "Book $11,750.00")
        await pilot.press("down", "p")
        await until_reads(pilot, "Write the monthly pack")
        app.screen.query_one("#path", Input).value = str(tmp_path / "pack")
        await pilot.press("enter")
        await until_reads(pilot, "files written to")
        assert any(file.suffix == ".pdf" for file in (tmp_path / "pack").iterdir())


async def test_what_is_short_is_restored_with_one_key_and_enter(desk: Path) -> None:
    services = await as_somebody(desk)
    try:
        from paylink_tui.domain.trust import EntryKind, NewEntry

        await services.trust.enter(NewEntry(EntryKind.SHORTAGE, IOLTA, 1200, purpose="Bank fee"))
    finally:
        await services.close()
    app = Stage(desk, TrustClientsScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "✗ OUT OF BALANCE", "$12.00 is short: press S to restore", "Trust OUT")
        await pilot.press("S")
        await until_reads(pilot, "Trust restore", "Short in trust  $12.00 → $0.00", "comes from operating")
        await pilot.press("enter")
        await until_reads(pilot, "E2 posted: restore of $12.00")
        await until_reads(pilot, "○ Book and clients agree")


async def test_views_are_changed_by_digit_and_by_mouse_and_escape_goes_home(desk: Path) -> None:
    app = Stage(desk, TrustClientsScreen)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "3 ledgers")
        for digit, words in (
            ("3", "5 items"),
            ("5", "2 months"),
            ("4", "Nothing was moved"),
            ("2", "told nothing yet"),
        ):
            await pilot.press(digit)
            await until_reads(pilot, words)
        await pilot.click("TrustViews", offset=(6, 0))
        await until_reads(pilot, "3 ledgers")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, TrustClientsScreen))


async def test_news_from_elsewhere_leaves_the_cursor_on_its_row(desk: Path) -> None:
    app = Stage(desk, TrustClientsScreen)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_reads(pilot, "3 ledgers", "live")
        screen = app.screen
        assert isinstance(screen, TrustClientsScreen)
        await pilot.press("down")
        await until(pilot, lambda: screen.list.row and screen.list.row.client_name == "Dana Ruiz")
        from paylink_tui.domain.trust import EntryKind, NewEntry

        services = await as_somebody(desk, "joe")
        try:
            new = NewEntry(EntryKind.RECEIPT, IOLTA, 70000, client="C-101", method="wire")
            await services.trust.enter(new)
        finally:
            await services.close()
        await until_reads(pilot, "Acme Holdings", "4 ledgers", "Book $12,450.00")
        assert screen.list.row is not None
        assert screen.list.row.client_name == "Dana Ruiz"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(TrustClientsScreen, ("Okafor", "OUT OF BALANCE"), id="clients"),
        pytest.param(BankLinesScreen, ("Likely", "OUT OF BALANCE"), id="lines"),
        pytest.param(OutstandingScreen, ("47 days", "OUT OF BALANCE"), id="outstanding"),
        pytest.param(MonthsScreen, ("2026-10", "OUT OF BALANCE"), id="months"),
    ],
)
def test_picture(
    desk: Path, snap_compare: Any, size: tuple[int, int], make: Any, words: tuple[str, ...]
) -> None:
    asyncio.run(with_statement(desk))

    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, *words)
        await until(pilot, lambda: pilot.app.screen.query_one(HeaderLine).live)
        behind = pilot.app.screen.query_one("#behind-text", Static)
        await until(pilot, lambda: not pilot.app.screen.has_class("-wide") or str(behind.content))

    assert snap_compare(Stage(desk, make), terminal_size=size, run_before=ready)
