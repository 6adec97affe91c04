"""Splitting one payment over several clients, and linking several payments to one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from paylink_tui.domain.errors import Refused
from tests.tui.conftest import SIZES
from tests.tui.stage import until, until_reads
from tests.tui.test_link_dialog import ACME, DANA_TRUST, MARLOW_AUTHORIZED, OKAFOR, outcome, stage


async def test_a_payment_is_split_over_two_clients(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "pays 1 invoice")
        await pilot.press("f3", *"1000")
        await until_reads(pilot, "$1,400.00  is nobody’s yet", "$1,000.00 pays 1 invoice")
        await pilot.press("enter")
        await until_reads(pilot, "$1,000.00  Acme Holdings")
        await pilot.press("enter")
        await until_reads(pilot, "choose who gets the rest")
        await pilot.press(*"dana")
        await until_reads(pilot, "$750.00 pays 1 invoice", "$650.00 stays in OPERATING")
        assert "$1,000.00  Acme Holdings  pays 1043 $1,000.00" in app.text
        await pilot.press("enter")
        done = await outcome(pilot)
        assert [(part.client_name, part.amount) for part in done.transaction.parts] == [
            ("Acme Holdings", 100000),
            ("Dana Ruiz", 140000),
        ]


async def test_a_share_set_aside_can_be_taken_back(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "pays 1 invoice")
        await pilot.press("f3", *"1000")
        await until_reads(pilot, "is nobody’s yet")
        await pilot.press("enter")
        await until_reads(pilot, "$1,000.00  Acme Holdings")
        await pilot.press("f4")
        await until(pilot, lambda: "$1,000.00  Acme Holdings" not in app.text)


async def test_two_shares_of_one_client_never_pay_an_invoice_twice(desk: Path) -> None:
    app = stage(desk, ACME)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "pays 1 invoice")
        await pilot.press("f3", *"1000")
        await until_reads(pilot, "is nobody’s yet")
        await pilot.press("enter")
        await until_reads(pilot, "$1,000.00  Acme Holdings")
        await pilot.press(*"acme")
        await until_reads(pilot, "$1,400.00 pays 1 invoice")
        await pilot.press("enter")
        done = await outcome(pilot)
        assert done.transaction.applied == 240000


async def test_several_are_linked_together_with_a_result_for_each(desk: Path) -> None:
    app = stage(desk, ACME, OKAFOR, 11, MARLOW_AUTHORIZED)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "4 transactions, $8,890.50", "T13", "T18")
        await pilot.press(*"lee")
        await until_reads(pilot, "3 to Lee Ng", "$0.00 pays invoices", "1 cannot be", "✗ link-race")
        await pilot.press("enter", "enter")
        await until_reads(pilot, "3 of 4 linked", "✓ linked", "○ links on")
        assert "✗ link-race" in app.text
        await pilot.press("escape")
        await until(pilot, lambda: app.results)
        answers = app.results[0]
        assert [isinstance(one, Refused) for one in answers] == [False, False, True, False]


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_a_split(desk: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "pays 1 invoice")
        await pilot.press("f3", *"1000")
        await until_reads(pilot, "is nobody’s yet")
        await pilot.press("enter")
        await until_reads(pilot, "$1,000.00  Acme Holdings")
        await pilot.press(*"dana")
        await until_reads(pilot, "$650.00 stays in OPERATING")

    assert snap_compare(stage(desk, ACME), terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", SIZES)
def test_picture_of_several(desk: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "4 transactions", "T18")

    several = stage(desk, ACME, OKAFOR, DANA_TRUST, MARLOW_AUTHORIZED)
    assert snap_compare(several, terminal_size=size, run_before=ready)
