"""The doctor's questions: each finds what breaks a rule, so that nothing found is good news."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from importlib.resources import files

from paylink_tui.store.read import audit, checks_bank, checks_ledger, checks_payments, checks_trust
from paylink_tui.store.read.checks_facts import folds_differ
from paylink_tui.store.reader import Reader

_TRIGGER = re.compile(r"^CREATE TRIGGER (\w+)", re.MULTILINE)

QUERIES: dict[str, str] = (
    checks_ledger.QUERIES | checks_trust.QUERIES | checks_bank.QUERIES | checks_payments.QUERIES
)
"""By the name of the check; each row found is a thing that is wrong."""

_GUARDS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """SELECT DISTINCT CAST(tgname AS TEXT) FROM pg_trigger
                      WHERE NOT tgisinternal AND tgenabled <> 'D'""",
}


async def guards_missing(reader: Reader) -> str:
    """Triggers of ours that somebody took away, in words; empty when all stand."""
    there = {row[0] for row in await reader.rows(_GUARDS[reader.dialect])}
    scripts = files("paylink_tui.store.migrations").joinpath("sql").iterdir()
    ours = [script for script in scripts if script.name.endswith(f"_{reader.dialect}.sql")]
    wanted = {name for one in ours for name in _TRIGGER.findall(one.read_text("utf-8"))}
    return ", ".join(sorted(wanted - there)[:5])


async def orphans(reader: Reader) -> str:
    """Rows of SQLite that point to nothing, in words; PostgreSQL never lets one be."""
    if reader.dialect != "sqlite":
        return ""
    rows = await reader.rows('SELECT "table", rowid, parent FROM pragma_foreign_key_check LIMIT 5')
    return "; ".join(f"{table} {rowid} names no {parent}" for table, rowid, parent in rows)


async def damage(reader: Reader) -> str:
    """What of a SQLite file is damaged, in words; PostgreSQL sees to its own files."""
    if reader.dialect != "sqlite":
        return ""
    answer = "; ".join(str(row[0]) for row in await reader.rows("PRAGMA quick_check(5)"))
    return "" if answer == "ok" else answer


PROGRAMS: dict[str, Callable[[Reader], Awaitable[str]]] = {
    "audit-chain: every row's hash follows from the one before": audit.first_broken,
    "database file is whole": damage,
    "txn-facts: every transaction is the fold of its facts": folds_differ,
    "every row names rows that exist": orphans,
    "ledger-forever: the database's own guards stand": guards_missing,
}
"""Checks that no single query can make, the longest first; each says what is wrong, if anything is."""
