"""A firm with links to pay, on any database, and what must be true of it afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from paylink_tui.services.bundle import Services, open_services
from paylink_tui.services.links import NewLink
from tests.services.desk import assert_sound

FIRM = "Hartwell & Ng LLP"
TRUST, OPERATING = "IOLTA 4411", "Operating 2206"


@asynccontextmanager
async def desk(url: str) -> AsyncIterator[Services]:
    """The services over a database, given back afterwards."""
    services = await open_services(url, actor="mia")
    try:
        yield services
    finally:
        await services.close()


async def furnish(url: str, links: int = 1) -> list[str]:
    """A firm, its two accounts, and standing links to the operating account; the paths of these."""
    async with desk(url) as services:
        await services.firm.init(FIRM)
        await services.firm.add_account(TRUST, "trust", processor="sandbox")
        await services.firm.add_account(OPERATING, "operating", processor="sandbox")
        return [path(await mint(services)) for _ in range(links)]


async def mint(services: Services, new: NewLink | None = None) -> str:
    """A new link's URL."""
    link = await services.links.create(new or NewLink(OPERATING), confirmed=True)
    return link.url


def path(url: str) -> str:
    """The part of a link's URL that does not depend on where the page is served."""
    return urlsplit(url).path


async def assert_books(services: Services, confirmed: Iterable[str], strays: Iterable[str] = ()) -> None:
    """Every payer who was told so has paid exactly once, nobody has twice, and every rule holds.

    Args:
        services: The desk.
        confirmed: Names of payers who saw a receipt.
        strays: Names of payers who may have paid without having seen it.
    """
    rows = await services.database.reader.rows("SELECT payer_name, status FROM payment")
    paid = Counter(name for name, status in rows if status in ("authorized", "completed"))
    told = Counter(confirmed)
    assert not told - paid, f"lost: {sorted(told - paid)[:5]}"
    twice = paid - told - Counter(set(strays))
    assert not twice, f"doubled, or never told: {sorted(twice)[:5]}"
    await assert_sound(services)
