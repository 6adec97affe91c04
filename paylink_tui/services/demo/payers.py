"""Sandbox payers who pay, settle and sometimes fail while you watch, in minutes instead of days."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import PayLinkError
from paylink_tui.services.demo.books import DemoClient
from paylink_tui.services.demo.history import choose

if TYPE_CHECKING:
    from paylink_tui.services.bundle import Services
    from paylink_tui.services.schedule import Schedule

DECLINED = ("4000000000000002", "4000000000000044")
GOOD = ("4242424242424242", "5105105105105100", "378282246310005", "6011111111111117")


@dataclass
class Payers:
    """People of the demonstration, at their own pace."""

    services: Services
    clients: tuple[DemoClient, ...]
    links: dict[str, str]
    """Name of the standing link for `trust` and for `operating`."""
    dice: Random

    async def play(self) -> None:
        """Pay every few seconds until cancelled; a payment that cannot be made is simply skipped."""
        while True:
            await asyncio.sleep(self.dice.uniform(5, 14))
            try:
                await self._pay()
                if self.dice.random() < 0.05:
                    await self._fail_one()
            except PayLinkError:
                continue

    async def _pay(self) -> None:
        payer = choose(self.dice, self.clients)
        luck = self.dice.random()
        await self.services.sandbox.pay(
            self.links["trust" if payer.trust else "operating"],
            amount=payer.amount,
            name=payer.name,
            email=payer.email,
            card=self.dice.choice(DECLINED if luck < 0.05 else GOOD),
            echeck=luck > 0.9,
            reference=payer.reference,
        )

    async def _fail_one(self) -> None:
        waiting = await self.services.transactions.list("status:authorized", limit=20)
        if waiting:
            await self.services.sandbox.fail(self.dice.choice(waiting).id, "processing error")


def quick_settlement(dice: Random) -> Schedule:
    """A schedule that settles in twenty seconds to two minutes instead of business days."""

    async def settles(paid_at: datetime, method: str) -> datetime:
        slow = 60 if method == "echeck" else 0
        return paid_at + timedelta(seconds=dice.uniform(20, 75) + slow)

    return settles
