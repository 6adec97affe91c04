"""A firm's page with a link of every kind, served for as long as a module's tests need it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paylink_tui.services.bundle import open_services
from paylink_tui.services.clock import FixedClock
from paylink_tui.services.links import NewLink
from tests.commands import LINK_KEY
from tests.databases import Fresh, in_thread
from tests.services.desk import assert_sound, furnish
from tests.web.firm import path
from tests.web.serving import NUMBERS, OPEN, Server

MONTH = timedelta(days=30)
KINDS = {
    "open": NewLink("Operating"),
    "other": NewLink("Operating"),
    "trust": NewLink("IOLTA", reference="Retainer"),
    "fixed": NewLink("Operating", 25_000, "Consultation"),
    "invoice": NewLink("Operating", client="C1", invoice="101"),
    "once": NewLink("Operating", 9_900, max_uses=1),
    "used up": NewLink("Operating", 9_900, max_uses=1),
    "disabled": NewLink("Operating"),
}
"""A link of each kind. Invoice 101 is of $500.00 and owes all of it."""


@dataclass
class Site:
    """A served firm, and the paths of its links by kind."""

    server: Server
    links: dict[str, str] = field(default_factory=dict)

    def url(self, kind: str) -> str:
        """The address of a link."""
        return self.server.address + self.links[kind]

    def look(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of its database as it is now."""

        async def work() -> list[tuple[object, ...]]:
            services = await open_services(self.server.url, actor="mia")
            try:
                return list(await services.database.reader.rows(sql, values))
            finally:
                await services.close()

        return in_thread(work())

    def payments(self, payer: str) -> list[str]:
        """The states of a payer's payments, in their order."""
        rows = self.look("SELECT status FROM payment WHERE payer_name = ? ORDER BY id", payer)
        return [str(row[0]) for row in rows]


@contextmanager
def served(
    fresh: Fresh, folder: Path, *, limits: str = OPEN, more: str = "", page: str = ""
) -> Iterator[Site]:
    """Serve a new firm; afterwards its rules hold, and nothing of it knows a card number."""
    url = fresh.migrated()
    server = Server(url, folder, limits=limits, more=more, page=page)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PAYLINK_LINK_KEY", LINK_KEY)
            patch.setenv("XDG_CONFIG_HOME", str(folder))
            links = in_thread(_set_up(url))
            server.start()
        yield Site(server, links)
        assert server.stop() == 0
        server.assert_quiet()
        in_thread(_sound(url))
        assert_no_number(Path(url))
    finally:
        server.stop()
        fresh.drop(url)


def assert_no_number(file: Path) -> None:
    """A SQLite database, and what was written ahead of it, holds no card number that was typed."""
    for part in (file, Path(f"{file}-wal")):
        data = part.read_bytes() if part.exists() else b""
        assert not [number for number in NUMBERS if number.encode() in data]


async def _set_up(url: str) -> dict[str, str]:
    services = await open_services(url, actor="mia")
    past = await open_services(url, actor="mia", clock=FixedClock(datetime.now(UTC) - 2 * MONTH))
    try:
        await furnish(services)
        links = {kind: await services.links.create(new, confirmed=True) for kind, new in KINDS.items()}
        links["expired"] = await past.links.create(NewLink("Operating", expires=MONTH))
        await services.links.disable(links["disabled"].id)
        await services.sandbox.pay(links["used up"].id, amount=None, name="Owen", email="owen@mail.example")
        return {kind: path(link.url) for kind, link in links.items()} | {"unknown": "/p/" + "A" * 43}
    finally:
        await past.close()
        await services.close()


async def _sound(url: str) -> None:
    services = await open_services(url, actor="mia")
    try:
        await assert_sound(services)
    finally:
        await services.close()
