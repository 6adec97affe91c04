"""A year of a twelve-client firm, played by dice under a fake clock and closed month by month.

Run it: `python -m tests.e2e.year --seed 7 [--folder DIR] [--db URL]`.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from paylink_tui.domain.facts import Status
from paylink_tui.domain.money import plain
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.export import ExportRequest
from paylink_tui.store.database import open_database
from tests.accountants import READERS, ours, without_opening
from tests.e2e import year_firm as firm
from tests.e2e.year_bank import workday
from tests.e2e.year_close import close_month
from tests.e2e.year_days import Days
from tests.e2e.year_trouble import Trouble

YEAR = 2025
KEY = base64.b64encode(b"a link key for a year of 32 byte").decode()


@dataclass(frozen=True)
class MonthRow:
    """How a month ended: the three numbers in cents, whether it is closed, and what other programs say."""

    month: str
    bank: int
    """The bank's balance with what it has not seen yet."""
    book: int
    clients: int
    closed: bool
    agreeing: tuple[str, ...]
    """The programs that accepted the export and agreed to the cent."""
    pack: tuple[Path, ...]


class Year:
    """Plays January to December."""

    def __init__(self, desk: Services, folder: Path, seed: int, months: int = 12) -> None:
        assert isinstance(desk.clock, FixedClock)
        self.desk = desk
        self.clock = desk.clock
        self.folder = folder
        self.dice = Random(seed)
        self.months = months
        self.days = Days(desk, folder, self.dice)
        self.trouble = Trouble(self.days)
        self.rows: list[MonthRow] = []

    async def play(self) -> list[MonthRow]:
        """The whole year; each month is closed on the third working day of the next."""
        await firm.set_up(self.desk, self.folder)
        day = date(YEAR, 1, 1)
        last = _month_end(date(YEAR, self.months, 1)) + timedelta(days=6)
        while day <= last:
            await self._live(day)
            first = day.replace(day=1)
            if day == workday(first, 2) and first > date(YEAR, 1, 1):
                await self._close(first - timedelta(days=1))
            day += timedelta(days=1)
        return self.rows

    async def _live(self, day: date) -> None:
        noon = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
        self.clock.advance(noon - self.clock.now())
        while await self.desk.intake.poll():
            pass
        if day != workday(day):
            return
        for one in self.days.paid:
            if one.completes == day:
                assert (await self.desk.transactions.get(one.name)).status is Status.COMPLETED
                if self.dice.random() < 0.9:
                    await self.days.link(one)
        if day.day <= 3 and f"{day:%y%m}" not in {number[:4] for number in self.days.bills}:
            await self.days.bill(day)
        await self._act(day)

    async def _act(self, day: date) -> None:
        chances: list[tuple[float, Callable[[], Awaitable[None]]]] = [
            (0.55, lambda: self.days.pay(day, trust=True)),
            (0.55, lambda: self.days.pay(day, trust=False)),
            (0.35, lambda: self.days.pay_fees(day)),
            (0.2, lambda: self.days.disburse(day)),
            (0.12, lambda: self.days.receive(day)),
            (0.06, lambda: self.days.move(day)),
        ]
        for chance, act in chances:
            if self.dice.random() < chance:
                await act()
        await self.trouble.on(day)

    async def _close(self, last: date) -> None:
        month = f"{last:%Y-%m}"
        three = await close_month(self.desk, self.days, last, self.folder)
        agreeing = []
        expected = await ours(self.desk)
        for form, read in READERS.items():
            file = self.folder / f"{month}.{form}"
            await self.desk.export.write(ExportRequest(form), file, force=True)
            if without_opening(read(file)) == expected:
                agreeing.append(form)
        pack = await self.desk.pack.write(firm.TRUST, month, self.folder / "packs")
        self.rows.append(MonthRow(month, *three, tuple(agreeing), pack))


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def table(rows: list[MonthRow]) -> str:
    """The year as a person reads it."""
    lines = [
        f"{'month':8}{'bank':>14}{'book':>14}{'clients':>14}  {'closed':8}{'hledger':10}{'bean-check':10}"
    ]
    for one in rows:
        numbers = "".join(f"{plain(amount):>14}" for amount in (one.bank, one.book, one.clients))
        told = ["agrees" if form in one.agreeing else "NO" for form in ("hledger", "beancount")]
        lines.append(f"{one.month:8}{numbers}  {'yes' if one.closed else 'NO':8}{told[0]:10}{told[1]:10}")
    return "\n".join(lines)


async def open_desk(url: str, actor: str = firm.BOOKKEEPER) -> Services:
    """The firm's desk on the first of January; the database must be there, and `PAYLINK_LINK_KEY` set."""
    clock = FixedClock(datetime(YEAR, 1, 1, 17, tzinfo=UTC))
    return Services(await open_database(url, create=True), clock, actor, sandbox_schedule=firm.settles)


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--db")
    args = parser.parse_args()
    folder = args.folder or Path(tempfile.mkdtemp(prefix="paylink-year-"))
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PAYLINK_LINK_KEY", KEY)
    desk = await open_desk(args.db or str(folder / "year.db"))
    try:
        year = Year(desk, folder, args.seed)
        rows = await year.play()
    finally:
        await desk.close()
    print(table(rows))
    print(
        f"seed {args.seed}; "
        + ", ".join(f"{count} {what}" for what, count in sorted(year.days.counts.items()))
    )
    print(f"files in {folder}")


if __name__ == "__main__":
    asyncio.run(_main())
