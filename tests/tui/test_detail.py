"""What the detail pane says of a transaction, and that it never leaves its width."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from paylink_tui.domain.trust import EntryKind, NewEntry
from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.tui.widgets.detail_pane import Aftermath, back_lines, describe
from tests.tui.desk import NOW

ZONE = ZoneInfo("America/New_York")


async def told(desk: Path, number: int, width: int = 120) -> str:
    services = await open_services(str(desk), clock=FixedClock(NOW))
    try:
        one = await services.transactions.get(number)
        return describe(one, await services.transactions.timeline(number), width, ZONE, NOW, "k").plain
    finally:
        await services.close()


async def test_money_to_link_says_that_nobody_has_it(desk: Path) -> None:
    text = await told(desk, 16)
    assert "T16  $1,500.00" in text
    assert "nobody yet: press k" in text
    assert "Nov 16 07:16   completed Nov 17 19:16" in text


async def test_trust_money_that_is_linked_is_held_in_the_clients_name(desk: Path) -> None:
    text = await told(desk, 3)
    assert "Linked to  Dana Ruiz" in text
    assert "$2,500.00  held in trust in the client's name" in text


async def test_an_applied_payment_names_its_invoices_and_its_fee(desk: Path) -> None:
    text = await told(desk, 1)
    assert "invoice 1041  $1,200.00" in text
    assert "from operating" in text
    assert "Client chosen" in text


async def test_a_failed_payment_says_why(desk: Path) -> None:
    assert "Failed" in await told(desk, 6)


async def after_it(desk: Path, number: int, *events: str) -> tuple[str, str]:
    """What the pane and the history say once these things have happened to a transaction."""
    services = await open_services(str(desk), clock=FixedClock(NOW))
    try:
        for event in events:
            if event == "return":
                await services.sandbox.give_back(f"T{number}", "insufficient funds")
            elif event == "refund":
                await services.refunds.request(number, 5000, reason="paid twice")
            else:
                await services.sandbox.dispute(f"T{number}", event)
        one = await services.transactions.get(number)
        undone = await services.transactions.undone(number)
        [three] = await services.trust.three_way()
        lines = back_lines(one, Aftermath(undone, three.shortage), "T")
        history = describe(one, await services.transactions.timeline(number), 160, ZONE, NOW, "k").plain
        return "\n".join(line.plain for line in lines), history
    finally:
        await services.close()


async def test_a_refunded_part_is_told_and_its_link_is_frozen(desk: Path) -> None:
    said, history = await after_it(desk, 11, "refund")
    assert "Refunded   $50.00  of $750.00; its link is frozen" in said
    assert "◂ Refunded" in history
    assert "◃ Part back" in history


async def test_an_open_dispute_says_that_the_money_is_held(desk: Path) -> None:
    said, history = await after_it(desk, 3, "open")
    assert "⚑ open: what is left of it is held" in said
    assert "⚑ Dispute opened" in history
    assert "⚑ Disputed" in history


async def test_a_dispute_that_was_won_leaves_a_sign(desk: Path) -> None:
    said, history = await after_it(desk, 3, "open", "won")
    assert "✓ won" in said
    assert "✓ Dispute won" in history


async def test_a_return_tells_what_it_opened_again(desk: Path) -> None:
    said, history = await after_it(desk, 4, "return")
    assert "Undone     invoice 1046  owes $3,000.00 again" in said
    assert "↩ Returned" in history


async def test_a_return_of_spent_trust_money_names_the_key_that_restores_it(desk: Path) -> None:
    services = await open_services(str(desk), clock=FixedClock(NOW))
    try:
        paid = NewEntry(EntryKind.DISBURSEMENT, "IOLTA 4411", 300000, client="C-107", method="wire")
        await services.trust.enter(replace(paid, payee="Harbor Court", purpose="Bond"))
    finally:
        await services.close()
    said, _ = await after_it(desk, 5, "return")
    assert "Short      trust is $3,000.00 short: T and then S restores it" in said


@pytest.mark.parametrize("width", [30, 60, 76, 90, 160])
async def test_every_line_has_the_width_of_the_pane(desk: Path, width: int) -> None:
    for number in (1, 6, 15, 16, 19):
        for line in (await told(desk, number, width)).splitlines():
            assert len(line) == width
