"""What processors tell, kept before it is handled: each event once, early ones parked and tried again."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, literal, update
from sqlalchemy.dialects import postgresql, sqlite

from paylink_tui.domain.times import to_ms
from paylink_tui.store.schema import inbox, setting
from paylink_tui.store.statements import Prepared

if TYPE_CHECKING:
    from paylink_tui.store.database import Database
    from paylink_tui.store.unit_of_work import UnitOfWork

WINDOW: Final = timedelta(minutes=10)
"""How far back, at least, events are read again: one may show up behind others that were read before it."""
GIVE_UP: Final = timedelta(days=3)
"""How long an event waits for a payment that nobody knows."""
BATCH: Final = 200

DOUBLED: Final = 24
"""Tries after which the pause grows no longer: half a year, and still a number both databases can tell."""

_TRIES = f"CASE WHEN attempts < {DOUBLED} THEN CAST(attempts AS INTEGER) ELSE {DOUBLED} END"
_DUE = f"received_at + 1000 * ((CAST(1 AS BIGINT) << {_TRIES}) - 1) <= ?"
"""At once, then when it is 1, 3, 7, 15... seconds old: what cannot be helped yet is asked less and less."""

_STATE = f"""
SELECT (SELECT value FROM setting WHERE name = ?), (SELECT value FROM setting WHERE name = ?),
       CASE WHEN EXISTS (SELECT 1 FROM inbox WHERE handled_at IS NULL AND source = ? AND {_DUE})
            THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM operation WHERE state IN ('sent', 'unknown') AND sent_at < ?)
            THEN 1 ELSE 0 END
"""

_MINE = update(inbox).where(
    inbox.c.source == bindparam("told_by"),
    inbox.c.handled_at.is_(None),
    inbox.c.id <= bindparam("newest"),
    inbox.c.body == bindparam("ref"),
)
_COUNT = Prepared(_MINE.values(attempts=inbox.c.attempts + 1))
_CLOSE = Prepared(_MINE.returning(inbox.c.id))


class Event(Protocol):
    """What is kept of an event that a processor tells."""

    @property
    def external_id(self) -> str:
        """The processor's own id of it."""

    @property
    def payment_ref(self) -> str:
        """The processor's id of the payment it happened to."""


class Mark(NamedTuple):
    """A processor's cursor, and when it was the newest one (UTC epoch milliseconds)."""

    cursor: str
    at: int


class State(NamedTuple):
    """How far a processor's events were read, and whether anything waits."""

    cursor: str
    marks: tuple[Mark, ...]
    """Older cursors, oldest first: where reading again begins."""
    waiting: bool
    """Whether an event is due to be handled."""
    unsettled: bool
    """Whether a call to some processor was left open for long."""


class Waiting(NamedTuple):
    """A payment that something happened to, and the newest event that tells of it."""

    payment_ref: str
    newest: int


class Inbox:
    """The stored hints of every processor."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, source: str, now: datetime, open_before: datetime) -> State:
        """All a poll has to know, in one query; `open_before` is when a lasting call must have begun."""
        asked = (f"cursor:{source}", f"overlap:{source}", source, to_ms(now), to_ms(open_before))
        cursor, marks, waiting, unsettled = (await self._database.reader.rows(_STATE, asked))[0]
        known = tuple(Mark(*one) for one in json.loads(marks or "[]"))
        return State(cursor or "", known, bool(waiting), bool(unsettled))

    async def keep(
        self, source: str, hints: Sequence[Event], now: datetime, moved: tuple[State, str] | None = None
    ) -> int:
        """Store the hints that are new, and how far a poll `moved` its cursor, in one transaction.

        Nothing is written when nothing is new. Returns how many hints were new.
        """
        fresh = await self._unknown(source, hints)
        ahead = moved is not None and moved[1] != moved[0].cursor
        if not fresh and not ahead:
            return 0
        at = to_ms(now)
        rows = [
            {"source": source, "external_id": one.external_id, "body": one.payment_ref, "received_at": at}
            for one in fresh
        ]
        maker = postgresql.insert if self._database.dialect == "postgresql" else sqlite.insert
        async with self._database.write() as connection:
            if rows:
                await connection.execute(maker(inbox).values(rows).on_conflict_do_nothing())
            if moved is not None and ahead:
                keep = maker(setting).values(_positions(source, *moved, at))
                await connection.execute(
                    keep.on_conflict_do_update(index_elements=["name"], set_={"value": keep.excluded.value})
                )
        return len(fresh)

    async def _unknown(self, source: str, hints: Sequence[Event]) -> list[Event]:
        """The hints that are not stored, each once."""
        by_id = {one.external_id: one for one in hints}
        names = list(by_id)
        for start in range(0, len(names), 500):
            chunk = names[start : start + 500]
            known = await self._database.reader.rows(
                f"SELECT external_id FROM inbox WHERE source = ? AND external_id IN ({_marks(chunk)})",
                (source, *chunk),
            )
            for (external_id,) in known:
                del by_id[external_id]
        return list(by_id.values())

    async def due(self, source: str, now: datetime) -> list[Waiting]:
        """Payments whose events are to be handled now; the least tried first, so that none starves."""
        rows = await self._database.reader.rows(
            f"""SELECT body, max(id) FROM inbox WHERE handled_at IS NULL AND source = ? AND {_DUE}
                GROUP BY body ORDER BY min(attempts), min(id) LIMIT ?""",
            (source, to_ms(now), BATCH),
        )
        return [Waiting(*row) for row in rows]

    async def about(self, source: str, refs: Collection[str]) -> list[Waiting]:
        """Which of these payments have events that are not handled, whenever they are due."""
        rows = await self._database.reader.rows(
            f"""SELECT body, max(id) FROM inbox
                 WHERE handled_at IS NULL AND source = ? AND body IN ({_marks(refs)})
                 GROUP BY body ORDER BY min(id)""",
            (source, *refs),
        )
        return [Waiting(*row) for row in rows]

    async def known(self, source: str, waiting: Sequence[Waiting]) -> set[str]:
        """The references among these that payments of ours have."""
        refs = [one.payment_ref for one in waiting]
        rows = await self._database.reader.rows(
            f"SELECT payment_ref FROM payment WHERE processor = ? AND payment_ref IN ({_marks(refs)})",
            (source, *refs),
        )
        return {row[0] for row in rows}

    async def park(self, source: str, waiting: Sequence[Waiting], now: datetime) -> None:
        """Leave the events of payments nobody knows for later; those that waited too long are given up."""
        at = to_ms(now)
        old = inbox.c.received_at < to_ms(now - GIVE_UP)
        values = {
            "attempts": inbox.c.attempts + 1,
            "handled_at": case((old, literal(at, BigInteger)), else_=None),
            "problem": case((old, "no payment of ours"), else_=""),
        }
        newest = max(one.newest for one in waiting)
        about = inbox.c.body.in_([one.payment_ref for one in waiting])
        async with self._database.write() as connection:
            await connection.execute(update(inbox).where(*_open(source, newest), about).values(values))

    async def refuse(self, source: str, one: Waiting, problem: str) -> None:
        """Leave the events of a payment the rules do not let move for later, and keep why."""
        async with self._database.write() as connection:
            await connection.execute(
                update(inbox)
                .where(*_open(source, one.newest), inbox.c.body == one.payment_ref)
                .values(attempts=inbox.c.attempts + 1, problem=problem)
            )

    async def newest(self) -> int:
        """The number of the newest event of all, 0 when there is none."""
        rows = await self._database.reader.rows("SELECT coalesce(max(id), 0) FROM inbox")
        return int(rows[0][0])

    async def parked(self) -> int:
        """How many events are not handled."""
        rows = await self._database.reader.rows("SELECT count(*) FROM inbox WHERE handled_at IS NULL")
        return int(rows[0][0])


async def close(unit: UnitOfWork, source: str, payment_ref: str, upto: int, *, found: bool) -> int:
    """Close a payment's events as far as `upto`, or count one more try when it was not found.

    Returns how many were closed.
    """
    mine = {"told_by": source, "ref": payment_ref, "newest": upto}
    if not found:
        await unit.run(_COUNT, mine)
        return 0
    return len(await unit.run(_CLOSE, {**mine, "handled_at": unit.at, "problem": ""}))


def _open(source: str, upto: int) -> tuple[ColumnElement[bool], ...]:
    return inbox.c.source == source, inbox.c.handled_at.is_(None), inbox.c.id <= upto


def _positions(source: str, state: State, cursor: str, at: int) -> list[dict[str, Any]]:
    """The rows that say how far events were read, and from where they are read again.

    Two older cursors are kept, and one is replaced once the younger is a window old: reading again
    from the older one then covers between one window and two.
    """
    marks = state.marks or (Mark(state.cursor, at),)
    if at - marks[-1].at >= WINDOW // timedelta(milliseconds=1):
        marks = (*marks[-1:], Mark(state.cursor, at))
    rows = [{"name": f"cursor:{source}", "value": cursor}]
    if marks != state.marks:
        rows.append({"name": f"overlap:{source}", "value": json.dumps(marks)})
    return rows


def _marks(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values))
