"""For each of the doctor's checks, raw SQL that makes it fail, and what fails with it by necessity."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from paylink_tui.services.bundle import Services

FILE, ORPHANS = "database file is whole", "every row names rows that exist"
FACTS = "txn-facts: every transaction is the fold of its facts"
SUMS = "ledger-balanced: each ledger account is the sum of its transfers"


@dataclass(frozen=True)
class Break:
    """Statements, and the checks that fail beside the one they are meant for."""

    statements: tuple[str, ...]
    also: frozenset[str] = frozenset()
    on_sqlite: frozenset[str] = frozenset()
    """What fails beside it on SQLite, which keeps no constraint from being dropped out of sight."""
    sqlite_only: bool = False


def one(statement: str, *also: str, on_sqlite: str = "", sqlite_only: bool = False) -> Break:
    return Break((statement,), frozenset(also), frozenset({on_sqlite} - {""}), sqlite_only)


def moved(debit: str, credit: str, amount: int = 1, first: str = "") -> Break:
    """A transfer from one ledger account to another, with both sums kept, that no rule allows."""
    post = (
        "INSERT INTO transfer (journal_id, kind, debit_id, credit_id, amount, currency)"
        f" SELECT ({UNDISPUTED}),"
        f" 'move', (SELECT id FROM ledger_account WHERE {debit}),"
        f" (SELECT id FROM ledger_account WHERE {credit}), {amount}, 'USD'"
    )
    sums = [
        f"UPDATE ledger_account SET {side} = {side} + {amount} WHERE {which}"
        for side, which in (("debits", debit), ("credits", credit))
    ]
    return Break((*([first] if first else []), post, *sums))


UNDISPUTED = "SELECT max(j.id) FROM journal j JOIN payment p ON p.id = j.payment_id WHERE p.dispute = ''"
CLOSED = "INSERT INTO month_close (month, closed_by, closed_at, audit_head) VALUES ('2026-11', 'x', 0, '')"
STATEMENT = (
    "INSERT INTO statement (id, account_id, name, format, content_hash, first_on, last_on, imported_by,"
    " imported_at) VALUES (1, 1, 'x', 'csv', 'x', '2026-11-01', '2026-11-30', 'x', 0)",
    "INSERT INTO statement_line (id, statement_id, account_id, fitid, posted_on, amount)"
    " VALUES (1, 1, 1, 'x', '2026-11-20', 1)",
)


def matched(kind: str) -> str:
    return (
        "INSERT INTO bank_match (line_id, transfer_id, matched_by, matched_at, how)"
        " SELECT 1, min(t.id), 'x', 0, 'chosen' FROM transfer t JOIN ledger_account a ON a.id = t.debit_id"
        f" WHERE a.bank_account_id = 1 AND t.kind = '{kind}'"
    )


def reconciled(book: str, ledgers: str) -> str:
    return (
        "INSERT INTO reconciliation (account_id, month, bank_balance, outstanding_in, outstanding_out, book,"
        f" ledgers, shortage, prepared_by, prepared_at) SELECT 1, '2026-11', 0, 0, 0, {book}, {ledgers}, 0,"
        " 'x', 0 FROM ledger_account WHERE kind = 'bank' AND bank_account_id = 1"
    )


def account(kind: str, bank: int = 0, client: int = 0) -> str:
    return f"kind = '{kind}' AND bank_account_id = {bank} AND client_id = {client} AND matter_id = 0"


def lowest(table: str, where: str) -> str:
    return f"id = (SELECT min(id) FROM {table} WHERE {where})"


BREAKS: dict[str, Break] = {
    SUMS: one(
        "UPDATE ledger_account SET debits = debits + 5, credits = credits + 5"
        f" WHERE {lowest('ledger_account', 'kind = ' + repr('credit'))}"
    ),
    "ledger-balanced: debits and credits agree in every currency": one(
        "UPDATE ledger_account SET debits = debits + 1 WHERE kind = 'fees'", SUMS
    ),
    "ledger-balanced: what was paid on an invoice is in its balance": one(
        f"UPDATE transfer SET invoice_id = 1 WHERE {lowest('transfer', 'kind = ' + repr('authorize'))}"
    ),
    "apply-over: each invoice's paid sum is the sum of its allocations": one(
        f"UPDATE invoice SET applied = applied - 1 WHERE {lowest('invoice', 'applied > 0')}"
    ),
    "apply-over: each transaction's applied sum is the sum of its allocations": one(
        f"UPDATE payment SET applied = applied - 1 WHERE {lowest('payment', 'applied > 0')}"
    ),
    "apply-over: no invoice and no transaction is over-applied": one(
        f"UPDATE invoice SET total = applied - 1 WHERE {lowest('invoice', 'applied > 0')}"
    ),
    "trust-named: each allocation pays an invoice of the client whose money it is": one(
        f"UPDATE allocation SET client_id = 3 WHERE {lowest('allocation', 'client_id = 1')}",
        on_sqlite=ORPHANS,
    ),
    "trust-never-negative: no client's or matter's ledger is below zero": moved(
        account("trust", 1, 2), account("trust", 1, 1), 90_000_000
    ),
    "trust-named: every ledger of client money names its client": one(
        "UPDATE ledger_account SET client_id = 0 WHERE id IN"
        " (SELECT min(id) FROM ledger_account WHERE kind = 'earned')"
    ),
    "trust-three-way: each trust account's book is what its clients' ledgers hold": moved(
        account("trust", 1, 2), account("processor", 2)
    ),
    "trust-three-way: a closed month's book is what was reconciled": Break(
        (CLOSED, reconciled("debits - credits + 1", "debits - credits"))
    ),
    "trust-three-way: a closed month's client ledgers are what was reconciled": Break(
        (CLOSED, reconciled("debits - credits", "debits - credits + 1"))
    ),
    "trust-three-way: no closed month has a bank line that nothing explains": Break(
        (CLOSED, reconciled("debits - credits", "debits - credits"), *STATEMENT)
    ),
    "trust-three-way: a bank line matches postings of its own account": Break(
        (*STATEMENT, matched("authorize"))
    ),
    "trust-three-way: what a bank line is matched to adds up to it": Break((*STATEMENT, matched("settle"))),
    "trust-shortage: no more was restored than was short": moved(
        account("bank", 1),
        account("shortage", 1),
        first="INSERT INTO ledger_account (kind, currency, bank_account_id) VALUES ('shortage', 'USD', 1)",
    ),
    "trust-gross: no fee or loss meets a trust account": moved(account("fees"), account("processor", 1)),
    "trust-cleared: uncleared money is what is authorized": moved(
        account("uncleared", 2), account("processor", 2)
    ),
    "trust-named: unidentified money is what waits to be linked": moved(
        account("unidentified", 2), account("processor", 2)
    ),
    "txn-refund-completed: money set aside is that of refunds on their way": moved(
        account("processor", 2), account("refunding", 2)
    ),
    "trust-gross: money is held and claimed only while it is disputed": moved(
        account("trust", 1, 2), account("held", 1, 1)
    ),
    "trust-named: what was entered by hand is posted once": one(
        "UPDATE trust_entry SET state = 'withdrawn' WHERE id = 1"
    ),
    "link-split: a linking's parts add up to its transaction": one(
        "UPDATE linking_part SET amount = amount - 1 WHERE id = 1"
    ),
    "link-race: a transaction has one live linking at most": one(
        "INSERT INTO linking (payment_id, linked_by, linked_at) VALUES (1, 'x', 0)"
    ),
    "link-client: each matter belongs to the client beside it": one(
        "UPDATE payment SET matter_id = 3 WHERE id = 1", on_sqlite=ORPHANS
    ),
    "link-locked: no link was used more often than allowed": one(
        "UPDATE payment_link SET max_uses = 0 WHERE id = 1"
    ),
    "link-get-is-free: a link's uses are its payments that stand": one(
        "UPDATE payment_link SET uses = uses + 1 WHERE id = 1"
    ),
    "txn-states: completed money has its day": one(
        "UPDATE payment SET completed_at = NULL WHERE id = 1", FACTS
    ),
    "txn-refund-completed: refunds are what their transactions say": one(
        "UPDATE refund SET amount = amount + 1 WHERE id = 1"
    ),
    "tally: the kept counts are the counts": one("UPDATE tally SET count = count + 1"),
    "audit-chain: every row's hash follows from the one before": one(
        "UPDATE audit SET after = '{}' WHERE seq = 3"
    ),
    FACTS: one("UPDATE payment SET fee = fee + 1 WHERE id = 1"),
    ORPHANS: one("UPDATE payment_link SET client_id = 99 WHERE id = 1", sqlite_only=True),
}


async def behind_the_back(desk: Services, statements: tuple[str, ...]) -> None:
    """Change what the guards keep, as who owns the database could, and leave the guards as they were."""
    if desk.database.dialect == "sqlite":
        _on_sqlite(str(desk.database.place.path), statements)
        return
    async with desk.database.write() as connection:
        await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        await connection.exec_driver_sql(_NO_CHECKS)
        for statement in statements:
            await connection.exec_driver_sql(statement)


_NO_CHECKS = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT conname, CAST(conrelid::regclass AS TEXT) AS place FROM pg_constraint
                WHERE contype = 'c' AND connamespace = current_schema()::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.place, one.conname); END LOOP;
END $$"""


def _on_sqlite(path: str, statements: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        for pragma in ("foreign_keys = OFF", "ignore_check_constraints = ON"):
            base.execute(f"PRAGMA {pragma}")
        guards = base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        base.execute("BEGIN")
        for name, _ in guards:
            base.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            base.execute(statement)
        for _, sql in guards:
            base.execute(sql)
        base.execute("COMMIT")
