"""Five bookkeepers at one transaction at the same moment: each is answered, and each answer is true."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator

import pytest

from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.links import NewLink
from paylink_tui.store.database import Database
from tests.services.desk import KEY, assert_sound, furnish, services_over

ROUNDS = int(os.environ.get("PAYLINK_RACE_ROUNDS", "25"))
AMOUNT = 1_000
BOOKKEEPERS = ("mia", "jordan", "ada", "lee", "sam")
OWNERS = ("C1", "C2", "C3", "C1", "C2")


@pytest.fixture
async def desk(database: Database, monkeypatch: pytest.MonkeyPatch) -> Services:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)
    made = await furnish(services_over(database))
    await made.links.create(NewLink("Operating"))
    return made


@pytest.fixture
async def racers(desk: Services) -> AsyncIterator[list[Process]]:
    made = [await started(desk.database.url, *who) for who in zip(BOOKKEEPERS, OWNERS, strict=True)]
    yield made
    for racer in made:
        await tell(racer, "")
        await asyncio.wait_for(racer.wait(), 30)


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


async def all_at_once(racers: list[Process], line: str) -> list[str]:
    """Start everybody with one word, and gather what each says came of it."""
    await asyncio.gather(*(tell(racer, line) for racer in racers))
    return list(await asyncio.gather(*(answer(racer) for racer in racers)))


async def test_one_wins_every_race_to_link_and_the_others_are_told_who(
    desk: Services, racers: list[Process]
) -> None:
    for _ in range(ROUNDS):
        await desk.sandbox.pay("L1", amount=AMOUNT, name="Dana Ruiz", email="")
    await desk.sandbox.settle()
    right = 0
    for number in range(1, ROUNDS + 1):
        said = await all_at_once(racers, f"T{number}")
        assert said.count("won") == 1, said
        winner = said.index("won")
        told = f"5 link-race T{number} was linked to "
        for one in (*said[:winner], *said[winner + 1 :]):
            assert one.startswith(told)
            assert f" by {BOOKKEEPERS[winner]} on " in one
        await is_linked_once(desk, number, winner)
        right += len(said)
    await assert_sound(desk)
    print(f"{right} of {ROUNDS * len(BOOKKEEPERS)} answers were right")


async def is_linked_once(desk: Services, number: int, winner: int) -> None:
    one = await desk.transactions.get(number)
    assert [part.client_code for part in one.parts] == [OWNERS[winner]]
    assert one.linked_by == BOOKKEEPERS[winner]
    rows = await desk.database.reader.rows(
        "SELECT sum(credits - debits), (SELECT count(*) FROM linking)"
        " FROM ledger_account WHERE kind = 'credit'"
    )
    assert rows == [(number * AMOUNT, number)]


@pytest.fixture
async def one_transaction(desk: Services) -> Services:
    """One linked payment, whose credit everybody draws on."""
    await desk.sandbox.pay("L1", amount=AMOUNT, name="Dana Ruiz", email="")
    await desk.sandbox.settle()
    await desk.linking.link("T1", [Part("C1", apply=False)])
    return desk


async def test_no_update_of_one_transaction_is_lost(one_transaction: Services) -> None:
    """Every bookkeeper records a cent of the same payment's credit at the same moment, round after round."""
    desk = one_transaction
    racers = [await started(desk.database.url, who, "C1") for who in BOOKKEEPERS]
    try:
        said = [line for _ in range(ROUNDS) for line in await all_at_once(racers, "R")]
    finally:
        for racer in racers:
            await tell(racer, "")
            await asyncio.wait_for(racer.wait(), 30)
    wanted = ROUNDS * len(BOOKKEEPERS)
    assert sorted(said) == sorted(f"R{number}" for number in range(1, wanted + 1))
    assert (await desk.transactions.get(1)).applied == wanted
    rows = await desk.database.reader.rows(
        "SELECT sum(credits - debits), (SELECT count(*) FROM record_payment),"
        " (SELECT sum(applied) FROM invoice) FROM ledger_account WHERE kind = 'credit'"
    )
    assert rows == [(AMOUNT - wanted, wanted, wanted)]
    await assert_sound(desk)
    print(f"{wanted} of {wanted} updates are there")
