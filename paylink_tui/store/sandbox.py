"""The sandbox processor's own book: charges and events, kept in the same database for convenience.

PayLink's own tables never read it: they learn of a charge only through the processor port.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paylink_tui.domain.sandbox import Charge, Event, Page
from paylink_tui.domain.times import from_ms, to_ms

if TYPE_CHECKING:
    from datetime import datetime

    from paylink_tui.store.database import Database


_PAGE = "charge_ref, secret, return_url, description, firm, language, expires_at"
_CHARGE = "ref, idempotency_key, state, method, amount, currency, authorized_at, completes_at, outcome"
_EVENT = "id, charge_ref, kind, amount, currency, occurred_at, detail"


class SandboxBook:
    """Charges and events of the sandbox processor."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(
        self, ref: str, key: str, amount: int, currency: str, at: datetime, page: Mapping[str, Any]
    ) -> Page:
        """Open a charge and its page for an operation; the same operation opens the same page."""
        known = await self._page("charge_ref = ?", ref)
        if known is None:
            charge = {
                "ref": ref,
                "idempotency_key": key,
                "state": "open",
                "method": "card",
                "amount": amount,
                "currency": currency,
                "authorized_at": to_ms(at),
                "completes_at": to_ms(at),
            }
            await self._add(charge, {"charge_ref": ref, **page})
            known = await self._page("charge_ref = ?", ref)
        assert known is not None
        return known

    async def _add(self, charge: Mapping[str, Any], page: Mapping[str, Any]) -> None:
        """Insert both, unless another call for the same operation was quicker."""
        from sqlalchemy.dialects import postgresql, sqlite

        from paylink_tui.domain.text import storable
        from paylink_tui.store.schema import sandbox_charge, sandbox_checkout

        maker = postgresql.insert if self._database.dialect == "postgresql" else sqlite.insert
        clean = {name: storable(one) if isinstance(one, str) else one for name, one in page.items()}
        # Whoever asked for it writes down that it is open next, and waits for the disk then.
        async with self._database.write(lasting=False) as connection:
            await connection.execute(maker(sandbox_charge).values(charge).on_conflict_do_nothing())
            await connection.execute(maker(sandbox_checkout).values(clean).on_conflict_do_nothing())

    async def page(self, secret: str) -> Page | None:
        """The page behind a secret, or None."""
        return await self._page("secret = ?", secret)

    async def _page(self, condition: str, value: str) -> Page | None:
        rows = await self._database.reader.rows(
            f"SELECT {_PAGE} FROM sandbox_checkout WHERE {condition}", (value,)
        )
        return Page._make((*rows[0][:6], from_ms(rows[0][6]))) if rows else None

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
            await connection.execute(insert(sandbox_event), _rows(ref, currency, events, at))
            return True

    async def turn_down(
        self, ref: str, reason: str, most: int, seen: int | None, at: datetime, **also: Any
    ) -> bool:
        """Tell one more decline of an open charge; the last of `most` fails it, too.

        Returns False, having done nothing, when it is not open, or when not exactly `seen` declines
        (None: any number) were told before.
        """
        from sqlalchemy import func, insert, select, update

        from paylink_tui.store.schema import sandbox_charge, sandbox_event

        mine = sandbox_charge.c.ref == ref
        declined = (sandbox_event.c.charge_ref == ref) & (sandbox_event.c.kind == "declined")
        async with self._database.write() as connection:
            charge = (
                await connection.execute(select(sandbox_charge).where(mine).with_for_update())
            ).one_or_none()
            if charge is None or charge.state != "open":
                return False
            count = (
                await connection.execute(select(func.count()).select_from(sandbox_event).where(declined))
            ).scalar_one()
            if seen not in (None, count):
                return False
            last = count + 1 >= most
            kinds = ("declined", "failed") if last else ("declined",)
            events = [(kind, charge.amount, reason) for kind in kinds]
            await connection.execute(insert(sandbox_event), _rows(ref, charge.currency, events, at))
            values = {**also, "state": "failed" if last else "open"}
            await connection.execute(update(sandbox_charge).where(mine).values(values))
            return True

    async def refund(self, ref: str, operation: str, amount: int, at: datetime) -> str:
        """Tell a refund of a captured charge, once for each operation, however many ask at once.

        Returns why it was not done, `too_much` or `not_captured`; empty when it is.
        """
        from sqlalchemy import insert, select

        from paylink_tui.store.schema import sandbox_charge, sandbox_event

        given = (sandbox_event.c.charge_ref == ref) & (sandbox_event.c.kind == "refunded")
        query = select(sandbox_charge).where(sandbox_charge.c.ref == ref).with_for_update()
        async with self._database.write() as connection:
            charge = (await connection.execute(query)).one()
            events = (await connection.execute(select(sandbox_event).where(given))).all()
            if operation in {event.detail for event in events}:
                return ""
            if charge.state != "captured":
                return "not_captured"
            if sum(event.amount for event in events) + amount > charge.amount:
                return "too_much"
            told = _rows(ref, charge.currency, [("refunded", amount, operation)], at)
            await connection.execute(insert(sandbox_event), told)
        return ""

    async def quiet(self, number: int, at: datetime) -> bool:
        """Whether nothing was told after event `number` and no batch is due at `at`."""
        return not await self._database.reader.rows(
            """SELECT 1 WHERE EXISTS (SELECT 1 FROM sandbox_event WHERE id > ?) OR EXISTS
                   (SELECT 1 FROM sandbox_charge WHERE state = 'authorized' AND completes_at <= ?)""",
            (number, to_ms(at)),
        )

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


def _rows(
    ref: str, currency: str, events: Sequence[tuple[str, int, str]], at: datetime
) -> list[dict[str, Any]]:
    return [
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


def _charge(row: Sequence[Any]) -> Charge:
    return Charge._make((*row[:6], from_ms(row[6]), from_ms(row[7]), row[8]))


def _event(row: Sequence[Any]) -> Event:
    return Event._make((*row[:5], from_ms(row[5]), row[6]))
