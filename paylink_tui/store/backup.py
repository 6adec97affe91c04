"""Copies of a database that a person can go back to."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store.place import Place
from paylink_tui.store.problems import Moment, from_os, told


async def back_up(place: Place, file: Path) -> None:
    """Write a consistent copy to a new file, while others go on working.

    SQLite becomes a SQLite file that opens as it is; PostgreSQL a `pg_dump` archive for `pg_restore`.

    Raises:
        DatabaseProblem: the file exists, the disk is full, or `pg_dump` is missing or fails.
    """
    await asyncio.to_thread(_copy_sqlite if place.dialect == "sqlite" else _dump_postgresql, place, file)


async def copy_before_upgrade(place: Place) -> Path:
    """Copy an embedded database beside itself; returns where."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    copy = place.path.with_name(f"{place.path.name}.before-upgrade-{stamp}")
    await asyncio.to_thread(_copy_sqlite, place, copy)
    return copy


@contextmanager
def _appearing(file: Path) -> Iterator[Path]:
    """A private file to fill, which takes its name only once it is whole and on the disk."""
    if os.path.lexists(file):
        raise DatabaseProblem(f"{file} exists already.", "Name a new file; a backup replaces nothing.")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".part", dir=file.parent)
        os.close(descriptor)
        part = Path(name)
        try:
            yield part
            _sync(part)
            os.replace(part, file)
            _sync(file.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise from_os(error, str(file)) from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy_sqlite(place: Place, file: Path) -> None:
    """In one step, so that it is one moment's book; VACUUM INTO of a read-only one trips over `balance`."""
    with (
        told(str(file), Moment.WRITING),
        _appearing(file) as part,
        closing(sqlite3.connect(f"{place.file_uri}?mode=ro", uri=True)) as book,
        closing(sqlite3.connect(part, isolation_level=None)) as copy,
    ):
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        book.backup(copy)


def _dump_postgresql(place: Place, file: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise DatabaseProblem(
            f"{place.name} is backed up by pg_dump, which is not installed here.",
            "Install PostgreSQL's client programs, or back it up on the server.",
        )
    address, secret = _without_password(place.dsn)
    with _appearing(file) as part:
        done = subprocess.run(
            [program, "--format=custom", f"--file={part}", f"--dbname={address}"],
            env={**os.environ, **secret},
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            reason = done.stderr.decode("utf-8", "replace").strip()
            raise DatabaseProblem(
                f"pg_dump could not back up {place.name}: {reason}.", "Use a pg_dump of the server's version."
            )


def _without_password(dsn: str) -> tuple[str, dict[str, str]]:
    """The address without its password, which travels in the environment: arguments are public."""
    parts = urlsplit(dsn)
    if parts.password is None:
        return dsn, {}
    user, _, host = parts.netloc.rpartition("@")
    bare = parts._replace(netloc=f"{user.split(':')[0]}@{host}")
    return urlunsplit(bare), {"PGPASSWORD": unquote(parts.password)}
