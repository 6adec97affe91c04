"""Messages to payers and the firm, inside a write transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from paylink_tui.domain.outbox import MessageState
from paylink_tui.store.schema import message, submission
from paylink_tui.store.statements import Prepared
from paylink_tui.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

# A statement that is made once is also prepared once: making one costs more than running it.
_LANGUAGE = select(submission.c.language).where(submission.c.payment_id == bindparam("payer_of"))
_SPOKEN = {"language": func.coalesce(_LANGUAGE.scalar_subquery(), "")}
_ADD = {
    "sqlite": Prepared(sqlite.insert(message).values(_SPOKEN).on_conflict_do_nothing()),
    "postgresql": Prepared(postgresql.insert(message).values(_SPOKEN).on_conflict_do_nothing()),
}
# In these very words: SQLite finds the index of what is open by them, and not by values bound to them.
_OPEN = text("state IN ('waiting', 'sending')")
CLAIM = (
    update(message)
    .where(
        message.c.id.in_(
            select(message.c.id)
            .where(_OPEN, message.c.next_at <= bindparam("now"))
            .order_by(message.c.next_at, message.c.id)
            .limit(bindparam("many"))
        )
    )
    .values(state=MessageState.SENDING, attempts=message.c.attempts + 1, next_at=bindparam("until"))
    .returning(message.c.id, message.c.attempts)
)
_SETTLE = (
    update(message)
    .where(
        message.c.id == bindparam("number"),
        message.c.attempts == bindparam("attempt"),
        message.c.state == MessageState.SENDING,
    )
    .values(
        {name: bindparam(name) for name in ("state", "recipient", "next_at", "sent_at", "problem")},
    )
)
_GIVE_BACK = (
    update(message)
    .where(
        message.c.id == bindparam("number"),
        message.c.attempts == bindparam("attempt"),
        message.c.state == MessageState.SENDING,
    )
    .values(state=MessageState.WAITING, attempts=message.c.attempts - 1, next_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How one try ended. Times in epoch milliseconds; counts only for whoever holds the claim."""

    id: int
    attempt: int
    """The number of the try, as it was claimed."""
    state: MessageState
    recipient: str
    next_at: int
    sent_at: int | None
    problem: str


async def add(unit: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Write messages that are not there yet, each in the language its payer spoke on the page.

    Each row has payment_id, occasion, occurrence, audience, recipient, content, and payer_of: the
    payment whose payer reads it, or 0.
    """
    times = {"created_at": unit.at, "next_at": unit.at}
    await unit.run_each(_ADD[unit.dialect], [{**row, **times} for row in rows])


async def claim(connection: AsyncConnection, now: int, until: int, many: int) -> dict[int, int]:
    """Take messages that are due, or whose claim has run out, for nobody else until `until`.

    Returns:
        The number of the try that each id is claimed for.
    """
    found = await connection.execute(CLAIM, {"now": now, "until": until, "many": many})
    return {row.id: row.attempts for row in found}


async def settle(connection: AsyncConnection, endings: Sequence[Ending]) -> None:
    """Write how tries ended; one whose claim was taken over meanwhile changes nothing."""
    rows = [
        {
            "number": one.id,
            "attempt": one.attempt,
            "state": one.state.value,
            "recipient": one.recipient,
            "next_at": one.next_at,
            "sent_at": one.sent_at,
            "problem": one.problem,
        }
        for one in endings
    ]
    await connection.execute(_SETTLE, rows)


async def give_back(connection: AsyncConnection, claimed: dict[int, int], now: int) -> None:
    """Free messages that were claimed and not tried."""
    rows = [{"number": number, "attempt": attempt, "now": now} for number, attempt in claimed.items()]
    await connection.execute(_GIVE_BACK, rows)


async def skip(connection: AsyncConnection, problem: str, *, now: int, before: int | None = None) -> int:
    """Send no waiting message that is due; or only none that nothing tried to send since `before`."""
    due = (_OPEN, message.c.state == MessageState.WAITING, message.c.next_at <= now)
    query = update(message).where(*due)
    if before is not None:
        query = query.where(message.c.attempts == 0, message.c.next_at < before)
    done = await connection.execute(query.values(state=MessageState.SKIPPED, problem=problem))
    return int(done.rowcount)


async def wait_again(connection: AsyncConnection, number: int | None, now: int) -> int:
    """Make one message that was not sent due now, or every one that was given up or waits; tells how many."""
    unsent = [MessageState.WAITING, MessageState.GIVEN_UP]
    query = update(message).where(message.c.state.in_(unsent))
    if number is not None:
        mine = or_(message.c.state.in_(unsent), message.c.state == MessageState.SKIPPED)
        query = update(message).where(message.c.id == number, mine)
    done = await connection.execute(query.values(state=MessageState.WAITING, attempts=0, next_at=now))
    return int(done.rowcount)
