"""Opening the demonstration: a fresh firm in a temporary database, gone when the desk closes."""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from paylink_tui.domain.parties import BankAccount
from paylink_tui.domain.settings import Page, Settings
from paylink_tui.services import keys
from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.clock import Clock, FixedClock, SystemClock
from paylink_tui.services.demo import names
from paylink_tui.services.demo.books import DemoClient, write_books
from paylink_tui.services.demo.history import DAYS, write_history
from paylink_tui.services.demo.payers import Payers, quick_settlement
from paylink_tui.services.links import NewLink
from paylink_tui.store.unit_of_work import unit_of_work

SEED = 4411
"""Every demonstration starts from the same books."""


@dataclass
class Demo:
    """The demonstration firm, open."""

    services: Services
    payers: Payers
    trust: BankAccount
    """The account that the bank's statements are of."""
    folder: Path | None

    async def play(self) -> None:
        """Keep the books with the bank, then let the payers pay until cancelled."""
        await self.keep_books()
        await self.payers.play()

    async def keep_books(self) -> None:
        """Take in the bank's statements and close last month; see `keep_with_bank`."""
        from paylink_tui.services.demo.bank import keep_with_bank

        await keep_with_bank(self.services, self.trust)

    async def close(self) -> None:
        """Close the database and remove it."""
        await self.services.close()
        if self.folder is not None:
            await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)


async def open_demo(
    url: str | None = None, *, clock: Clock | None = None, seed: int = SEED, address: str = ""
) -> Demo:
    """Make the demonstration firm in an empty database, by default a temporary one.

    It has nobody's settings: its mail never goes to a real firm's server. Its links point to `address`,
    by default where the page is usually served. Its bank has told nothing until `Demo.keep_books`.

    Raises:
        DatabaseProblem: the database cannot be made.
    """
    os.environ.setdefault(keys.VARIABLE, base64.b64encode(secrets.token_bytes(32)).decode())
    folder = None if url else Path(tempfile.mkdtemp(prefix="paylink-demo-"))
    dice, pace = Random(seed), Random(seed + 1)
    services = await open_services(
        url or str((folder or Path()) / "demo.db"),
        create=True,
        clock=clock or SystemClock(),
        sandbox_schedule=quick_settlement(pace),
        settings=Settings(page=Page(address=address)) if address else Settings(),
    )
    try:
        clients, links = await _build(services, dice)
    except BaseException:
        await services.close()
        raise
    named = {kind: f"L{number}" for kind, (number, _) in links.items()}
    return Demo(services, Payers(services, clients, named, pace), links["trust"][1], folder)


async def _build(
    services: Services, dice: Random
) -> tuple[tuple[DemoClient, ...], dict[str, tuple[int, BankAccount]]]:
    now = services.clock.now()
    # The firm is older than its history, so that the desk can be asked how it stood then.
    began = FixedClock(now - timedelta(days=DAYS + 1))
    then = Services(services.database, began, services.actor, settings=services.settings)
    await then.firm.init(names.FIRM, demo=True)
    trust = await then.firm.add_account("IOLTA ..4411", "trust", processor="sandbox")
    operating = await then.firm.add_account("Operating ..9020", "operating", processor="sandbox")
    await then.firm.add_account("Real Estate Trust ..7730", "trust", processor="sandbox")
    links = {
        "trust": (await _standing(then, trust, "Retainer"), trust),
        "operating": (await _standing(then, operating, "Pay now"), operating),
    }
    async with unit_of_work(services.database, services.actor, now) as unit:
        clients = await write_books(unit, dice, now.date())
        await write_history(unit, dice, clients, links, now)
    return clients, links


async def _standing(services: Services, account: BankAccount, reference: str) -> int:
    link = await services.links.create(NewLink(account.name, reference=reference), confirmed=True)
    return link.id
