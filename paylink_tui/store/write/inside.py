"""Reading inside a write transaction, with the same plain SQL as outside of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paylink_tui.store.reader import Dialect, Row
from paylink_tui.store.sqlite_driver import driver_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


class Inside:
    """A `Reader` that sees what its transaction wrote, and what nobody else can change before its end."""

    def __init__(self, connection: AsyncConnection, dialect: Dialect) -> None:
        self._connection = connection
        self.dialect: Dialect = dialect

    async def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Every row of a query."""
        if self.dialect == "sqlite":
            return (await driver_of(self._connection).rows(sql, params))[1]
        from paylink_tui.store.postgresql_reader import numbered

        found = await self._connection.exec_driver_sql(numbered(sql), tuple(params))
        return [tuple(row) for row in found]

    async def close(self) -> None:
        """Leave the connection to its transaction."""
