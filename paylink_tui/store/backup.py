"""Copies of a database that a person can go back to."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store.place import Place
from paylink_tui.store.problems import from_os, translate


async def back_up(place: Place, file: Path) -> None:
    """Write a consistent copy to a new file, while others go on working.

    SQLite becomes a SQLite file that opens as it is; PostgreSQL a `pg_dump` archive for `pg_restore`.

    Raises:
        DatabaseProblem: the file exists, the disk is full, or `pg_dump` is missing or fails.
    """
    if await asyncio.to_thread(os.path.lexists, file):
        raise DatabaseProblem(f"{file} exists already.", "Name a new file; a backup replaces nothing.")
    if place.dialect == "sqlite":
        await asyncio.to_thread(_copy_sqlite, place, file)
    else:
        await _dump_postgresql(place, file)


async def copy_before_upgrade(place: Place) -> Path:
    """Copy an embedded database beside itself; returns where."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    copy = place.path.with_name(f"{place.path.name}.before-upgrade-{stamp}")
    await asyncio.to_thread(_copy_sqlite, place, copy)
    return copy


def _copy_sqlite(source: Place, file: Path) -> None:
    """Under its own name only once it is whole and on the disk: half a copy is never taken for one."""
    part = file.with_name(file.name + ".part")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy_pages(source, part)
        _sync(part)
        os.replace(part, file)
        _sync(file.parent)
    except sqlite3.Error as error:
        part.unlink(missing_ok=True)
        raise translate(error, str(file)) or error from error
    except OSError as error:
        part.unlink(missing_ok=True)
        raise from_os(error, str(file)) from error


def _copy_pages(source: Place, file: Path) -> None:
    """In one step, so that it is one moment's book; VACUUM INTO of a read-only one trips over `balance`."""
    origin = sqlite3.connect(f"{source.file_uri}?mode=ro", uri=True)
    copy = sqlite3.connect(file)
    try:
        origin.backup(copy)
    finally:
        copy.close()
        origin.close()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


async def _dump_postgresql(place: Place, file: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise DatabaseProblem(
            f"{place.name} is backed up by pg_dump, which is not installed here.",
            "Install PostgreSQL's client programs, or back it up on the server.",
        )
    address, secret = _without_password(place.dsn)
    process = await asyncio.create_subprocess_exec(
        program,
        "--format=custom",
        f"--file={file}",
        f"--dbname={address}",
        env={**os.environ, **secret},
        stderr=asyncio.subprocess.PIPE,
    )
    _, told = await process.communicate()
    if process.returncode:
        await asyncio.to_thread(file.unlink, missing_ok=True)
        raise DatabaseProblem(
            f"pg_dump could not back up {place.name}: {told.decode('utf-8', 'replace').strip()}.",
            "Use a pg_dump of the server's version.",
        )


def _without_password(dsn: str) -> tuple[str, dict[str, str]]:
    """The address without its password, which travels in the environment: arguments are public."""
    parts = urlsplit(dsn)
    if parts.password is None:
        return dsn, {}
    user, _, host = parts.netloc.rpartition("@")
    bare = parts._replace(netloc=f"{user.split(':')[0]}@{host}")
    return urlunsplit(bare), {"PGPASSWORD": unquote(parts.password)}
