"""A year of a firm: bank, book and client ledgers agree each month, and so do other programs, to the cent."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest

from tests.accountants import program
from tests.e2e import year
from tests.e2e.year_firm import TRUST
from tests.services.desk import assert_sound

SEED = int(os.environ.get("PAYLINK_SEED", "0")) or (7 if os.environ.get("CI") else secrets.randbits(32))
"""Where the dice start; always the same in CI."""
MONTHS = int(os.environ.get("PAYLINK_YEAR_MONTHS", "12"))
"""How much of the year is played."""


@pytest.mark.timeout(900)
async def test_a_year_closes_month_by_month(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("hledger", "bean-check"):
        program(name)
    monkeypatch.setenv("PAYLINK_LINK_KEY", year.KEY)
    print(f"PAYLINK_SEED={SEED}")
    desk = await year.open_desk(migrated_url)
    try:
        played = year.Year(desk, tmp_path, SEED, MONTHS)
        rows = await played.play()
        await assert_sound(desk)
        for one in rows:
            again = await desk.pack.gather(TRUST, one.month)
            assert again.agrees, f"the pack of {one.month}, made again at the year's end"
            assert again.reconciled.adjusted == one.bank
            assert again.opening + sum(move.amount for move in again.movements) == one.book
            assert again.sign_off.closed
    finally:
        await desk.close()
    print(year.table(rows))
    assert [one.month for one in rows] == [f"{year.YEAR}-{month:02d}" for month in range(1, MONTHS + 1)]
    for one in rows:
        assert one.bank == one.book == one.clients, year.table(rows)
        assert one.closed
        assert one.agreeing == ("hledger", "beancount"), year.table(rows)
        assert all(file.stat().st_size for file in one.pack)
    busy, rare = ("payment", "link", "fee transfer", "disbursement"), ("return", "refund", "dispute", "move")
    assert min(played.days.counts[what] for what in busy) > (10 if MONTHS == 12 else 0), played.days.counts
    assert MONTHS < 12 or min(played.days.counts[what] for what in rare) > 0, played.days.counts
