"""asyncpg for the write engine's prepared statements, in as few trips to the server as they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paylink_tui.store.sqlite_driver import Found


class PostgresqlDriver:
    """Runs statements on a connection of asyncpg, inside the transaction it is in."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def rows(self, sql: str, values: Sequence[Any] = ()) -> Found:
        """Run a statement."""
        return _found(await self._connection.fetch(sql, *values))

    async def rows_of_each(self, sql: str, sets: Sequence[Sequence[Any]]) -> Found:
        """Run a statement for each of some sets of values, in one trip."""
        if len(sets) == 1:
            return await self.rows(sql, sets[0])
        return _found(await self._connection.fetchmany(sql, sets))


def _found(records: list[Any]) -> Found:
    return [(name,) for name, _ in records[0].items()] if records else (), records
