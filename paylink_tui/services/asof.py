"""The whole desk on the books as they stood at a moment, to be read and never written."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from paylink_tui.domain.audit import moment
from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.times import to_ms
from paylink_tui.services.bundle import Services
from paylink_tui.services.clock import FixedClock
from paylink_tui.store.past.build import Progress, build
from paylink_tui.store.reader import first

if TYPE_CHECKING:
    from paylink_tui.store.database import Database

_LAST: timedelta = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the past, and how people are told of it."""

    at: datetime
    """UTC; what was known at it is known."""
    told: str
    """`2026-10-31 23:59 EDT`."""


async def moment_of(services: Services, text: str) -> Moment:
    """The moment somebody typed: a day, which stands for its end in the firm's zone, or an ISO time.

    Raises:
        BadInput: it cannot be read, has not come yet, or there were no books.
    """
    zone, now = await services.audit.zone(), services.clock.now()
    at = _end(text, zone, now)
    if at is None:
        raise BadInput(f"{text!r} has not come yet", "Write a day or a time of the past, like 2026-10-31.")
    row = await first(services.database.reader, "SELECT min(at) FROM audit")
    if row is None or row[0] is None or to_ms(at) < row[0]:
        raise BadInput(f"{text!r} is before anything was written in these books", "Write a later day.")
    return Moment(at, at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z"))


def _end(text: str, zone: tzinfo, now: datetime) -> datetime | None:
    """The last instant of a period, the instant of a time; now for a period that is not over."""
    start, end = moment(text, zone, now), moment(text, zone, now, end=True)
    if start > now:
        return None
    return end if end == start else min(end - _LAST, now)


async def open_past(services: Services, when: Moment, progress: Progress | None = None) -> PastServices:
    """The desk as it stood then, in a temporary database that goes when it is closed.

    Raises:
        DatabaseProblem: the books cannot be read, or there is no room for the copy.
    """
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="paylink-asof-"))
    try:
        database = await build(services.database, to_ms(when.at), folder / "books.db", when.told, progress)
    except BaseException:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        raise
    return PastServices(services, database, when, folder)


class PastServices(Services):
    """Services over the books of a moment, whose clock stands still there."""

    def __init__(self, now: Services, database: Database, when: Moment, folder: Path) -> None:
        super().__init__(database, FixedClock(when.at), now.actor, settings=now.settings)
        self.moment = when
        self._folder = folder

    async def close(self) -> None:
        """Give the connections back and throw the copy away."""
        try:
            await super().close()
        finally:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)
