"""The demonstration's books: whenever it is opened, bank, book and clients agree and last month is closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from paylink_tui.services.clock import FixedClock
from paylink_tui.services.demo.opening import open_demo
from tests.services.desk import KEY

IOLTA = "IOLTA ..4411"
MOMENTS = ("2026-11-23T17:04", "2026-11-01T12:00", "2026-11-02T03:00", "2026-03-01T05:30", "2027-01-04T23:30")
"""Amid a month, on its first days, in the hours when it is still the last month in the firm's zone."""


@pytest.mark.parametrize("moment", MOMENTS)
async def test_bank_book_and_clients_agree_and_the_doctor_finds_nothing(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    clock = FixedClock(datetime.fromisoformat(f"{moment}+00:00"))
    demo = await open_demo(str(tmp_path / "demo.db"), clock=clock)
    try:
        await demo.keep_books()
        trust = demo.services.trust
        (three,) = await trust.three_way(IOLTA)
        assert three.bank_balance is not None
        assert (three.adjusted, three.ledgers) == (three.book, three.book)
        assert three.in_balance
        assert not three.unexplained
        assert 0 < len(await trust.outstanding(IOLTA)) < 10
        assert not await trust.lines(IOLTA, unmatched=True)
        running, closed = await trust.months()
        assert (running.closed, running.overdue) == (None, False)
        assert closed.closed is not None
        assert closed.reconciled == (IOLTA,)
        assert [one.detail for one in await demo.services.doctor.run() if not one.ok] == []
    finally:
        await demo.close()


async def test_a_cheque_is_outstanding_and_an_older_one_is_on_the_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    clock = FixedClock(datetime.fromisoformat("2026-11-23T17:04+00:00"))
    demo = await open_demo(str(tmp_path / "demo.db"), clock=clock)
    try:
        await demo.keep_books()
        trust = demo.services.trust
        waiting = {one.item.number: one.amount for one in await trust.outstanding(IOLTA)}
        assert waiting["1042"] == -315_00
        cashed = {one.number: one for one in await trust.lines(IOLTA)}["1041"]
        assert cashed.amount == -402_00
        assert date(2026, 10, 1) <= cashed.posted_on <= date(2026, 10, 9) + timedelta(days=7)
        entries = {one.number: one for one in await trust.entries(IOLTA)}
        assert entries["1041"].requested_at < entries["1042"].requested_at
    finally:
        await demo.close()
