"""One write transaction: its connection, who writes and when, and what must be told about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from paylink_tui.domain.roles import is_person, refuse_write
from paylink_tui.domain.text import storable
from paylink_tui.domain.times import from_ms, to_ms
from paylink_tui.store.statements import Prepared, Runner, Values

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from paylink_tui.store.database import Database


@dataclass
class UnitOfWork:
    """What one command does to the database; nothing of it stays unless the block ends well."""

    connection: AsyncConnection
    dialect: str
    at: int
    """When the command runs, UTC epoch milliseconds."""
    actor: str
    ledgers: dict[tuple[Any, ...], int]
    """Ids of ledger accounts known to be committed."""
    _runner: Runner
    _opening: tuple[str, str, str] | None = None
    _touched: dict[tuple[str, int], None] = field(default_factory=dict)
    _audits: list[dict[str, Any]] = field(default_factory=list)
    _new_ledgers: dict[tuple[Any, ...], int] = field(default_factory=dict)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    """Called once the commit is known to have happened."""

    @property
    def now(self) -> datetime:
        """`at` as an aware datetime."""
        return from_ms(self.at)

    async def run(self, prepared: Prepared, values: Values) -> list[Any]:
        """Run a prepared statement; its rows, empty when it returns none."""
        return await self._runner.run(prepared, values)

    async def run_each(self, prepared: Prepared, sets: Sequence[Values]) -> list[Any]:
        """Run a prepared statement for each set of values; all their rows."""
        return await self._runner.run_each(prepared, sets)

    async def zone(self) -> str:
        """The firm's time zone; UTC before there is a firm."""
        return (await self._opened())[0] or "UTC"

    async def refuse_reader(self) -> None:
        """Refuse whom the firm lets read only; payers, processors and the program itself have no role.

        Raises:
            Refused: `role-auditor`.
        """
        if is_person(self.actor):
            refuse_write(self.actor, (await self._opened())[2])

    async def _opened(self) -> tuple[str, str, str]:
        """What a unit starts from: the firm's zone, the newest audit hash, the actor's role. Writers take
        turns, so none of them changes under it."""
        if self._opening is None:
            from paylink_tui.store.write import tail

            self._opening = await tail.opening(self)
        return self._opening

    def touch(self, entity: str, entity_id: int) -> None:
        """Have the change log tell that a row changed; said once however often it is touched."""
        self._touched[(entity, entity_id)] = None

    def record(
        self,
        action: str,
        entity: str,
        entity_id: int,
        *,
        before: Any = None,
        after: Any = None,
        reason: str = "",
        actor: str | None = None,
    ) -> None:
        """Append to the audit log when the unit ends, and touch the row (`audit-chain`)."""
        self._audits.append(
            {
                "at": self.at,
                "actor": storable(actor or self.actor),
                "action": action,
                "entity": entity,
                "entity_id": entity_id,
                "before": _compact(before),
                "after": _compact(after),
                "reason": storable(reason),
            }
        )
        self.touch(entity, entity_id)

    async def finish(self) -> None:
        """Append the audit rows, then the change rows that tell everyone; writers take turns, so both
        are in commit order."""
        from paylink_tui.store.write import tail

        if not self._touched:
            return
        if self._audits:
            _, previous, _ = await self._opened()
            for row in self._audits:
                row["previous_hash"] = previous
                previous = row["hash"] = chain_hash(row)
            await tail.append_audits(self, self._audits)
        rows = [{"entity": kind, "entity_id": number, "at": self.at} for kind, number in self._touched]
        await tail.append_changes(self, rows)


MEMENTO = ("at", "actor", "action", "entity", "entity_id", "before", "after", "reason", "previous_hash")
"""What an audit row's hash covers, in this order; columns added later stay outside it."""


def chain_hash(row: dict[str, Any]) -> str:
    """The hash of one audit row over its memento and the hash before it (`audit-chain`)."""
    return memento_hash([row[name] for name in MEMENTO])


def memento_hash(values: Sequence[int | str]) -> str:
    """The hash of the values that `MEMENTO` names, in its order, as compact JSON."""
    body = ",".join(str(one) if isinstance(one, int) else encode_basestring(one) for one in values)
    return hashlib.sha256(f"[{body}]".encode()).hexdigest()


def _compact(value: Any) -> str:
    text = "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return storable(text)


@asynccontextmanager
async def unit_of_work(
    database: Database, actor: str, now: datetime, *, bulk: bool = False, lasting: bool = True
) -> AsyncIterator[UnitOfWork]:
    """Run a block as one write transaction, told to everyone when it commits; see `Database.write`.

    Raises:
        DatabaseProblem: the database is locked, full, read-only or gone.
        Refused: the actor may only read (`role-auditor`), or a constraint or a trigger of the database
            said no.
    """
    async with database.write(bulk=bulk, lasting=lasting) as connection:
        unit = UnitOfWork(
            connection,
            database.dialect,
            to_ms(now.astimezone(UTC)),
            storable(actor),
            database.known_ledgers,
            Runner(connection),
        )
        await unit.refuse_reader()
        yield unit
        await unit.finish()
    database.known_ledgers.update(unit._new_ledgers)
    for told in unit.after_commit:
        told()


@asynccontextmanager
async def looking(database: Database, actor: str, now: datetime) -> AsyncIterator[UnitOfWork]:
    """Run a block as a transaction of which nothing stays, for previews: also an auditor's, and on books
    that were opened read-only; see `Database.look`.

    Raises:
        DatabaseProblem: the database is locked or gone.
        Refused: a rule of the database said no.
    """
    async with database.look() as connection:
        yield UnitOfWork(
            connection,
            database.dialect,
            to_ms(now.astimezone(UTC)),
            storable(actor),
            database.known_ledgers,
            Runner(connection),
        )
