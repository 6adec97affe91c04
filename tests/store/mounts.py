"""Small file systems of a test's own, in a mount namespace that ends with the child that uses it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNSHARE = ("unshare", "--mount", "--map-root-user")


def on_small_disk(directory: Path, program: str, *, size: str = "2m") -> str:
    """Run a Python program with a small disk mounted at `directory`; returns what it printed.

    The program gets the directory as its argument. Skips where nobody may mount.
    """
    if shutil.which("unshare") is None or subprocess.run([*UNSHARE, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets no test mount a disk of its own")
    shell = f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$1" -c "$2" "$0"'
    done = subprocess.run(
        [*UNSHARE, "sh", "-c", shell, str(directory), sys.executable, program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


READ_ONLY_DISK = """
import asyncio, os, subprocess, sys
from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store.database import open_database

async def main():
    path = sys.argv[1] + "/books.db"
    database = await open_database(path, create=True)
    async with database.write() as connection:
        await connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES ('a', 'b')")
    await database.close()
    subprocess.run(["mount", "-o", "remount,ro", sys.argv[1]], check=True)
    try:
        await open_database(path)
    except DatabaseProblem as error:
        print(error.message)
    database = await open_database(path, readonly=True)
    print(await database.reader.rows("SELECT * FROM setting"))
    try:
        async with database.write():
            pass
    except DatabaseProblem as error:
        print(error.message)
    await database.close()

asyncio.run(main())
"""

FULL_DISK = """
import asyncio, os, sys
from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store.database import open_database

async def add(database, number):
    async with database.write() as connection:
        words = "INSERT INTO setting (name, value) VALUES (?, ?)"
        await connection.exec_driver_sql(words, (str(number), "x" * 20000))

async def main():
    with open(sys.argv[1] + "/ballast", "wb") as ballast:
        ballast.write(bytes(300_000))
    database = await open_database(sys.argv[1] + "/books.db", create=True)
    saved = 0
    try:
        while True:
            await add(database, saved)
            saved += 1
    except DatabaseProblem as error:
        print(error.message)
    rows = await database.reader.rows("SELECT count(*) FROM setting")
    print(rows == [(saved,)] and saved > 3)
    print(await database.reader.rows("PRAGMA integrity_check"))
    os.unlink(sys.argv[1] + "/ballast")
    await add(database, saved)
    print("saved")
    await database.close()

asyncio.run(main())
"""

BACKUP_TO_FULL_DISK = """
import asyncio, os, sys
from pathlib import Path
from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store.database import backup, open_database

async def main():
    disk = Path(sys.argv[1])
    database = await open_database(str(disk / "books.db"), create=True)
    await database.close()
    with open(disk / "ballast", "wb", buffering=0) as ballast:
        while ballast.tell() < os.statvfs(disk).f_blocks * 4096 - (disk / "books.db").stat().st_size - 65536:
            ballast.write(bytes(16384))
    try:
        await backup(str(disk / "books.db"), disk / "copy")
    except DatabaseProblem as error:
        print(error.message)
    print(sorted(os.listdir(disk)))

asyncio.run(main())
"""
