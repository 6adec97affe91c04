"""Opening SQLite: each file that cannot be used says what, where, why, and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store import place as places
from paylink_tui.store.database import open_database, upgrade
from paylink_tui.store.migrations import HEAD
from paylink_tui.store.opening import network_kind
from tests.databases import FreshSqlite
from tests.store.book import run
from tests.store.mounts import FULL_DISK, READ_ONLY_DISK, on_small_disk
from tests.store.opening import problem


async def test_a_new_database_is_made_where_it_was_asked_for(database_url: str) -> None:
    assert "`paylink init --firm NAME`" in await problem(database_url)
    made = await open_database(database_url, create=True)
    await run(made, "INSERT INTO setting (name, value) VALUES ('a', 'b')")
    await made.close()
    again = await open_database(database_url)
    assert await again.reader.rows("SELECT value FROM setting") == [("b",)]
    await again.close()


async def test_a_newer_database_is_left_alone(migrated_url: str) -> None:
    database = await open_database(migrated_url)
    await run(database, "UPDATE alembic_version SET version_num = '9999'")
    await database.close()
    for ask in ({}, {"create": True}, {"readonly": True}):
        told = await problem(migrated_url, **ask)
        assert "made by a newer PayLink" in told
        assert HEAD in told
    with pytest.raises(DatabaseProblem, match="newer PayLink"):
        await upgrade(migrated_url)


async def test_upgrading_a_current_database_does_nothing(migrated_url: str) -> None:
    assert await upgrade(migrated_url) is None


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "books.db"


@pytest.fixture
def made(fresh_sqlite: FreshSqlite) -> Iterator[str]:
    url = fresh_sqlite.migrated()
    yield url
    fresh_sqlite.drop(url)


def scribble(url: str, start: int, end: int) -> None:
    """What a failing disk leaves of a file."""
    with open(url, "r+b") as disk:
        disk.seek(start)
        disk.write(b"\xff" * (end - start))


async def test_nothing_there(file: Path) -> None:
    assert f"There is no database at {file}." in await problem(str(file))
    assert not os.listdir(file.parent)


async def test_no_directory(tmp_path: Path) -> None:
    told = await problem(str(tmp_path / "typo" / "books.db"), create=True)
    assert f"The directory {tmp_path / 'typo'} does not exist." in told


async def test_a_directory(tmp_path: Path) -> None:
    assert "is a directory" in await problem(str(tmp_path), create=True)


async def test_the_default_place_is_made_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(places.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    database = await open_database(create=True)
    assert database.place.path == places.default_path()
    assert tmp_path in database.place.path.parents
    assert os.stat(database.place.path).st_mode & 0o777 == 0o600
    await database.close()


@pytest.fixture
def words(file: Path) -> Iterator[str]:
    """A file of another kind, which must stay as it is."""
    file.write_text("client,amount\nNg,100\n" * 100)
    before = file.read_bytes()
    yield str(file)
    assert file.read_bytes() == before


@pytest.fixture
def bookmarks(file: Path) -> Iterator[str]:
    """Another program's database, which must stay as it is."""
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    before = file.read_bytes()
    yield str(file)
    assert file.read_bytes() == before


async def test_no_sqlite_database(words: str) -> None:
    assert "is not a SQLite database" in await problem(words, create=True)


async def test_another_programs_database(bookmarks: str) -> None:
    assert "belongs to another program" in await problem(bookmarks, create=True)


async def test_another_programs_mark(file: Path) -> None:
    other = sqlite3.connect(file)
    other.execute("PRAGMA application_id = 42")
    other.close()
    assert "belongs to another program" in await problem(str(file), create=True)


async def test_a_damaged_database(made: str) -> None:
    scribble(made, 4096, os.stat(made).st_size)
    assert "is damaged" in await problem(made)


async def test_damage_found_later(made: str) -> None:
    database = await open_database(made)
    rows = await database.reader.rows("SELECT rootpage FROM sqlite_master WHERE name = 'client'")
    root = int(rows[0][0])
    scribble(made, (root - 1) * 4096, root * 4096)
    with pytest.raises(DatabaseProblem, match="is damaged"):
        await database.reader.rows("SELECT * FROM client")
    await database.close()


async def test_locked_by_a_program_that_lets_nobody_in(made: str) -> None:
    holder = sqlite3.connect(made, isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN IMMEDIATE")
    assert "is locked" in await problem(made, patience=0.1)
    holder.close()


async def test_reading_goes_on_beside_a_writer(made: str) -> None:
    holder = sqlite3.connect(made, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    holder.execute("INSERT INTO setting (name, value) VALUES ('a', 'b')")
    database = await open_database(made, patience=0.1)
    assert await database.reader.rows("SELECT * FROM setting") == []
    holder.execute("COMMIT")
    assert await database.reader.rows("SELECT * FROM setting") == [("a", "b")]
    await database.close()
    holder.close()


async def test_what_a_killed_writer_committed_is_found_again(made: str, tmp_path: Path) -> None:
    writer = sqlite3.connect(made, isolation_level=None)
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("INSERT INTO setting (name, value) VALUES ('a', 'b')")
    left = str(tmp_path / "left.db")
    shutil.copy(made, left)
    shutil.copy(f"{made}-wal", f"{left}-wal")
    writer.close()
    database = await open_database(left)
    assert await database.reader.rows("SELECT * FROM setting") == [("a", "b")]
    await database.close()


async def test_the_reader_cannot_write(made: str) -> None:
    database = await open_database(made)
    with pytest.raises(DatabaseProblem, match="cannot be written"):
        await database.reader.rows("INSERT INTO setting (name, value) VALUES ('a', 'b')")
    await database.close()


def test_a_read_only_disk(tmp_path: Path) -> None:
    printed = on_small_disk(tmp_path, READ_ONLY_DISK)
    told, rows, wrote = printed.splitlines()
    assert "cannot be written: the file or its directory is read-only" in told
    assert rows == "[('a', 'b')]"
    assert "was opened read-only" in wrote


def test_a_full_disk(tmp_path: Path) -> None:
    printed = on_small_disk(tmp_path, FULL_DISK)
    told, kept, checked, freed = printed.splitlines()
    assert "the disk is full" in told
    assert kept == "True"
    assert checked == "[('ok',)]"
    assert freed == "saved"


def test_a_network_file_system() -> None:
    mounts = (
        "/dev/sda1 / ext4 rw 0 0\nserver:/x /srv/shared\\040books nfs4 rw 0 0\n"
        "host /mnt/host 9p rw 0 0\ntmpfs /srv/shared\\040books/local tmpfs rw 0 0\n"
    )
    assert network_kind(Path("/home/ng/books.db"), mounts) == ""
    assert network_kind(Path("/srv/shared books/books.db"), mounts) == "nfs4"
    assert network_kind(Path("/srv/shared books/local/books.db"), mounts) == ""
    assert network_kind(Path("/srv/shared"), mounts) == ""
    assert network_kind(Path("/mnt/host/a/b.db"), mounts) == "9p"
