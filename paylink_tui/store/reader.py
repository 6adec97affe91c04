"""Reading: plain SQL over one small protocol, with a driver for each database and no ORM to import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

Dialect = Literal["sqlite", "postgresql"]
Row = tuple[Any, ...]


class Reader(Protocol):
    """A read-only connection, or a pool of them. `?` marks a parameter on both databases."""

    @property
    def dialect(self) -> Dialect:
        """Which database answers, for the few words the two do not share."""

    async def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Every row of a query; each call sees what was committed before it."""

    async def close(self) -> None:
        """Give the connections back."""


async def first(reader: Reader, sql: str, params: Sequence[Any] = ()) -> Row | None:
    """The only, or first, row of a query, or None."""
    found = await reader.rows(sql, params)
    return found[0] if found else None
