"""Checks over the whole book that anyone can run: small, independent, each with a name."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from paylink_tui.domain.errors import DatabaseProblem
from paylink_tui.store.examining import examining
from paylink_tui.store.read import checks, messages

if TYPE_CHECKING:
    from paylink_tui.store.database import Database
    from paylink_tui.store.reader import Reader

MAIL = "notify-completed: mail"
_Look = Callable[["Reader"], Awaitable[tuple[bool, str]]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `ok`, and what was counted or found wrong."""

    name: str
    ok: bool
    detail: str
    seconds: float = 0.0
    """How long it took."""


class DoctorService:
    """Says whether every rule still holds in the database as it is; never writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> tuple[Check, ...]:
        """Every check, always in the same order."""
        async with aclosing(self.examine()) as done:
            found = {one.name: one async for one in done}
        return tuple(found[name] for name in names())

    async def examine(self) -> AsyncGenerator[Check, None]:
        """Every check as soon as it is done; two are made at once, the longest first.

        Memory does not grow with the book.

        Raises:
            DatabaseProblem: the book cannot be opened; a check that cannot read it is one that fails.
        """
        waiting, done = deque(_looks().items()), asyncio.Queue[Check]()
        async with examining(self._database) as readers:
            lanes = [asyncio.create_task(_lane(reader, waiting, done)) for reader in readers]
            try:
                for _ in names():
                    yield await _next(done, lanes)
            finally:
                for lane in lanes:
                    lane.cancel()
                await asyncio.gather(*lanes, return_exceptions=True)


def names() -> tuple[str, ...]:
    """The name of every check: its rule, and what is looked at."""
    return (*checks.QUERIES, *checks.PROGRAMS, MAIL)


def _looks() -> dict[str, _Look]:
    programs: dict[str, _Look] = {name: partial(_program, one) for name, one in checks.PROGRAMS.items()}
    queries: dict[str, _Look] = {name: partial(_query, sql) for name, sql in checks.QUERIES.items()}
    return {**programs, **queries, MAIL: _mail}


async def _lane(reader: Reader, waiting: deque[tuple[str, _Look]], done: asyncio.Queue[Check]) -> None:
    while waiting:
        name, look = waiting.popleft()
        start = time.perf_counter()
        try:
            ok, detail = await look(reader)
        except DatabaseProblem as problem:  # of a damaged file the other checks still tell what they can
            ok, detail = False, problem.message
        await done.put(Check(name, ok, detail, time.perf_counter() - start))


async def _next(done: asyncio.Queue[Check], lanes: list[asyncio.Task[None]]) -> Check:
    """What is done next; a lane that fails is told of at once."""
    getting = asyncio.create_task(done.get())
    try:
        while not getting.done():
            going: list[asyncio.Task[Any]] = [getting, *(lane for lane in lanes if not lane.done())]
            await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
            for lane in lanes:
                if lane.done():
                    lane.result()
        return getting.result()
    finally:
        getting.cancel()


async def _query(sql: str, reader: Reader) -> tuple[bool, str]:
    wrong = await reader.rows(f"{sql} LIMIT 5")
    return not wrong, "; ".join(" ".join(str(value) for value in row) for row in wrong)


async def _program(look: Callable[[Reader], Awaitable[str]], reader: Reader) -> tuple[bool, str]:
    wrong = await look(reader)
    return not wrong, wrong


async def _mail(reader: Reader) -> tuple[bool, str]:
    """A note, never a failure: mail that is not sent breaks no rule of the books."""
    given_up, waiting, tried = await messages.unsent(reader)
    parts = (
        (given_up, f"{given_up} given up (paylink notify list --failed)"),
        (waiting, f"{waiting} to be sent"),
        (tried, f"{tried} of them tried in vain"),
    )
    return True, ", ".join(words for count, words in parts if count)
