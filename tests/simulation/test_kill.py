"""A writer killed at any moment loses nothing it was told is done, and breaks nothing."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from paylink_tui.services.links import NewLink
from paylink_tui.store.database import open_database
from tests.databases import FreshSqlite
from tests.services.desk import KEY, assert_sound, furnish, services_over

KILLS = int(os.environ.get("PAYLINK_KILLS", "8"))
LONGEST = 0.1
"""Seconds a writer lives at most, once it has said enough."""

pytestmark = pytest.mark.timeout(120 + 10 * KILLS)

DONE = {
    "paid": "SELECT 1 FROM fact WHERE payment_id = ? AND kind = 'authorized'",
    "completed": "SELECT 1 FROM payment WHERE id = ? AND status = 'completed'",
    "linked": "SELECT 1 FROM linking WHERE payment_id = ?",
    "recorded": "SELECT 1 FROM record_payment WHERE id = ?",
    "undone": """SELECT 1 FROM journal j JOIN journal u ON u.reverses_id = j.id
                  WHERE j.record_payment_id = ?""",
    "unlinked": """SELECT 1 FROM linking l JOIN unlinking u ON u.linking_id = l.id
                    WHERE l.payment_id = ?""",
}
"""What must be in the database once a command was said to be done."""


@pytest.fixture
def book(fresh_sqlite: FreshSqlite, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    return Path(fresh_sqlite.migrated())


def killed(book: Path, run: int, dice: random.Random) -> list[str]:
    """Start a writer, let it work, kill it at a random moment, and tell what it said was done.

    One gets less far than a command before its moment comes, the next a command further, up to a whole round.
    """
    command = [sys.executable, "-m", "tests.simulation.victim", str(book), str(run)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        said = [process.stdout.readline() for _ in range(run % (len(DONE) + 1))]
        killer = threading.Timer(dice.uniform(0, LONGEST), process.kill)
        killer.start()
        said += process.stdout.readlines()
        killer.join()
    finally:
        process.kill()
        process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return [line.strip() for line in said if line.endswith("\n")]


async def test_nothing_acknowledged_is_lost_to_kill_nine(book: Path) -> None:
    desk = await furnish(services_over(await open_database(str(book))))
    await desk.links.create(NewLink("Operating"))
    await desk.close()
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice, said = random.Random(seed), list[str]()
    for run in range(KILLS):
        said += killed(book, run, dice)
        with closing(sqlite3.connect(book)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            for line in said:
                done, number = line.split()
                assert connection.execute(DONE[done], (number,)).fetchone(), line
        await sound(book)
    assert len(DONE) >= KILLS or {line.split()[0] for line in said} == set(DONE)
    assert len(said) >= KILLS - 1
    print(f"{len(said)} commands were acknowledged by {KILLS} killed writers")


async def sound(book: Path) -> None:
    """Every rule holds, and the book works on from where the writer died."""
    desk = services_over(await open_database(str(book)))
    try:
        await assert_sound(desk)
        paid = await desk.sandbox.pay("L1", amount=900, name="Dana Ruiz", email="")
        assert paid.status == "authorized"
        await desk.sandbox.settle()
        await assert_sound(desk)
    finally:
        await desk.close()
