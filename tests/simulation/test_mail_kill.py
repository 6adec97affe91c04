"""Processes that send mail are killed at any moment: nothing is lost, and a copy is told by its id."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress

import pytest

from paylink_tui.services.links import NewLink
from paylink_tui.store.database import open_database
from tests.databases import Fresh
from tests.mail_sink import Sink, wait_for
from tests.services.desk import KEY, furnish, services_over

KILLS = int(os.environ.get("PAYLINK_KILLS", "4"))
PAYMENTS = 10 * KILLS
"""Of which four messages each are to be sent."""
MOST = 20
"""Messages that must be sent before a kill, at most: half of what there is for each."""
TOGETHER = 2
"""Processes that send at once, and are killed at once."""
LONGEST = 0.02
"""Seconds such a process lives at most, once enough was sent."""


def start(url: str, sink: Sink, round_: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.simulation.postman", url, str(sink.port), str(round_)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def let_die(postmen: list[subprocess.Popen[str]], sink: Sink, dice: random.Random) -> None:
    """Kill them at a random moment of their work: after some messages, and in the middle of the next."""
    enough = len(sink.taken) + dice.randint(1, MOST)
    for one in postmen:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    wait_for(lambda: len(sink.taken) >= enough)
    with suppress(subprocess.TimeoutExpired):
        postmen[0].wait(timeout=dice.uniform(0, LONGEST))
    for one in postmen:
        one.kill()
        one.wait()
        assert one.stdout is not None
        one.stdout.close()
    assert -signal.SIGKILL in [one.returncode for one in postmen], "nobody was killed"


async def test_mail_survives_the_processes_that_send_it(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    url = fresh.migrated()
    desk = await furnish(services_over(await open_database(url)))
    await desk.links.create(NewLink("Operating"))
    for number in range(PAYMENTS):
        await desk.sandbox.pay("L1", amount=900, name=f"Payer {number}", email=f"p{number}@x.example")
    await desk.sandbox.settle()
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice, wanted = random.Random(seed), 4 * PAYMENTS
    try:
        with Sink() as sink:
            for round_ in range(KILLS):
                postmen = [start(url, sink, round_) for _ in range(TOGETHER)]
                await asyncio.to_thread(let_die, postmen, sink, dice)
            assert len(set(sink.ids)) < wanted, "nothing was left to lose"
            last = start(url, sink, KILLS)
            out, _ = await asyncio.to_thread(last.communicate, timeout=60)
            assert (out, last.returncode) == ("ready\n", 0)
            counted = Counter(sink.ids)
        assert len(counted) == wanted
        # A process can be killed between the server's word and its own note of it, once.
        assert len(sink.taken) - wanted <= KILLS * TOGETHER
        assert max(counted.values()) <= 1 + KILLS
        assert {one.state.value for one in await desk.messages.list(limit=1000)} == {"sent"}
        print(f"{len(sink.taken) - wanted} copies of {wanted} messages after {KILLS * TOGETHER} kills")
    finally:
        await desk.close()
        fresh.drop(url)
