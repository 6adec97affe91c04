"""Refunding as a bookkeeper does it: the dialog, the second person, the marked rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from paylink_tui.domain.cascade import Beside
from paylink_tui.domain.refunds import RefundState, RefundView
from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.linking import Part
from paylink_tui.tui.app import PayLinkApp
from paylink_tui.tui.dialogs.cascade_lines import beside_lines
from paylink_tui.tui.dialogs.refund_dialog import RefundDialog
from paylink_tui.tui.dialogs.refund_many import RefundManyDialog
from paylink_tui.tui.screens.refunds import RefundsScreen
from tests.tui.conftest import SIZES
from tests.tui.desk import NOW
from tests.tui.stage import Stage, until, until_reads
from tests.tui.test_home import text_of
from tests.tui.test_home import until as until_home

SOFIA, DANA, HARBOR, ACME, HOSTILE, AUTHORIZED, DANA_TRUST = 9, 11, 5, 13, 15, 18, 3


def stage(desk: Path, *ids: int) -> Stage:
    if len(ids) == 1:
        return Stage(desk, lambda services: RefundDialog(services, ids[0]))
    return Stage(desk, lambda services: RefundManyDialog(services, ids))


async def made(pilot: Pilot[Any]) -> RefundView:
    app = pilot.app
    assert isinstance(app, Stage)
    await until(pilot, lambda: app.results)
    assert isinstance(app.results[0], RefundView)
    return app.results[0]


async def as_somebody(desk: Path, who: str) -> Services:
    return await open_services(str(desk), clock=FixedClock(NOW), actor=who)


async def with_an_approver(desk: Path, ask: tuple[int, int] | None = None) -> None:
    """Ann approves from now on; `ask` is a transaction and the minor units Mia wants to give back."""
    services = await as_somebody(desk, "mia")
    try:
        await services.roles.set("ann", "approver")
        if ask is not None:
            await services.refunds.request(ask[0], ask[1], reason="paid twice")
    finally:
        await services.close()


async def test_all_of_it_goes_back_and_its_invoice_is_owed_again(desk: Path) -> None:
    app = stage(desk, DANA)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(
            pilot, "✓ Dana Ruiz", "Invoice 1044  paid $750.00 → $0.00", "owes $750.00 → $1,500.00"
        )
        await until_reads(pilot, "The fee of $22.43 is not returned")
        await pilot.press("enter")
        await until_reads(pilot, "A reason is needed")
        await pilot.press(*"paid twice", "enter")
        one = await made(pilot)
        assert (one.state, one.amount, one.reason) == (RefundState.DONE, 75000, "paid twice")
        assert (await app.services.directory.invoice("1044")).invoice.balance == 150000


async def test_a_part_is_typed_and_only_so_much_is_undone(desk: Path) -> None:
    app = stage(desk, DANA)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "paid $750.00 → $0.00")
        await pilot.press("f2", "f2")
        await until(pilot, lambda: app.screen.query_one("#amount", Input).has_focus)
        await pilot.press("ctrl+u", *"250")
        await until_reads(pilot, "paid $750.00 → $500.00", "● typed")
        await pilot.press("tab", "tab", *"too much", "enter")
        assert (await made(pilot)).amount == 25000
        assert (await app.services.transactions.get(DANA)).applied == 50000


async def test_an_overpayment_goes_back_without_undoing_anything(desk: Path) -> None:
    services = await as_somebody(desk, "mia")
    try:
        await services.linking.link(ACME, [Part("C-102")])
    finally:
        await services.close()
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "! Dana Ruiz", "not alike", "Invoice 1044")
        await pilot.press("f2")
        await until_reads(pilot, "No invoice is un-paid", "● overpayment", "gives $1,650.00")
        await pilot.press(*"overpaid", "enter")
        assert (await made(pilot)).amount == 165000


async def test_where_there_is_no_overpayment_the_key_says_so(desk: Path) -> None:
    app = stage(desk, DANA)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "paid $750.00 → $0.00")
        await pilot.press("f2")
        await until_reads(pilot, "There is no overpayment")


async def test_one_part_of_a_split_payment_goes_back(desk: Path) -> None:
    services = await as_somebody(desk, "mia")
    try:
        await services.linking.link(ACME, [Part("C-101", amount=100000), Part("C-102")])
    finally:
        await services.close()
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Part     every part  $2,400.00")
        await pilot.press("f3")
        await until_reads(pilot, "Part     Acme Holdings  $1,000.00", "Invoice 1043  paid $1,000.00 → $0.00")
        await pilot.press(*"hers is right", "enter")
        one = await made(pilot)
        assert (one.amount, one.client_name) == (100000, "Acme Holdings")


async def test_a_large_refund_waits_for_another_person_who_sees_the_same_and_sends_it(desk: Path) -> None:
    await with_an_approver(desk)
    app = stage(desk, DANA_TRUST)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Another person has to approve it", "holds $2,500.00 → $0.00")
        await pilot.press(*"moved away", "enter")
        assert (await made(pilot)).state is RefundState.REQUESTED
    other = Stage(desk, RefundsScreen, actor="ann")
    async with other.run_test(size=(120, 40), notifications=True) as pilot:
        await until_reads(pilot, "‖ To approve", "asked for by mia: moved away", "gives $2,500.00")
        await pilot.press("a")
        await until_reads(pilot, "Approve F1", "Dana Ruiz  gives $2,500.00")
        await pilot.press("enter")
        await until_reads(pilot, "✓ Refunded", "F1: $2,500.00 refunded to Dana Ruiz")
        assert (await other.services.transactions.get(DANA_TRUST)).refunded == 250000


async def test_who_asked_cannot_approve_but_may_withdraw(desk: Path) -> None:
    await with_an_approver(desk, (DANA_TRUST, 250000))
    app = Stage(desk, RefundsScreen)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await until_reads(pilot, "‖ To approve")
        await pilot.press("a")
        await until_reads(pilot, "gives $2,500.00")
        await pilot.press("enter")
        await until_reads(pilot, "role-approver")
        await pilot.press("escape", "x")
        await until_reads(pilot, "Withdraw F1")
        await pilot.press(*"a mistake", "enter")
        await until_reads(pilot, "– Withdrawn")
        assert (await app.services.refunds.get("F1")).problem == "a mistake"


async def test_marked_ones_are_rehearsed_and_sent_one_by_one(desk: Path) -> None:
    app = stage(desk, SOFIA, DANA, AUTHORIZED)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_reads(
            pilot, "2 of 3 transactions, $900.00 goes back", "un-pays 1046", "✗ txn-refund-completed"
        )
        await pilot.press(*"closed the file", "enter")
        await until_reads(pilot, "2 of 3 refunds asked for", "✓ Refunded")
        await pilot.press("escape")
        await until(pilot, lambda: app.results == ["2 of 3 refunds asked for."])
        assert (await app.services.transactions.get(SOFIA)).refunded == 15000


async def test_the_key_on_the_table_opens_it_and_the_news_is_a_toast(desk: Path) -> None:
    app = PayLinkApp(str(desk), clock=FixedClock(NOW))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await until_home(pilot, lambda: app.home and app.home.table.row and app.home.table.row.id == 19)
        await pilot.press("R")
        await until_home(pilot, lambda: "txn-refund-completed" in text_of(app))
        assert app.home is not None
        app.home.find("on account")
        await until_home(pilot, lambda: app.home and app.home.table.row and app.home.table.row.id == DANA)
        await pilot.press("R")
        await until_home(pilot, lambda: "paid $750.00 → $0.00" in text_of(app))
        await pilot.press(*"twice", "enter")
        await until_home(pilot, lambda: "F1: $750.00 refunded to Dana Ruiz" in text_of(app))
        await pilot.press("F")
        await until_home(pilot, lambda: "✓ Refunded" in text_of(app) and "Refunds" in text_of(app))


async def test_hostile_names_are_only_data(desk: Path) -> None:
    app = stage(desk, HOSTILE)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "[/foo] Ltd", "linked to nobody", "$50.00")
        await pilot.press(*"[@click=app.quit]x[/]", "enter")
        assert (await made(pilot)).reason == "[@click=app.quit]x[/]"


@pytest.mark.parametrize("size", SIZES)
def test_picture(desk: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "paid $750.00 → $0.00", "not returned")

    assert snap_compare(stage(desk, DANA), terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_those_that_wait(desk: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    import asyncio

    asyncio.run(with_an_approver(desk, (DANA_TRUST, 250000)))

    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "‖ To approve", "live" if size[0] > 80 else "")

    assert snap_compare(Stage(desk, RefundsScreen, actor="ann"), terminal_size=size, run_before=ready)


async def test_addresses_that_differ_at_their_end_are_never_cut_alike(desk: Path) -> None:
    services = await as_somebody(desk, "mia")
    try:
        paid = await services.transactions.get(DANA)
    finally:
        await services.close()
    long = "accounts.payable.and.receivable@harbor-lane-holdings"
    ours, theirs = f"{long}.example", f"{long}.invalid"
    client = Beside("C-1", "Harbor Lane", theirs, "", alike=False)
    for width in (60, 70):
        told = beside_lines(replace(paid, payer_name="", payer_email=ours), [client], width).plain
        side = width // 2 - 1
        rows = [line.ljust(width) for line in told.splitlines()[1:]]
        assert "".join(row[:side].strip() for row in rows) == ours
        assert "".join(row[side + 2 :].strip() for row in rows[1:]) == theirs
        assert max(map(len, told.splitlines())) <= width
