"""Backups: whole, consistent, and never over another file."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store.database import Database, backup, open_database
from tests.databases import FreshPostgresql
from tests.store.book import run
from tests.store.mounts import BACKUP_TO_FULL_DISK, on_small_disk

pytestmark = pytest.mark.usefixtures("client_programs")


@pytest.fixture
def client_programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The `pg_dump` that came with the test's own server."""
    if "fresh_postgresql" in request.fixturenames or "postgresql" in request.node.name:
        server: FreshPostgresql = request.getfixturevalue("fresh_postgresql")
        monkeypatch.setenv("PATH", str(server.programs), prepend=os.pathsep)


async def test_a_backup_holds_what_was_committed(database: Database, tmp_path: Path) -> None:
    await run(database, "INSERT INTO setting (name, value) VALUES ('a', 'b')")
    file = tmp_path / "copy"
    await backup(database.url, file)
    assert stat.S_IMODE(os.stat(file).st_mode) & 0o077 == 0
    assert os.listdir(tmp_path) == ["copy"]
    if database.dialect == "sqlite":
        copy = await open_database(str(file))
        assert await copy.reader.rows("SELECT * FROM setting") == [("a", "b")]
        assert await copy.reader.rows("PRAGMA integrity_check") == [("ok",)]
        await copy.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
async def test_a_dump_is_restored_by_pg_restore(
    database: Database, tmp_path: Path, fresh_postgresql: FreshPostgresql
) -> None:
    await run(database, "INSERT INTO setting (name, value) VALUES ('a', 'b')")
    file = tmp_path / "copy"
    await backup(database.url, file)
    empty = fresh_postgresql.empty()
    restore(fresh_postgresql, empty, file)
    restored = await open_database(empty)
    assert await restored.reader.rows("SELECT * FROM setting") == [("a", "b")]
    await restored.close()
    fresh_postgresql.drop(empty)


@pytest.mark.postgresql
@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
async def test_a_dump_that_fails_leaves_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    false_dump(tmp_path / "pg_dump")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(DatabaseProblem, match="server version mismatch"):
        await backup(database.url, tmp_path / "copy")
    assert os.listdir(tmp_path) == ["pg_dump"]


async def test_a_backup_replaces_nothing(database: Database, tmp_path: Path) -> None:
    file = keep(tmp_path / "copy")
    with pytest.raises(DatabaseProblem, match="exists already"):
        await backup(database.url, file)
    assert read(file) == "kept"


async def test_a_backup_to_nowhere_is_told(database: Database, tmp_path: Path) -> None:
    with pytest.raises(DatabaseProblem, match=r"nowhere/copy"):
        await backup(database.url, tmp_path / "nowhere" / "copy")


def test_a_backup_to_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    told, left = on_small_disk(tmp_path, BACKUP_TO_FULL_DISK).splitlines()
    assert "the disk is full" in told
    assert "copy" not in left


@pytest.mark.postgresql
@pytest.mark.parametrize("fresh", ["postgresql"], indirect=True)
async def test_a_missing_pg_dump_is_told(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DatabaseProblem, match="pg_dump, which is not installed here"):
        await backup(database.url, tmp_path / "copy")


def restore(server: FreshPostgresql, url: str, file: Path) -> None:
    subprocess.run([server.programs / "pg_restore", "--dbname", url, file], check=True)


def false_dump(program: Path) -> None:
    """A `pg_dump` older than the server, as many machines have."""
    program.write_text("#!/bin/sh\necho 'aborting because of server version mismatch' >&2\nexit 1\n")
    program.chmod(0o755)


def keep(file: Path) -> Path:
    file.write_text("kept")
    return file


def read(file: Path) -> str:
    return file.read_text()
