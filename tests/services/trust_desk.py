"""What tests of trust accounting do again and again: entries, funded ledgers, another person at the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from paylink_tui.domain.trust import EntryKind, EntryView, NewEntry
from paylink_tui.domain.views import Transaction
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.links import NewLink


def colleague(desk: Services, name: str) -> Services:
    """The same books on the same clock, with somebody else before them."""
    return Services(desk.database, desk.clock, name, settings=desk.settings)


def later(desk: Services, **by: int) -> None:
    """Let time pass."""
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(timedelta(**by))


def receipt(amount: int = 100_000, client: str = "C1", account: str = "IOLTA", **more: Any) -> NewEntry:
    return NewEntry(EntryKind.RECEIPT, account, amount, client, **{"method": "cheque", **more})


def paid_out(amount: int, client: str = "C1", account: str = "IOLTA", **more: Any) -> NewEntry:
    told = {"method": "cheque", "number": "1001", "payee": "County court", "purpose": "Filing fee", **more}
    return NewEntry(EntryKind.DISBURSEMENT, account, amount, client, **told)


async def received(desk: Services, amount: int = 100_000, client: str = "C1", **more: Any) -> EntryView:
    return await desk.trust.enter(receipt(amount, client, **more))


async def echeck(desk: Services, amount: int, account: str = "IOLTA") -> Transaction:
    """An eCheck that has completed."""
    link = await desk.links.create(NewLink(account), confirmed=True)
    paid = await desk.sandbox.pay(link.id, amount=amount, name="Lee Ng", email="lee@example.com", echeck=True)
    (done,) = await desk.sandbox.settle([paid.name])
    return done
