"""The monthly pack: a trust account's month gathered, drawn as PDF and written as CSV."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from paylink_tui.domain.errors import BadInput, NotFound, Refused
from paylink_tui.domain.pack_rows import (
    ClientLedger,
    Finding,
    Movement,
    PackData,
    SignOff,
    Transfer,
)
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.times import maybe_from_ms, to_ms
from paylink_tui.domain.trust import Outstanding, ThreeWay
from paylink_tui.store.read import pack as reading
from paylink_tui.store.read import pack_bank, trust_months

if TYPE_CHECKING:
    from paylink_tui.domain.parties import BankAccount, Firm
    from paylink_tui.domain.settings import Branding
    from paylink_tui.services.clock import Clock
    from paylink_tui.services.firm import FirmService
    from paylink_tui.services.trust import TrustService
    from paylink_tui.store.database import Database

DORMANT_DAYS: Final = 365
"""After how many days without a posting a client's money is called dormant."""


class PackService:
    """Makes the monthly pack of a trust account."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        actor: str,
        firm: FirmService,
        trust: TrustService,
        branding: Branding,
    ) -> None:
        self._reader = database.reader
        self._clock = clock
        self._actor = actor
        self._firm = firm
        self._trust = trust
        self._branding = branding

    async def gather(self, account: str, month: str) -> PackData:
        """Everything a pack of `month` (`2026-11`) tells.

        Raises:
            BadInput: that is no month.
            NotFound: there is no such account, or no firm.
            Refused: it is not a trust account.
        """
        first, last = days_of(month)
        firm, found = await self._firm_and(account)
        since, until = first.isoformat(), last.isoformat()
        zone = ZoneInfo(firm.timezone)
        ledgers = await reading.ledgers(self._reader, found.id, since, until)
        history = await reading.movements(self._reader, found.id, reading.FIRST, until)
        (three,) = await self._trust.three_way(found.name, last)
        outstanding = await self._trust.outstanding(found.name, last)
        fees = await reading.fees(self._reader, found.id, since, until)
        end = to_ms(datetime.combine(last + timedelta(days=1), datetime.min.time(), zone))
        return PackData(
            firm=firm.name,
            country=firm.country,
            account=found.name,
            currency=found.currency,
            month=month,
            first=first,
            last=last,
            made_at=self._clock.now().astimezone(zone),
            made_by=self._actor,
            opening=sum(one.amount for one in history if one.day < first),
            movements=with_invoices((one for one in history if one.day >= first), fees),
            ledgers=ledgers,
            reconciled=three,
            outstanding=outstanding if three.bank_balance is not None else (),
            bank_lines=await pack_bank.bank_lines(self._reader, found.id, since, until),
            moves=await reading.moves(self._reader, found.id, since, until),
            fees=fees,
            findings=await self._findings(found, end, last, three, outstanding, ledgers),
            sign_off=await self._sign_off(found.id, month, zone),
        )

    async def write(self, account: str, month: str, folder: Path) -> tuple[Path, ...]:
        """Make the pack in `folder`, made where it is missing: one PDF, and one CSV for each section.

        Files of an earlier pack of the same account and month are replaced. Returns the files.

        Raises:
            PayLinkError: as `gather`, or a file cannot be written.
        """
        pack = await self.gather(account, month)
        return await asyncio.to_thread(write_pack, pack, folder, self._branding.accent)

    async def _firm_and(self, account: str) -> tuple[Firm, BankAccount]:
        firm = await self._firm.get()
        if firm is None:
            raise NotFound("There is no firm yet.", "Set it up: paylink init --firm NAME")
        found = await self._firm.account(account)
        if found.kind is not AccountKind.TRUST:
            raise Refused(
                "trust-three-way",
                f"{found.name} is an operating account; the monthly pack is about client money.",
                "Name a trust account: paylink accounts list",
            )
        return firm, found

    async def _findings(
        self,
        account: BankAccount,
        end: int,
        last: date,
        three: ThreeWay,
        outstanding: tuple[Outstanding, ...],
        ledgers: tuple[ClientLedger, ...],
    ) -> tuple[Finding, ...]:
        found = await pack_bank.unlinked(self._reader, account.id, end)
        if three.shortage:
            detail = "restore it from operating"
            found.append(Finding("Shortage", "", account.name, None, three.shortage, detail))
        found += await pack_bank.disputed(self._reader, account.id)
        found += await pack_bank.refunds_waiting(self._reader, account.id)
        found += await pack_bank.conflicts(self._reader, account.id)
        found += aged(outstanding, ledgers, last)
        return (*found, *await pack_bank.overpaid(self._reader, account.currency))

    async def _sign_off(self, account_id: int, month: str, zone: ZoneInfo) -> SignOff:
        prepared_by, prepared_at, closed_by, closed_at, approved_by, head = await pack_bank.closing(
            self._reader, account_id, month
        )
        prepared, closed = maybe_from_ms(prepared_at), maybe_from_ms(closed_at)
        return SignOff(
            closed=closed_by is not None,
            prepared_by=prepared_by or "",
            prepared_at=prepared and prepared.astimezone(zone),
            closed_by=closed_by or "",
            closed_at=closed and closed.astimezone(zone),
            approved_by=approved_by or "",
            audit_head=head or await trust_months.audit_head(self._reader),
        )


def days_of(month: str) -> tuple[date, date]:
    """The first and last day of `2026-11`.

    Raises:
        BadInput: that is no month.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    except ValueError:
        raise BadInput(f"{month[:20]!r} is not a month", "Write it like 2026-11.") from None
    return first, following - timedelta(days=1)


def with_invoices(found: Iterable[Movement], fees: Iterable[Transfer]) -> tuple[Movement, ...]:
    """The movements, those that paid the firm's invoices with the invoices' numbers."""
    numbers: dict[str, dict[str, None]] = {}
    for fee in fees:
        numbers.setdefault(fee.subject, {})[fee.source if fee.undone else fee.target] = None
    return tuple(
        replace(one, purpose=f"fees: invoice {', '.join(numbers[one.subject])}")
        if one.kind == "trust to operating" and one.subject in numbers
        else one
        for one in found
    )


def aged(waiting: Iterable[Outstanding], ledgers: Iterable[ClientLedger], last: date) -> list[Finding]:
    """What the bank has not seen for long, and money nobody asked for."""
    found = [
        Finding("Stale item", one.item.about, one.item.who, one.item.day, abs(one.amount), told_of(one))
        for one in waiting
        if one.stale
    ]
    return found + [
        Finding("Dormant balance", "", one.name, one.last_moved, one.closing, "no posting in a year")
        for one in ledgers
        if one.closing > 0 and one.last_moved and (last - one.last_moved).days > DORMANT_DAYS
    ]


def told_of(one: Outstanding) -> str:
    """What is wrong with an item the bank has not seen for long."""
    number = f" {one.item.number}" if one.item.number else ""
    return f"{one.item.kind}{number}, not at the bank for more than {one.stale} days"


def write_pack(pack: PackData, folder: Path, colour: str) -> tuple[Path, ...]:
    """Write the files of a gathered pack; see `PackService.write`."""
    from paylink_tui.domain.errors import PayLinkError
    from paylink_tui.domain.export_book import segment
    from paylink_tui.domain.pack import sections
    from paylink_tui.domain.pack_table import as_csv
    from paylink_tui.services.files import new_file
    from paylink_tui.services.pdf import draw_pack

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PayLinkError(f"{folder} cannot be made: {reason}.", "Name another folder with -o.") from error
    stem = f"trust-{segment(pack.account, 0).removesuffix('-x0')}-{pack.month}"
    parts = sections(pack)
    contents = {f"{stem}.pdf": draw_pack(pack, parts, colour)}
    contents |= {f"{stem}-{one.name}.csv": as_csv(one, pack.currency).encode() for one in parts}
    for name, content in contents.items():
        with new_file(folder / name, force=True) as stream:
            stream.write(content)
    return tuple(folder / name for name in contents)
