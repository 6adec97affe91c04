"""What the detail pane says of a transaction, and that it never leaves its width."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.tui.widgets.detail_pane import describe
from tests.tui.desk import NOW

ZONE = ZoneInfo("America/New_York")


async def told(desk: Path, number: int, width: int = 120) -> str:
    services = await open_services(str(desk), clock=FixedClock(NOW))
    try:
        one = await services.transactions.get(number)
        return describe(one, await services.transactions.timeline(number), width, ZONE, NOW).plain
    finally:
        await services.close()


async def test_money_to_link_says_that_nobody_has_it(desk: Path) -> None:
    text = await told(desk, 16)
    assert "T16  $1,500.00" in text
    assert "nobody yet: press l" in text
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


@pytest.mark.parametrize("width", [30, 60, 76, 90, 160])
async def test_every_line_has_the_width_of_the_pane(desk: Path, width: int) -> None:
    for number in (1, 6, 15, 16, 19):
        for line in (await told(desk, number, width)).splitlines():
            assert len(line) == width
