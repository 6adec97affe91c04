"""A writer on a failing disk: what fails is said and tried again, what is done is printed once it is kept."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.services.bundle import Services
from paylink_tui.services.linking import Part
from paylink_tui.services.recording import NewRecord
from paylink_tui.store.database import open_database
from tests.services.desk import services_over
from tests.simulation.victim import say

Result = TypeVar("Result")
TRIES = 200
"""How often one command is tried before the writer gives up on a disk that never works."""


async def until_done(act: Callable[[], Awaitable[Result]]) -> Result:
    """Repeat a command until the disk takes it, saying every failure by its sentence."""
    for _ in range(TRIES):
        try:
            return await act()
        except DatabaseProblem as problem:
            say("failed", problem.message)
    raise SystemExit("the disk never took it")


async def work(url: str, rounds: int) -> None:
    """Pay, settle, link, record and unlink, each command with a key of its own where it has one."""
    desk = services_over(await until_done(lambda: open_database(url)), "stubborn")
    try:
        for number in range(rounds):
            await _round(desk, f"round {number}")
    finally:
        await desk.close()


async def _round(desk: Services, name: str) -> None:
    paid = await until_done(lambda: desk.sandbox.pay("L1", amount=900, name=name, email=""))
    say("paid", paid.id)
    await until_done(lambda: _settled(desk, paid.id))
    say("completed", paid.id)
    await until_done(lambda: desk.linking.link(paid.id, [Part("C1", apply=False)], key=f"link {name}"))
    say("linked", paid.id)
    new = NewRecord("C1", "credit", 1)
    done = await until_done(lambda: desk.recording.record(new, key=f"record {name}"))
    say("recorded", done.id)


async def _settled(desk: Services, payment_id: int) -> None:
    """Send the batch, unless a try that failed to say so had sent it."""
    await desk.intake.poll()
    one = await desk.transactions.get(payment_id)
    if one.status == "authorized":
        await desk.sandbox.settle([one.name])


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1], int(sys.argv[2])))
