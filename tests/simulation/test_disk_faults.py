"""A disk that fails: what was acknowledged is there once, what failed was said, and no book breaks."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from paylink_tui.services.links import NewLink
from paylink_tui.store.database import open_database
from tests.databases import FreshSqlite
from tests.services.desk import KEY, assert_sound, furnish, services_over
from tests.simulation.test_kill import DONE
from tests.store.mounts import on_small_disk

ROUNDS = int(os.environ.get("PAYLINK_FAULT_ROUNDS", "25"))
FAULTS = {
    "the disk does not confirm one write in twenty": ("posix/io/sync/*", "0.05"),
    "one read or write in five hundred fails": ("posix/io/rw/p*", "0.002"),
}


@pytest.fixture
async def book(fresh_sqlite: FreshSqlite, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    path = Path(fresh_sqlite.migrated())
    desk = await furnish(services_over(await open_database(str(path))))
    await desk.links.create(NewLink("Operating"))
    await desk.close()
    return path


def failing(fault: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python program whose system calls fail by chance."""
    if shutil.which("fiu-run") is None:
        if os.environ.get("CI"):
            raise FileNotFoundError("fiu-run: install the Debian package fiu-utils")
        pytest.skip("fiu-run is not here: install the Debian package fiu-utils")
    name, probability = FAULTS[fault]
    order = f"enable_random name={name},probability={probability}"
    return subprocess.run(
        ["fiu-run", "-x", "-f", "", "-c", order, sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_a_failing_disk_took_is_there_once(book: Path, fault: str) -> None:
    done = failing(fault, "-m", "tests.simulation.stubborn", str(book), str(ROUNDS))
    said = Counter(line.split()[0] for line in done.stdout.splitlines())
    print(fault, dict(said))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-800:]
    assert {name: said[name] for name in ("paid", "completed", "linked", "recorded")} == dict.fromkeys(
        ("paid", "completed", "linked", "recorded"), ROUNDS
    )
    assert said["failed"] > 0, "no fault was met"
    with closing(sqlite3.connect(book)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        for line in done.stdout.splitlines():
            word, number = line.split(maxsplit=1)
            assert word == "failed" or len(connection.execute(DONE[word], (number,)).fetchall()) == 1, line
        assert connection.execute("SELECT count(*) FROM record_payment").fetchone() == (ROUNDS,)
    desk = services_over(await open_database(str(book)))
    await assert_sound(desk)
    await desk.close()


FULL_DISK = """
import asyncio, os, sys
from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.services.links import NewLink
from paylink_tui.store.database import open_database
from tests.services.desk import assert_sound, furnish, services_over

async def main():
    disk = sys.argv[1]
    with open(disk + "/ballast", "wb") as ballast:
        ballast.write(bytes(4_000_000))
    desk = services_over(await open_database(disk + "/books.db", create=True))
    try:
        await pay_until_full(await furnish(desk), disk)
    finally:
        await desk.close()

async def pay_until_full(desk, disk):
    await desk.links.create(NewLink("Operating"))
    paid = 0
    try:
        while True:
            await desk.sandbox.pay("L1", amount=900, name="x" * 900, email="")
            paid += 1
    except DatabaseProblem as error:
        print(error.message)
    os.unlink(disk + "/ballast")
    await desk.intake.poll()
    await assert_sound(desk)
    [(there,)] = await desk.database.reader.rows("SELECT count(*) FROM payment WHERE status = 'authorized'")
    print(paid > 3 and paid <= there <= paid + 1)
    await desk.sandbox.settle()
    await assert_sound(desk)
    print("works on")

asyncio.run(main())
"""


def test_a_disk_that_fills_up_loses_no_payment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    said = on_small_disk(tmp_path, FULL_DISK, size="12m").splitlines()
    assert "full" in said[0].lower()
    assert said[1:] == ["True", "works on"]
