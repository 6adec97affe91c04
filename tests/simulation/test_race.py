"""Two processes link the same transaction at the same moment: one wins, the other is told."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process

import pytest

from paylink_tui.services.bundle import Services
from paylink_tui.services.links import NewLink
from paylink_tui.store.database import Database
from tests.services.desk import KEY, assert_sound, furnish, services_over

ROUNDS = int(os.environ.get("PAYLINK_RACE_ROUNDS", "100"))
AMOUNT = 1_000
CONTENDERS = (("mia", "C1"), ("jordan", "C2"))


@pytest.fixture
async def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    return await furnish(services_over(database))


async def started(url: str, actor: str, client: str) -> Process:
    command = (sys.executable, "-m", "tests.simulation.contender", url, actor, client)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert await answer(process) == "ready"
    return process


async def answer(process: Process) -> str:
    assert process.stdout is not None
    return (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()


async def tell(process: Process, line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n".encode())
    await process.stdin.drain()


async def test_one_of_two_processes_wins_every_time(desk: Services) -> None:
    await desk.links.create(NewLink("Operating"))
    for _ in range(ROUNDS):
        await desk.sandbox.pay("L1", amount=AMOUNT, name="Dana Ruiz", email="")
    await desk.sandbox.settle()
    racers = [await started(desk.database.url, *who) for who in CONTENDERS]
    try:
        wins = [await race(racers, number) for number in range(1, ROUNDS + 1)]
    finally:
        for racer in racers:
            await tell(racer, "")
            await asyncio.wait_for(racer.wait(), 30)
    await assert_sound(desk)
    await each_was_linked_once_by_its_winner(desk, wins)


async def race(racers: list[Process], number: int) -> int:
    """Start both at once; tells which of the two won."""
    await asyncio.gather(*(tell(racer, f"T{number}") for racer in racers))
    said = await asyncio.gather(*(answer(racer) for racer in racers))
    assert sorted(one == "won" for one in said) == [False, True], said
    winner = said.index("won")
    assert said[1 - winner].startswith(f"5 link-race T{number} was linked to ")
    assert f" by {CONTENDERS[winner][0]} on " in said[1 - winner]
    return winner


async def each_was_linked_once_by_its_winner(desk: Services, wins: list[int]) -> None:
    for number, winner in enumerate(wins, 1):
        one = await desk.transactions.get(number)
        assert [part.client_code for part in one.parts] == [CONTENDERS[winner][1]]
        assert one.linked_by == CONTENDERS[winner][0]
    rows = await desk.database.reader.rows(
        "SELECT (SELECT count(*) FROM linking), (SELECT sum(applied) FROM payment),"
        " (SELECT sum(applied) FROM invoice),"
        " (SELECT sum(credits - debits) FROM ledger_account WHERE kind IN ('credit', 'earned'))"
    )
    linkings, applied, paid, held = rows[0]
    assert (linkings, held) == (ROUNDS, ROUNDS * AMOUNT)
    assert applied == paid
