"""A desk that can be cut off at any commit and at any call to its processor."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from paylink_tui.domain.settings import Settings
from paylink_tui.processors.port import (
    Capabilities,
    Checkout,
    Declined,
    EventPage,
    Hint,
    NotDone,
    Order,
    Outcome,
    Processor,
    Snapshot,
    Unknown,
)
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import Clock
from paylink_tui.store.database import Database, open_database
from tests.services.desk import settles

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Result = TypeVar("Result")

HOWS = ("before", "after", "unheard", "unsent")
"""How a point ends a command: the program dies before it, or after it with the answer lost; or a call's
answer is lost, or the call itself, and the program goes on. At a commit the last two are deaths as well."""


class Cut(BaseException):
    """The program dies here: nothing of its own may catch this."""


@dataclass
class Fuse:
    """Counts commits and calls, and ends the command that reaches the chosen one."""

    left: int = 0
    how: str = ""
    burnt: bool = False
    cuts: Counter[str] = field(default_factory=Counter)
    """How often it burnt, by how."""
    _spared: int = 0

    def lay(self, points: int, how: str) -> None:
        """End a command at its point number `points`, counted from 0."""
        self.left, self.how, self.burnt = points, how, False

    def put_out(self) -> bool:
        """Let the rest go on undisturbed; tells whether it had burnt."""
        burnt, self.how, self.burnt = self.burnt, "", False
        return burnt

    def point(self) -> str:
        """One commit or call; how it ends, empty when it goes well."""
        if self._spared or not self.how:
            return ""
        self.left -= 1
        if self.left >= 0:
            return ""
        how, self.how, self.burnt = self.how, "", True
        self.cuts[how] += 1
        return how

    @contextmanager
    def spared(self) -> Iterator[None]:
        """What the processor does for itself is not cut off: it does not die with us."""
        self._spared += 1
        try:
            yield
        finally:
            self._spared -= 1


class FusedDatabase(Database):
    """A database whose commits are points of a fuse."""

    fuse: Fuse

    @asynccontextmanager
    async def write(self, *, bulk: bool = False, lasting: bool = True) -> AsyncIterator[AsyncConnection]:
        """As of every database; the program may die just before or just after the commit."""
        async with super().write(bulk=bulk, lasting=lasting) as connection:
            yield connection
            how = self.fuse.point()
            if how in ("before", "unsent"):
                raise Cut
        if how:
            raise Cut


class FlakyProcessor:
    """The sandbox behind a line that can break; its calls are points of a fuse."""

    def __init__(self, inner: Processor, fuse: Fuse) -> None:
        self.name = inner.name
        self._inner = inner
        self._fuse = fuse

    def capabilities(self) -> Capabilities:
        return self._inner.capabilities()

    def reference(self, operation: str) -> str:
        return self._inner.reference(operation)

    async def open_checkout(self, order: Order) -> Checkout | Declined | NotDone | Unknown:
        return await self._over_the_line(self._inner.open_checkout(order))

    async def cancel_checkout(self, operation: str, payment_ref: str) -> Outcome:
        return await self._over_the_line(self._inner.cancel_checkout(operation, payment_ref))

    async def fetch(self, payment_ref: str) -> Snapshot | NotDone | Unknown:
        return await self._over_the_line(self._inner.fetch(payment_ref))

    async def look(self, operation: str) -> Snapshot | NotDone | Unknown:
        return await self._over_the_line(self._inner.look(operation))

    async def void(self, operation: str, payment_ref: str) -> Outcome:
        return await self._over_the_line(self._inner.void(operation, payment_ref))

    async def refund(self, operation: str, payment_ref: str, amount: int) -> Outcome:
        return await self._over_the_line(self._inner.refund(operation, payment_ref, amount))

    async def events(self, cursor: str, limit: int = 200) -> EventPage | NotDone | Unknown:
        return await self._over_the_line(self._inner.events(cursor, limit))

    def verify(
        self, body: bytes, headers: Mapping[str, str], secrets: Sequence[str], now: datetime
    ) -> tuple[Hint, ...]:
        return self._inner.verify(body, headers, secrets, now)

    async def _over_the_line(self, call: Awaitable[Result]) -> Result | Unknown:
        how = self._fuse.point()
        if how in ("before", "unsent"):
            getattr(call, "close", lambda: None)()
            if how == "before":
                raise Cut
            return Unknown("the line broke before the call")
        with self._fuse.spared():
            answer = await call
        if how == "after":
            raise Cut
        return Unknown("the line broke before the answer") if how else answer


class FusedServices(Services):
    """Every use case, over a database and a processor that can fail."""

    @cached_property
    def processors(self) -> Mapping[str, Processor]:
        """The sandbox, over a line that can break."""
        assert isinstance(self.database, FusedDatabase)
        return {"sandbox": FlakyProcessor(self.sandbox_processor, self.database.fuse)}


async def open_fused(url: str, fuse: Fuse) -> FusedDatabase:
    """Open a database whose commits are points of `fuse`."""
    found = await open_database(url)
    database = FusedDatabase(found.place, found.reader, patience=found.patience)
    database.fuse = fuse
    return database


def fused_services(database: FusedDatabase, clock: Clock, actor: str, settings: Settings) -> FusedServices:
    """The services as one person uses them, with a clock that is shared and moved by hand."""
    return FusedServices(database, clock, actor, sandbox_schedule=settles, settings=settings)
