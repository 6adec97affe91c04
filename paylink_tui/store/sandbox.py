"""The sandbox processor's own book: charges and events, kept in the same database for convenience.

PayLink's own tables never read it: they learn of a charge only through the processor port.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from paylink_tui.domain.times import from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from paylink_tui.store.database import Database


class Charge(NamedTuple):
    """One charge as the sandbox keeps it. Amount in minor units, times UTC."""

    ref: str
    idempotency_key: str
    state: str
    method: str
    amount: int
    currency: str
    authorized_at: datetime
    completes_at: datetime
    outcome: str


class Event(NamedTuple):
    """One event as the sandbox tells it."""

    id: int
    charge_ref: str
    kind: str
    amount: int
    currency: str
    occurred_at: datetime
    detail: str


_CHARGE = "ref, idempotency_key, state, method, amount, currency, authorized_at, completes_at, outcome"
_EVENT = "id, charge_ref, kind, amount, currency, occurred_at, detail"


class SandboxBook:
    """Charges and events of the sandbox processor."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, ref: str, key: str, amount: int, currency: str, at: datetime) -> Charge:
        """Open a charge for an operation; the same operation opens the same charge."""
        from sqlalchemy import insert

        from paylink_tui.store.schema import sandbox_charge

        known = await self.by_key(key)
        if known is None:
            async with self._database.write() as connection:
                await connection.execute(
                    insert(sandbox_charge).values(
                        ref=ref,
                        idempotency_key=key,
                        state="open",
                        method="card",
                        amount=amount,
                        currency=currency,
                        authorized_at=to_ms(at),
                        completes_at=to_ms(at),
                    )
                )
            known = await self.by_key(key)
        assert known is not None
        return known

    async def charge(self, ref: str) -> Charge | None:
        """The charge with this reference, or None."""
        rows = await self._database.reader.rows(f"SELECT {_CHARGE} FROM sandbox_charge WHERE ref = ?", (ref,))
        return _charge(rows[0]) if rows else None

    async def by_key(self, key: str) -> Charge | None:
        """The charge an operation opened, or None."""
        rows = await self._database.reader.rows(
            f"SELECT {_CHARGE} FROM sandbox_charge WHERE idempotency_key = ?", (key,)
        )
        return _charge(rows[0]) if rows else None

    async def due(self, at: datetime, limit: int) -> tuple[Charge, ...]:
        """Authorized charges whose batch has gone out by `at`."""
        rows = await self._database.reader.rows(
            f"""SELECT {_CHARGE} FROM sandbox_charge
                 WHERE state = 'authorized' AND completes_at <= ? ORDER BY completes_at, ref LIMIT ?""",
            (to_ms(at), limit),
        )
        return tuple(_charge(row) for row in rows)

    async def move(
        self,
        ref: str,
        was: Sequence[str],
        state: str,
        events: Sequence[tuple[str, int, str]],
        at: datetime,
        **also: Any,
    ) -> bool:
        """Take a charge from one of the states `was` to `state` and tell `events` (kind, amount, detail).

        Returns False, having done nothing, when it is in none of them any more.
        """
        from sqlalchemy import insert, select, update

        from paylink_tui.store.schema import sandbox_charge, sandbox_event

        mine = sandbox_charge.c.ref == ref
        async with self._database.write() as connection:
            moved = await connection.execute(
                update(sandbox_charge)
                .where(mine, sandbox_charge.c.state.in_(list(was)))
                .values(state=state, **also)
            )
            if moved.rowcount == 0:
                return False
            currency = (await connection.execute(select(sandbox_charge.c.currency).where(mine))).scalar_one()
            rows = [
                {
                    "charge_ref": ref,
                    "kind": kind,
                    "amount": amount,
                    "currency": currency,
                    "occurred_at": to_ms(at),
                    "detail": detail,
                }
                for kind, amount, detail in events
            ]
            await connection.execute(insert(sandbox_event), rows)
            return True

    async def events_of(self, ref: str) -> tuple[Event, ...]:
        """Every event of one charge, oldest first."""
        rows = await self._database.reader.rows(
            f"SELECT {_EVENT} FROM sandbox_event WHERE charge_ref = ? ORDER BY id", (ref,)
        )
        return tuple(_event(row) for row in rows)

    async def events_after(self, number: int, limit: int) -> tuple[Event, ...]:
        """Events told after one, oldest first."""
        rows = await self._database.reader.rows(
            f"SELECT {_EVENT} FROM sandbox_event WHERE id > ? ORDER BY id LIMIT ?", (number, limit)
        )
        return tuple(_event(row) for row in rows)


def _charge(row: Sequence[Any]) -> Charge:
    return Charge._make((*row[:6], from_ms(row[6]), from_ms(row[7]), row[8]))


def _event(row: Sequence[Any]) -> Event:
    return Event._make((*row[:5], from_ms(row[5]), row[6]))
