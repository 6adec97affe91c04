"""Relinking a linked payment as a bookkeeper does it: `l` again, whose it is, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.linking import Part
from paylink_tui.tui.dialogs.relink_dialog import RelinkDialog
from tests.tui.conftest import SIZES
from tests.tui.desk import NOW
from tests.tui.stage import Stage, until_reads
from tests.tui.test_link_dialog import outcome

SOFIA, VOIDABLE = 9, 18


def stage(desk: Path, which: int = SOFIA) -> Stage:
    return Stage(desk, lambda services: RelinkDialog(services, which))


async def choose_dana(pilot: Pilot[Any]) -> None:
    await until_reads(pilot, "Linked to Marlow & Finch Partners  pays 1046 $150.00")
    await pilot.press(*"dana")
    await until_reads(pilot, "$150.00 pays 1 invoice")


async def test_it_asks_why_and_posts_reversal_and_link_together(desk: Path) -> None:
    app = stage(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await choose_dana(pilot)
        await pilot.press("enter", "enter")
        await until_reads(pilot, "A reason is needed")
        await pilot.press(*"wrong client", "enter")
        done = (await outcome(pilot)).transaction
        assert [part.client_name for part in done.parts] == ["Dana Ruiz"]
        assert [(one.invoice_number, one.amount) for one in done.allocations] == [("1044", 15000)]
        invoice = (await app.services.directory.invoice("1046")).invoice
        assert invoice.balance == 210000
        told = await app.services.transactions.timeline(SOFIA)
        assert [(one.what, one.detail) for one in told if one.what == "unlink"] == [
            ("unlink", "wrong client")
        ]


async def test_a_linked_payment_is_split_by_relinking_it(desk: Path) -> None:
    app = stage(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await choose_dana(pilot)
        await pilot.press("f3", *"100")
        await until_reads(pilot, "$50.00  is nobody’s yet")
        await pilot.press("enter", *"marlow")
        await until_reads(pilot, "$100.00  Dana Ruiz  pays 1044 $100.00", "$50.00 pays 1 invoice")
        await pilot.press("enter", *"half each", "enter")
        parts = (await outcome(pilot)).transaction.parts
        assert [(one.client_name, one.amount) for one in parts] == [
            ("Dana Ruiz", 10000),
            ("Marlow & Finch Partners", 5000),
        ]


async def test_nothing_is_undone_when_another_was_quicker(desk: Path) -> None:
    app = stage(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await choose_dana(pilot)
        other = await open_services(str(desk), clock=FixedClock(NOW), actor="joe")
        try:
            await other.linking.relink(SOFIA, [Part("C-101")], "Acme paid")
        finally:
            await other.close()
        await pilot.press("enter", *"wrong client", "enter")
        await until_reads(pilot, "link-race", "T9 was changed meanwhile")
        assert (await app.services.transactions.get(SOFIA)).parts[0].client_name == "Acme Holdings"


async def test_what_cannot_be_unlinked_says_why_at_once(desk: Path) -> None:
    app = stage(desk, VOIDABLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "link-undo: It is not linked.")


@pytest.mark.parametrize("size", SIZES)
def test_picture(desk: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(stage(desk), terminal_size=size, run_before=choose_dana)
