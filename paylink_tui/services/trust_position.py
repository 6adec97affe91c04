"""What of a client's trust money may be spent, what is at risk and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from paylink_tui.domain.ledger import Till
from paylink_tui.domain.parties import AccountKind, Client, Matter
from paylink_tui.domain.times import from_ms
from paylink_tui.domain.trust import Deposit, TrustPosition
from paylink_tui.domain.trust_risk import at_risk, may_return_until, safe_on, spending_warnings
from paylink_tui.services.holidays_of import bank_holidays
from paylink_tui.store.read import accounts, trust_position
from paylink_tui.store.read.trust_position import Whose
from paylink_tui.store.reader import Reader
from paylink_tui.store.write.inside import Inside

if TYPE_CHECKING:
    from paylink_tui.services.drawing import Piece
    from paylink_tui.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Office:
    """Where and when the firm works."""

    country: str
    zone: ZoneInfo
    today: date


async def office(reader: Reader, now: datetime) -> Office:
    """The firm's country, zone and day; the US and UTC before there is a firm."""
    firm = await accounts.firm(reader)
    zone = ZoneInfo(firm.timezone if firm else "UTC")
    return Office(firm.country if firm else "US", zone, now.astimezone(zone).date())


async def position(
    reader: Reader, at: Office, client: Client, matter: Matter | None, currency: str, account_id: int = 0
) -> TrustPosition:
    """What one ledger holds, on one trust account or (0) on all; see `TrustPosition`."""
    matter_id, number = (matter.id, matter.number) if matter else (None, "")
    return await _position(reader, at, client, matter_id, number, currency, account_id)


async def _position(
    reader: Reader,
    at: Office,
    client: Client,
    matter_id: int | None,
    number: str,
    currency: str,
    account_id: int,
) -> TrustPosition:
    whose = Whose(client.id, matter_id, currency, account_id)
    ledger, held = await trust_position.holdings(reader, whose)
    deposits = tuple(_deposit(at, *row) for row in await trust_position.deposits(reader, whose))
    return TrustPosition(
        client.id,
        client.code,
        client.name,
        number,
        currency,
        ledger,
        at_risk(ledger, deposits, at.today),
        held,
        deposits,
    )


async def warnings_about(unit: UnitOfWork, client: Client, pieces: Sequence[Piece]) -> tuple[str, ...]:
    """What to say before pieces of a client's trust money pay invoices; nothing of other money."""
    spent: dict[tuple[Till, int | None], int] = {}
    for piece in pieces:
        if piece.draw.till.kind is AccountKind.TRUST:
            key = piece.draw.till, piece.draw.matter_id
            spent[key] = spent.get(key, 0) + piece.amount
    reader = Inside(unit.connection, "sqlite" if unit.dialect == "sqlite" else "postgresql")
    told: list[str] = []
    for (till, matter_id), amount in spent.items():
        at = await office(reader, unit.now)
        found = await _position(reader, at, client, matter_id, "", till.currency, till.bank_account_id)
        told += spending_warnings(found, amount, at.today)
    return tuple(told)


def _deposit(at: Office, payment_id: int, method: str, amount: int, completed: int, dispute: str) -> Deposit:
    day = from_ms(completed).astimezone(at.zone).date()
    disputed = dispute == "open"
    safe = safe_on(method, day, bank_holidays(at.country), disputed=disputed)
    return Deposit(payment_id, method, amount, day, safe, may_return_until(method, day), disputed)
