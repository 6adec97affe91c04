"""Checks over the whole book that anyone can run: small, independent, each with a name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paylink_tui.store.read import audit as audit_reading
from paylink_tui.store.read import checks, messages

if TYPE_CHECKING:
    from paylink_tui.store.database import Database
    from paylink_tui.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Check:
    """One check: `ok`, and what was counted or found wrong."""

    name: str
    ok: bool
    detail: str


class DoctorService:
    """Says whether every rule still holds in the database as it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> tuple[Check, ...]:
        """Run every check, reading only."""
        reader = self._database.reader
        results = [await _run(reader, name, sql) for name, sql in checks.QUERIES.items()]
        results += [await _named(reader, name, check) for name, check in _PROGRAMS.items()]
        results.append(await _mail(reader))
        if reader.dialect == "sqlite":
            results.append(await _integrity(reader))
        return tuple(results)


async def _run(reader: Reader, name: str, sql: str) -> Check:
    wrong = await reader.rows(f"{sql} LIMIT 5")
    detail = "; ".join(" ".join(str(value) for value in row) for row in wrong)
    return Check(name, not wrong, detail)


async def _named(reader: Reader, name: str, check: Callable[[Reader], Awaitable[str]]) -> Check:
    wrong = await check(reader)
    return Check(name, not wrong, wrong)


async def _integrity(reader: Reader) -> Check:
    rows = await reader.rows("PRAGMA integrity_check(5)")
    answer = "; ".join(str(row[0]) for row in rows)
    return Check("database file is whole", answer == "ok", "" if answer == "ok" else answer)


async def _mail(reader: Reader) -> Check:
    """A note, never a failure: mail that is not sent breaks no rule of the books."""
    given_up, waiting, tried = await messages.unsent(reader)
    parts = (
        (given_up, f"{given_up} given up (paylink notify list --failed)"),
        (waiting, f"{waiting} to be sent"),
        (tried, f"{tried} of them tried in vain"),
    )
    return Check("notify-completed: mail", True, ", ".join(words for count, words in parts if count))


_PROGRAMS: dict[str, Callable[[Reader], Awaitable[str]]] = {
    "txn-facts: every transaction is the fold of its facts": checks.folds_differ,
    "ledger-forever: the database's own guards stand": checks.guards_missing,
    "every row names rows that exist": checks.orphans,
    "audit-chain: every row's hash follows from the one before": audit_reading.first_broken,
}
