"""The one handle on a database: a reader that is ready at once, and a writer that is made on use."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from paylink_tui.domain.errors import DatabaseProblem, Refused
from paylink_tui.store.opening import Age, age_of, bring_to_head, check_file, connect, open_reader, unusable
from paylink_tui.store.place import Place, place
from paylink_tui.store.reader import Dialect, Reader

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from paylink_tui.store.writer import Writer

PATIENCE = 10.0
"""Seconds a writer waits for another one before it says the database is locked."""


class _Seen(Exception):
    """What ends a transaction of which nothing stays."""


@dataclass(eq=False)
class Database:
    """An open database at this program's revision."""

    place: Place
    reader: Reader
    """For every query; ready without SQLAlchemy."""
    readonly: bool = False
    past: str = ""
    """For people: the moment these books stood at; empty for those of now."""
    patience: float = PATIENCE
    known_ledgers: dict[tuple[object, ...], int] = field(default_factory=dict, repr=False)
    """Ids of ledger accounts that are committed, by identity; they never change."""
    _writer: Writer | None = None
    _making: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def url(self) -> str:
        """Its address, for another process; may hold a password, so it is for no person's eyes."""
        return self.place.url

    @property
    def dialect(self) -> Dialect:
        """Which of the two databases it is."""
        return self.place.dialect

    @asynccontextmanager
    async def write(self, *, bulk: bool = False, lasting: bool = True) -> AsyncIterator[AsyncConnection]:
        """One write transaction: committed at the end, rolled back on any exception.

        Writers take turns, in this process and across processes. An exception the database or its
        driver raises inside leaves as a `PayLinkError` once the transaction is rolled back.

        Args:
            bulk: Its statements take long; the event loop gets its turns meanwhile.
            lasting: It is on the disk before it counts as done. What is not may be lost when the machine
                loses its power just then, though not when this program dies; the next lasting one makes
                it last as well.

        Raises:
            Refused: a rule of the database said no, or these are books of the past (`as-of`); nothing was
                saved.
            DatabaseProblem: opened read-only, locked, full, damaged or gone; nothing was saved.
            OutcomeUnknown: the connection died while committing; ask the command log.
        """
        if self.past:
            raise Refused(
                "as-of", f"These are the books as of {self.past}; the past is not changed.", "Go back to now."
            )
        if self.readonly:
            raise DatabaseProblem(
                f"{self.place.name} was opened read-only; nothing was saved.",
                "Start again without --readonly.",
            )
        await self.warm()
        assert self._writer is not None
        async with self._writer.transaction(bulk=bulk, lasting=lasting) as connection:
            yield connection

    @asynccontextmanager
    async def look(self) -> AsyncIterator[AsyncConnection]:
        """One transaction of which nothing stays, for what is asked of the code that posts.

        Also for books that were opened read-only, and for those of the past.

        Raises:
            Refused: a rule of the database said no.
            DatabaseProblem: locked, damaged or gone.
        """
        if self._writer is None:
            await asyncio.to_thread(self._make_writer)
        assert self._writer is not None
        with suppress(_Seen):
            async with self._writer.transaction(lasting=False) as connection:
                yield connection
                raise _Seen

    async def warm(self) -> None:
        """Import SQLAlchemy and make the engine in a thread, so that the first write need not."""
        if self._writer is None and not self.readonly:
            await asyncio.to_thread(self._make_writer)

    def _make_writer(self) -> None:
        from paylink_tui.store.writer import Writer

        with self._making:
            if self._writer is None:
                self._writer = Writer(self.place, self.patience)

    async def close(self) -> None:
        """Give every connection and thread back."""
        await self.reader.close()
        if self._writer is not None:
            await self._writer.close()
            self._writer = None


async def open_database(
    url: str | None = None, *, create: bool = False, readonly: bool = False, patience: float = PATIENCE
) -> Database:
    """Open the database at `url`, else at `PAYLINK_DATABASE_URL`, else the user's own file.

    Args:
        url: A file path, `sqlite:///file`, or `postgresql://user@host/database`.
        create: Make it when it is missing or empty.
        readonly: Never write, not even an upgrade.
        patience: Seconds to wait for another writer.

    Raises:
        DatabaseProblem: it is missing, not ours, newer, older and shared, or cannot be used.
        UsageError: the address cannot be read.
    """
    where = place(url)
    reader = await open_reader(where, patience, create=create, readonly=readonly)
    return Database(where, reader, readonly, patience=patience)


async def upgrade(url: str | None = None, *, patience: float = PATIENCE) -> Path | None:
    """Bring an older database to this program's revision (`paylink db upgrade`).

    Returns:
        The copy an embedded database left beside itself; None when nothing was done, or on PostgreSQL.

    Raises:
        DatabaseProblem: it is missing, empty, not ours, newer, or cannot be written.
    """
    where = place(url)
    if where.dialect == "sqlite":
        check_file(where.path, create=False, readonly=False)
    reader = await connect(where, patience)
    try:
        age = await age_of(reader)
    finally:
        await reader.close()
    if age is Age.EMPTY:
        raise DatabaseProblem(f"{where.name} is empty.", "Set it up with `paylink init`.")
    if age in (Age.FOREIGN, Age.NEWER):
        raise unusable(where, age)
    return await bring_to_head(where, age, patience) if age is Age.OLDER else None


async def backup(url: str | None, file: Path) -> None:
    """Copy the database at `url` to a new file (`paylink db backup`).

    Raises:
        DatabaseProblem: as for opening it, or the copy cannot be written.
    """
    from paylink_tui.store.backup import back_up

    database = await open_database(url, readonly=True)
    try:
        await back_up(database.place, file)
    finally:
        await database.close()
