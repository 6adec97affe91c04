"""PostgreSQL that dies at once, in the middle of anything: nothing acknowledged is lost, and work goes on.

`PAYLINK_DEATHS=20` lets it die that often; each run prints the seed of its dice.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.services.links import NewLink
from paylink_tui.store.database import open_database
from tests.databases import FreshPostgresql, postgresql_or_skip, quick_directory
from tests.services.desk import KEY, assert_sound, furnish, services_over
from tests.simulation.test_kill import DONE

DEATHS = int(os.environ.get("PAYLINK_DEATHS", "3"))
LONGEST = 0.15
"""Seconds the server lives at most, once the writer has said enough."""

pytestmark = pytest.mark.timeout(120 + 20 * DEATHS)


@pytest.fixture
def server() -> Iterator[FreshPostgresql]:
    """A server that waits for its disk, as one that keeps money must."""
    made = postgresql_or_skip(quick_directory("mortal"))
    for setting in ("fsync = on", "synchronous_commit = on", "full_page_writes = on"):
        made.run(f"ALTER SYSTEM SET {setting}")
    made.run("SELECT pg_reload_conf()")
    yield made
    made.stop()


async def test_nothing_acknowledged_is_lost_when_the_server_dies(
    server: FreshPostgresql, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    url = server.migrated()
    desk = await furnish(services_over(await open_database(url)))
    await desk.links.create(NewLink("Operating"))
    await desk.close()
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice, said = random.Random(seed), list[str]()
    for death in range(DEATHS):
        said += struck(server, url, death, dice)
        await everything_is_there(url, said)
    assert len(said) >= DEATHS
    print(f"{len(said)} commands were acknowledged before {DEATHS} deaths of the server")


def struck(server: FreshPostgresql, url: str, death: int, dice: random.Random) -> list[str]:
    """Let a writer work, kill its server at a random moment, start it again; what the writer said was done.

    The writer ends by itself, with a sentence and no traceback.
    """
    command = [sys.executable, "-m", "tests.simulation.victim", url, f"death {death}"]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        said = [process.stdout.readline() for _ in range(death % (len(DONE) + 1))]
        killer = threading.Timer(dice.uniform(0, LONGEST), server.die)
        killer.start()
        rest, told = process.communicate(timeout=60)
        killer.join()
    finally:
        process.kill()
    server.live_again()
    assert "Traceback" not in told, told
    assert process.returncode == DatabaseProblem.exit_code, told
    return [line.strip() for line in [*said, *rest.splitlines(keepends=True)] if line.endswith("\n")]


async def everything_is_there(url: str, said: list[str]) -> None:
    """What was acknowledged is in the books, every rule holds, and the books work on."""
    desk = services_over(await open_database(url))
    try:
        for line in said:
            done, number = line.split()
            assert await desk.database.reader.rows(DONE[done], (int(number),)), line
        await assert_sound(desk)
        paid = await desk.sandbox.pay("L1", amount=900, name="Dana Ruiz", email="")
        assert paid.status == "authorized"
        await desk.sandbox.settle()
        await assert_sound(desk)
    finally:
        await desk.close()
