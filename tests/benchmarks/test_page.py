"""From the payer's submit on the processor's page to the row Authorized on a screen of another process.

`PAYLINK_PAGE_ROUNDS=200` is the full run.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

import pytest

from tests.benchmarks.terminal import Terminal
from tests.commands import LINK_KEY
from tests.databases import in_thread
from tests.web.firm import furnish
from tests.web.forms import Form
from tests.web.payer import Payer
from tests.web.serving import Server
from tests.web.wire import Wire

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.timeout(1200),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

ROUNDS = int(os.environ.get("PAYLINK_PAGE_ROUNDS", "15"))
MOST = 30
"""How many times as long as the answer to the submit the paint may take: between the two are the webhook,
the fetch of the payment, and the screen; and other programs share the machine."""
HOME = b"\x1b[H"


@pytest.fixture
def served(
    migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Server, str]]:
    """A served firm, and the path of its one link."""
    for name in ("CONFIG", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path))
    monkeypatch.setenv("PAYLINK_LINK_KEY", LINK_KEY)
    (link,) = in_thread(furnish(migrated_url))
    with Server(migrated_url, tmp_path) as server:
        yield server, link


class Crowd:
    """Payers in a thread of their own, one after the other."""

    def __init__(self, address: str, link: str) -> None:
        self._address, self._link = address, link
        self._pool = ThreadPoolExecutor(1)
        self._loop = asyncio.new_event_loop()

    def arrive(self, name: str) -> tuple[Payer, Form]:
        """A payer at the processor's page, the payment submitted."""
        payer = Payer(Wire(self._address), name)

        async def walk() -> Form:
            return await payer.checkout(await payer.submit(await payer.open(self._link), "12.34"))

        return payer, self._pool.submit(self._loop.run_until_complete, walk()).result(30)

    def submit(self, payer: Payer, form: Form) -> Future[tuple[float, float]]:
        """Send the card; when it was sent, and when the answer had come."""

        async def send() -> tuple[float, float]:
            started = time.perf_counter()
            await payer.charge(form)
            ended = time.perf_counter()
            await payer.wire.close()
            return started, ended

        return self._pool.submit(self._loop.run_until_complete, send())

    def leave(self) -> None:
        """Give the thread back."""
        self._pool.shutdown()
        self._loop.close()


def test_a_submit_in_the_browser_is_painted_in_the_terminal(served: tuple[Server, str]) -> None:
    server, link = served
    crowd = Crowd(server.address, link)
    floor = answers(crowd)
    watched, painted = list[float](), list[float]()
    with Terminal((sys.executable, "-m", "paylink_tui", "--db", server.url)) as terminal:
        terminal.wait(b"Floor")
        terminal.settle(1.5)
        for number in range(ROUNDS):
            payer, form = crowd.arrive(f"Walker{number:03d}")
            terminal.wait(payer.paid.name.encode(), 10.0)
            terminal.send(HOME)
            terminal.settle(0.1)
            sent = crowd.submit(payer, form)
            seen = when_authorized(terminal, payer.paid.name)
            started, answered = sent.result(30)
            watched.append(answered - started)
            painted.append(seen - started)
            terminal.settle(0.1)
    crowd.leave()
    tell(server.url, floor, watched, painted)
    assert median(painted) <= MOST * median(floor)


def answers(crowd: Crowd) -> list[float]:
    """Seconds of the same submits while nobody watches, once the server is warm."""
    times = []
    for number in range(max(8, ROUNDS // 4)):
        started, answered = crowd.submit(*crowd.arrive(f"Floor{number}")).result(30)
        times.append(answered - started)
    return times[2:]


def when_authorized(terminal: Terminal, name: str, seconds: float = 10.0) -> float:
    """When the row of this payer was first painted as Authorized."""
    row = re.compile(rb"%b(?:(?!\x1b\[\d+;\d+H)[^\n]){0,900}?Authorized" % name.encode())
    start, until = len(terminal.seen), time.perf_counter() + seconds
    while not row.search(terminal.seen, start):
        assert time.perf_counter() < until, bytes(terminal.seen[start:])
        terminal.read(0.2)
    return terminal.last


def tell(url: str, floor: list[float], watched: list[float], painted: list[float]) -> None:
    kind = "PostgreSQL" if url.startswith("postgres") else "SQLite"
    print(f"\nbrowser to terminal on {kind}, {ROUNDS} payments: painted {spread(painted)} after the submit;")
    print(f"  its answer came after {spread(watched)}; with nobody watching (floor) {spread(floor)}")


def spread(times: list[float]) -> str:
    return f"p50 {median(times) * 1000:.0f} ms, p95 {quantiles(times, n=20)[-1] * 1000:.0f} ms"
