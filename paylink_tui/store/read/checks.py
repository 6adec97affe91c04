"""The doctor's questions: each query finds rows that break a rule, so that no row is good news."""

from __future__ import annotations

import re
from importlib.resources import files

from paylink_tui.domain.facts import Fact, FactConflict, FactKind, fold
from paylink_tui.domain.times import from_ms, maybe_ms
from paylink_tui.store.reader import Reader

_TRIGGER = re.compile(r"^CREATE TRIGGER (\w+)", re.MULTILINE)
_SIGNED = "SELECT coalesce(sum(al.sign * al.amount), 0) FROM allocation al WHERE"

QUERIES: dict[str, str] = {
    "ledger-balanced: each ledger account is the sum of its transfers": """
        SELECT 'ledger account', a.id, a.kind FROM ledger_account a
         WHERE a.debits <> (SELECT coalesce(sum(t.amount), 0) FROM transfer t WHERE t.debit_id = a.id)
            OR a.credits <> (SELECT coalesce(sum(t.amount), 0) FROM transfer t WHERE t.credit_id = a.id)""",
    "ledger-balanced: debits and credits agree in every currency": """
        SELECT currency, sum(debits), sum(credits) FROM ledger_account
         GROUP BY currency HAVING sum(debits) <> sum(credits)""",
    "trust-never-negative: no client's or matter's ledger is below zero": """
        SELECT 'ledger account', id, credits - debits FROM ledger_account
         WHERE kind IN ('trust', 'credit', 'unidentified', 'uncleared') AND credits < debits""",
    "trust-named: every trust ledger names its client": """
        SELECT 'ledger account', id FROM ledger_account WHERE kind = 'trust' AND client_id = 0""",
    "trust-three-way: each trust account's book is what its clients' ledgers hold": """
        SELECT b.name, sum(CASE WHEN a.kind = 'bank' THEN a.debits - a.credits ELSE 0 END),
               sum(CASE WHEN a.kind IN ('trust', 'unidentified') THEN a.credits - a.debits ELSE 0 END)
          FROM ledger_account a JOIN bank_account b ON b.id = a.bank_account_id
         WHERE b.kind = 'trust' GROUP BY b.id, b.name
        HAVING sum(CASE WHEN a.kind = 'bank' THEN a.debits - a.credits ELSE 0 END)
            <> sum(CASE WHEN a.kind IN ('trust', 'unidentified') THEN a.credits - a.debits ELSE 0 END)""",
    "trust-gross: no fee or loss meets a trust account": """
        SELECT 'transfer', t.id FROM transfer t
          JOIN ledger_account d ON d.id = t.debit_id JOIN ledger_account c ON c.id = t.credit_id
          JOIN bank_account b ON b.id IN (d.bank_account_id, c.bank_account_id)
         WHERE b.kind = 'trust' AND (d.kind IN ('fees', 'fees due', 'losses')
                                     OR c.kind IN ('fees', 'fees due', 'losses'))""",
    "trust-cleared: uncleared money is what is authorized": """
        SELECT b.name, coalesce(sum(a.credits - a.debits), 0)
          FROM bank_account b LEFT JOIN ledger_account a
            ON a.bank_account_id = b.id AND a.kind = 'uncleared' GROUP BY b.id, b.name
        HAVING coalesce(sum(a.credits - a.debits), 0) <> (
            SELECT coalesce(sum(p.amount), 0) FROM payment p
             WHERE p.account_id = b.id AND p.status = 'authorized')""",
    "trust-named: unidentified money is what waits to be linked": """
        SELECT b.name, coalesce(sum(a.credits - a.debits), 0)
          FROM bank_account b LEFT JOIN ledger_account a
            ON a.bank_account_id = b.id AND a.kind = 'unidentified' GROUP BY b.id, b.name
        HAVING coalesce(sum(a.credits - a.debits), 0) <> (
            SELECT coalesce(sum(p.amount - p.refunded), 0) FROM payment p
             WHERE p.account_id = b.id AND p.status = 'completed' AND p.linked = 0)""",
    "apply-over: each invoice's paid sum is the sum of its allocations": f"""
        SELECT 'invoice', i.number FROM invoice i WHERE i.applied <> ({_SIGNED} al.invoice_id = i.id)""",
    "apply-over: each transaction's applied sum is the sum of its allocations": f"""
        SELECT 'transaction', p.id FROM payment p WHERE p.applied <> ({_SIGNED} al.payment_id = p.id)""",
    "apply-over: no invoice and no transaction is over-applied": """
        SELECT 'invoice', number FROM invoice WHERE paid_before + applied > total
        UNION ALL SELECT 'transaction', CAST(id AS TEXT) FROM payment WHERE applied + refunded > amount""",
    "trust-named: each allocation pays an invoice of the client whose money it is": """
        SELECT 'allocation', al.id FROM allocation al
          JOIN invoice i ON i.id = al.invoice_id JOIN transfer t ON t.id = al.transfer_id
          JOIN ledger_account d ON d.id = CASE WHEN al.sign = 1 THEN t.debit_id ELSE t.credit_id END
         WHERE al.client_id <> i.client_id OR d.client_id <> i.client_id""",
    "link-split: a linking's parts add up to its transaction": """
        SELECT 'linking', l.id FROM linking l JOIN payment p ON p.id = l.payment_id
         WHERE p.linking_id = l.id AND p.amount <> (
            SELECT sum(lp.amount) FROM linking_part lp WHERE lp.linking_id = l.id)""",
    "link-race: a transaction has one live linking at most": """
        SELECT 'transaction', p.id FROM payment p
         WHERE p.linked <> (SELECT count(*) FROM linking l WHERE l.payment_id = p.id
            AND NOT EXISTS (SELECT 1 FROM unlinking u WHERE u.linking_id = l.id))""",
    "link-client: each matter belongs to the client beside it": """
        SELECT 'transaction', p.id FROM payment p JOIN matter m ON m.id = p.matter_id
         WHERE m.client_id <> p.client_id""",
    "link-locked: no link was used more often than allowed": """
        SELECT 'link', id FROM payment_link WHERE uses < 0 OR uses > coalesce(max_uses, uses)""",
    "link-get-is-free: a link's uses are its payments that stand": """
        SELECT 'link', l.id, l.uses FROM payment_link l
         WHERE l.uses <> (SELECT count(*) FROM payment p
                           WHERE p.link_id = l.id AND p.status NOT IN ('failed', 'voided'))""",
    "txn-states: completed money has its day": """
        SELECT 'transaction', id FROM payment
         WHERE status IN ('completed', 'returned') AND completed_at IS NULL""",
    "tally: the kept counts are the counts": """
        SELECT status, linked, account_id, sum(count), sum(amount) FROM (
            SELECT status, linked, account_id, count(*) AS count, sum(amount) AS amount FROM payment
             GROUP BY status, linked, account_id
            UNION ALL SELECT status, linked, account_id, -count, -amount FROM tally) AS counted
         GROUP BY status, linked, account_id HAVING sum(count) <> 0 OR sum(amount) <> 0""",
    "ledger-balanced: what was paid on an invoice is in its balance": """
        SELECT 'transfer', t.id FROM transfer t
         WHERE t.invoice_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM allocation al WHERE al.transfer_id = t.id AND al.amount = t.amount
               AND al.invoice_id = t.invoice_id AND (al.sign = 1) = (t.reverses_id IS NULL))""",
}

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


async def folds_differ(reader: Reader) -> str:
    """Transactions whose row is not the fold of their facts, in words; empty when all are."""
    after, wrong = 0, []
    while rows := await reader.rows(
        """SELECT id, status, refunded, fee, completed_at, conflict, payment_ref FROM payment
            WHERE id > ? ORDER BY id LIMIT 500""",
        (after,),
    ):
        facts = await _facts(reader, rows[0][0], rows[-1][0])
        for row in rows:
            if not row[5] and _differs(row, facts.get(row[0], [])):
                wrong.append(f"T{row[0]}")
        after = rows[-1][0]
    return ", ".join(wrong[:5])


def _differs(row: tuple[object, ...], facts: list[Fact]) -> bool:
    try:
        view = fold(facts)
    except FactConflict:
        return True
    return (row[1], row[2], row[3], row[4]) != (
        view.status.value,
        view.refunded,
        view.fee,
        maybe_ms(view.completed_at),
    )


async def _facts(reader: Reader, low: int, high: int) -> dict[int, list[Fact]]:
    rows = await reader.rows(
        """SELECT payment_id, processor, kind, external_ref, amount, currency, occurred_at, detail
             FROM fact WHERE payment_id BETWEEN ? AND ?""",
        (low, high),
    )
    found: dict[int, list[Fact]] = {}
    for number, processor, kind, ref, amount, currency, at, detail in rows:
        one = Fact(processor, FactKind(kind), ref, "", amount, currency, from_ms(at), detail)
        found.setdefault(number, []).append(one)
    return found
