"""The audit log: whether its chain holds, and what it tells."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from paylink_tui.domain.audit import AuditEntry, AuditQuery, numbered, parse_query
from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.times import maybe_ms
from paylink_tui.store.read import audit as reading
from paylink_tui.store.read import names
from paylink_tui.store.read.audit import AuditFilter, Chain
from paylink_tui.store.reader import Reader, first

if TYPE_CHECKING:
    from paylink_tui.services.clock import Clock
    from paylink_tui.store.database import Database

__all__ = ["AuditService", "Chain"]

SHORTEST_HEAD = 12
"""Characters of a hash by which a row is named."""
_NAMED = {
    "client": names.client,
    "matter": names.matter,
    "invoice": names.invoice,
    "account": names.account,
}


class AuditService:
    """Reads the audit log and follows its chain (`audit-chain`)."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def verify(self, head: str = "") -> Chain:
        """Follow the whole chain, and look for a hash that was printed earlier.

        Raises:
            BadInput: `head` is no hash.
        """
        return await reading.whole(self._database.reader, await self._whole(head))

    def follow(self, start: Chain | None = None) -> AsyncIterator[Chain]:
        """Follow the chain on from where an earlier look ended, with a state after each page."""
        return reading.follow(self._database.reader, start)

    async def _whole(self, head: str) -> str:
        """The hash that begins with `head`; `head` itself when no row has such a one."""
        clean = head.strip().lower()
        if not clean:
            return ""
        if not SHORTEST_HEAD <= len(clean) <= 64 or set(clean) - set("0123456789abcdef"):
            raise BadInput(
                f"{head!r} is no hash of the audit log", "Give the head that `paylink audit verify` printed."
            )
        row = await first(
            self._database.reader, "SELECT hash FROM audit WHERE substr(hash, 1, ?) = ?", (len(clean), clean)
        )
        return str(row[0]) if row else clean

    async def query(self, text: str) -> AuditFilter:
        """What somebody typed, with the thing it names looked up.

        Raises:
            BadInput: a word that cannot be read.
            NotFound: nothing has the name.
        """
        return await self.resolve(parse_query(text, await self.zone(), self._clock.now()))

    async def resolve(self, query: AuditQuery) -> AuditFilter:
        """A query with the thing it names looked up.

        Raises:
            BadInput: the name cannot be read.
            NotFound: nothing has the name.
        """
        entity = await _entity(self._database.reader, query.entity) if query.entity else None
        return AuditFilter(query.actor, entity, query.action, maybe_ms(query.since))

    async def page(
        self, wanted: AuditFilter, *, before: int | None = None, after: int | None = None, limit: int
    ) -> list[AuditEntry]:
        """Rows older than number `before`, newest first; with `after` newer ones, oldest first."""
        return await reading.page(self._database.reader, wanted, before=before, after=after, limit=limit)

    async def count(self, wanted: AuditFilter) -> int:
        """How many rows are asked for."""
        return await reading.count(self._database.reader, wanted)

    async def zone(self) -> tzinfo:
        """The firm's time zone, in which days begin; UTC before there is a firm."""
        row = await first(self._database.reader, "SELECT timezone FROM firm WHERE id = 1")
        return ZoneInfo(row[0]) if row else UTC

    def now(self) -> datetime:
        """The moment it is."""
        return self._clock.now()

    async def list(self, query: AuditQuery, *, limit: int = 50) -> tuple[AuditEntry, ...]:
        """The newest rows that are asked for, newest first.

        Raises:
            BadInput, NotFound: as `resolve`.
        """
        return tuple(await self.page(await self.resolve(query), limit=limit))


async def _entity(reader: Reader, name: str) -> tuple[str, int]:
    known = numbered(name)
    if known:
        return known
    kind, colon, whose = name.partition(":")
    if colon and kind in _NAMED and whose:
        return kind, await _NAMED[kind](reader, whose)
    raise BadInput(
        f"{name!r} names nothing the audit log tells of",
        "Write T17, L5, R3, E5, client:C1, matter:M1, invoice:101 or account:IOLTA.",
    )
