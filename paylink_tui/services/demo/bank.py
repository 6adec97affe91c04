"""The demonstration's bank: its statements matched to the book of the trust account, and a month closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from paylink_tui.domain.calendar import add_business_days
from paylink_tui.domain.errors import Refused
from paylink_tui.domain.months import first_day, month_of
from paylink_tui.domain.trust import BankItem, EntryKind, NewEntry, Proposal
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.holidays_of import bank_holidays

if TYPE_CHECKING:
    from paylink_tui.domain.parties import BankAccount

WHO: Final = "mia"
"""Who keeps the demonstration's books."""
MORNING: Final = time(10, 12)
"""When she does what is dated in the past, in the firm's zone."""
LOOKED_AT: Final = 16
"""Ledgers tried for a cheque."""
CLEARS: Final = 1
"""Business days until the bank shows a deposit, or what came back."""
CASHED: Final = 4
"""Business days until a cheque is paid."""
COUNTRY: Final = "US"


@dataclass(frozen=True, slots=True)
class Cheque:
    """A cheque on trust money. Amount in minor units."""

    number: str
    amount: int
    payee: str
    purpose: str
    ago: int
    """Days since it was written."""


CHEQUES: Final = (
    Cheque("1041", 402_00, "Clerk of the Superior Court", "Filing fee", 45),
    Cheque("1042", 315_00, "Bay Area Court Reporters", "Deposition transcript", 2),
)


@dataclass(frozen=True, slots=True)
class BankDay:
    """A line of the bank: its day, its words and number, and the postings it is."""

    day: date
    words: str
    number: str
    items: tuple[BankItem, ...]

    @property
    def amount(self) -> int:
        """What it adds to the account, in minor units."""
        return sum(one.amount for one in self.items)


async def keep_with_bank(services: Services, account: BankAccount) -> None:
    """Write two cheques, take in the bank's statement up to last month, close that month, and look again.

    Afterwards bank, book and clients agree; what moved in the last days is outstanding.

    Raises:
        Refused: somebody changed these books meanwhile.
    """
    now, zone = services.clock.now(), ZoneInfo((await services.firm.require()).timezone)
    today = now.astimezone(zone).date()
    for cheque in CHEQUES:
        await _write(services, account, cheque, today - timedelta(days=cheque.ago), zone)
    days = bank_days(await services.trust.unmatched(account.name))
    closing = first_day(month_of(today)) - timedelta(days=1)
    old = [one for one in days if one.day <= closing]
    then = _at(services, closing + timedelta(days=3), zone)
    await _take_in(then, account, old, 0, closing)
    month = month_of(closing)
    await then.trust.reconcile(account.name, month, dry_run=False)
    await then.trust.close(month)
    recent = [one for one in days if closing < one.day < today]
    await _take_in(_at(services, today, zone), account, recent, sum(one.amount for one in old), today)


def _at(services: Services, day: date, zone: ZoneInfo) -> Services:
    """The desk as its bookkeeper has it on a morning, or now when that is still to come."""
    moment = datetime.combine(day, MORNING, zone).astimezone(UTC)
    clock = FixedClock(min(moment, services.clock.now()))
    return Services(services.database, clock, WHO, settings=services.settings)


async def _write(services: Services, account: BankAccount, cheque: Cheque, day: date, zone: ZoneInfo) -> None:
    """Pay a cheque out of the first ledger that had the money by then, and got nothing since."""
    then = _at(services, day, zone)
    for one in await services.trust.ledgers(limit=LOOKED_AT):
        if any(deposit.completed_on >= day for deposit in one.deposits):
            continue
        new = NewEntry(
            EntryKind.DISBURSEMENT,
            account.name,
            cheque.amount,
            client=one.client_code,
            matter=one.matter_number or None,
            method="cheque",
            number=cheque.number,
            payee=cheque.payee,
            purpose=cheque.purpose,
            dated_on=day,
        )
        try:
            await then.trust.enter(new)
        except Refused:
            continue
        return


def bank_days(items: Iterable[BankItem]) -> list[BankDay]:
    """The bank's lines for postings, by day: a deposit for each day's payments, a line for all else."""
    deposits: dict[date, list[BankItem]] = {}
    found = []
    for one in items:
        if one.batch is not None:
            deposits.setdefault(one.batch, []).append(one)
        elif one.number:
            found.append(BankDay(_later(one.day, CASHED), f"CHECK {one.number}", one.number, (one,)))
        else:
            found.append(BankDay(_later(one.day, CLEARS), f"RETURNED ITEM {one.about}", "", (one,)))
    words = "MERCHANT DEPOSIT"
    found += [BankDay(_later(day, CLEARS), words, "", tuple(these)) for day, these in deposits.items()]
    return sorted(found, key=lambda one: (one.day, one.items[0].transfer_id))


def _later(day: date, business_days: int) -> date:
    return add_business_days(day, business_days, bank_holidays(COUNTRY))


def statement(days: Sequence[BankDay], balance: int, until: date) -> str:
    """The lines as the bank's CSV: a running balance (minor units to begin with), and how it closes."""
    rows = ["Date,Description,Check Number,Amount,Balance"]
    for one in days:
        balance += one.amount
        rows.append(f"{one.day},{one.words},{one.number},{one.amount / 100:.2f},{balance / 100:.2f}")
    return "\n".join([*rows, f"{until},CLOSING BALANCE,,0.00,{balance / 100:.2f}"])


async def _take_in(
    services: Services, account: BankAccount, days: Sequence[BankDay], balance: int, until: date
) -> None:
    """Import a statement of these lines, which ends on a day, and match each of them."""
    if not days:
        return
    data = statement(days, balance, until)
    await services.trust.import_statement(account.name, f"iolta-{until}.csv", data.encode())
    lines = [one for one in await services.trust.lines(account.name) if not one.matched]
    await services.trust.accept(
        [Proposal(line, one.items, True, "one day's deposit") for line, one in zip(lines, days, strict=True)]
    )
