"""Reading PostgreSQL: a small pool of read-only asyncpg connections. Never imports SQLAlchemy."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import asyncpg

from paylink_tui.store.place import Place
from paylink_tui.store.problems import Moment, told
from paylink_tui.store.reader import Dialect, Row

ANSWER_SECONDS = 30.0
"""How long a query may take before the server is called silent."""


class PostgresqlReader:
    """A pool whose transactions are all read-only; each query sees the latest commit."""

    dialect: Dialect = "postgresql"

    def __init__(self, place: Place, pool: asyncpg.Pool, answer: float = ANSWER_SECONDS) -> None:
        self._place = place
        self._pool = pool
        self._answer = answer

    def with_patience(self, answer: float) -> PostgresqlReader:
        """The same connections, for queries that may take `answer` seconds."""
        return PostgresqlReader(self._place, self._pool, answer)

    async def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """Every row of a query. A cancelled call stops its query on the server.

        A connection that died while it was idle is replaced, and the query asked once more.

        Raises:
            DatabaseProblem: the connection was lost, or the server does not answer.
        """
        with told(self._place.name, Moment.READING, network=True):
            try:
                records = await self._pool.fetch(numbered(sql), *params, timeout=self._answer)
            except (asyncpg.PostgresConnectionError, asyncpg.AdminShutdownError, ConnectionError):
                await self._pool.expire_connections()
                records = await self._pool.fetch(numbered(sql), *params, timeout=self._answer)
        return [tuple(record) for record in records]

    async def close(self) -> None:
        """Give the connections back."""
        await self._pool.close()


async def open_postgresql(place: Place, patience: float) -> PostgresqlReader:
    """Connect for reading; the server has `patience` seconds to let us in.

    Raises:
        DatabaseProblem: the server is down, or does not let this user into this database.
    """
    with told(place.name, Moment.CONNECTING, network=True):
        pool = await asyncpg.create_pool(
            place.dsn,
            min_size=0,  # a pool that keeps some alive complains on standard error while the server is down
            max_size=4,
            timeout=patience,
            command_timeout=ANSWER_SECONDS,
            init=_whole_sums,
            reset=_as_it_is,
            server_settings={
                "application_name": "paylink",
                "default_transaction_read_only": "on",
                "jit": "off",
            },
        )
        try:
            await pool.release(await pool.acquire())
        except BaseException:
            pool.terminate()
            raise
    return PostgresqlReader(place, pool)


async def _whole_sums(connection: asyncpg.Connection) -> None:
    """Sums of whole numbers come back as `int`, as on SQLite; PostgreSQL calls them numeric."""
    await connection.set_type_codec(
        "numeric", schema="pg_catalog", encoder=str, decoder=_number, format="text"
    )


async def _as_it_is(_connection: asyncpg.Connection) -> None:
    """A query leaves nothing behind that the next one could meet: cleaning up after each, as a pool does
    unless told, doubles its trips to the server."""


def _number(text: str) -> int | Decimal:
    return int(text) if text.lstrip("-").isdigit() else Decimal(text)


@lru_cache(maxsize=512)
def numbered(sql: str) -> str:
    """The query with each `?` outside quotes written `$1`, `$2`, ..."""
    parts: list[str] = []
    quote, count = "", 0
    for character in sql:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "?":
            count += 1
            character = f"${count}"
        parts.append(character)
    return "".join(parts)
