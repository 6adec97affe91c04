"""Whole books of N transactions: facts, journals, linkings, allocations, refunds, disputes, audit chain."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from paylink_tui.store import migrations
from paylink_tui.store.unit_of_work import MEMENTO, memento_hash
from tests.benchmarks import dataset
from tests.benchmarks.dataset import fill
from tests.databases import in_thread, make

PLAN: Final = """
CREATE TEMP TABLE plan AS
SELECT id, account_id AS a, account_kind AS kind, amount, status, linked, client_id AS client, paid_at,
       coalesce(completed_at, paid_at) AS done_at,
       date(coalesce(completed_at, paid_at) / 1000, 'unixepoch') AS day,
       status IN ('completed', 'returned') AS money,
       amount * 29 / 1000 + 30 AS fee, 1000 + client_id * 10 + account_id AS owned,
       linked AND account_id = 2 AND id % 2 = 0 AS applies,
       CASE WHEN linked AND account_id = 2 AND id % 50 = 1 THEN amount / 2 ELSE 0 END AS refund,
       linked AND account_id = 1 AND id % 200 = 3 AS disputed,
       CASE WHEN linked AND account_id = 1 AND id % 10 = 5 THEN amount / 2 ELSE 0 END AS recorded,
       CASE WHEN linked AND account_id = 1 AND id % 40 = 7 THEN amount / 4 ELSE 0 END AS paid_out
  FROM payment"""
"""What becomes of each payment. Ledger accounts of bank account `a` are numbered `a * 10 + n`, those of a
client `1000 + client * 10 + n`; journals of a payment `id * 16 + n`, transfers `id * 32 + n`."""

FACTS: Final = (
    ("submitted", "'op_' || id", "amount", "paid_at", "''", "1"),
    ("authorized", "'evt_a' || id", "amount", "paid_at", "''", "status NOT IN ('pending', 'failed')"),
    ("captured", "'evt_c' || id", "amount", "done_at", "''", "money"),
    ("fee", "'evt_f' || id", "fee", "done_at", "''", "money"),
    ("failed", "'evt_x' || id", "amount", "paid_at + 900", "'card declined'", "status = 'failed'"),
    ("voided", "'evt_v' || id", "amount", "paid_at + 9000", "''", "status = 'voided'"),
    ("returned", "'evt_r' || id", "amount", "done_at + 9000", "'R01'", "status = 'returned'"),
    ("refunded", "'evt_b' || id", "refund", "done_at + 9000", "'op_r' || id", "refund > 0"),
    ("dispute opened", "'evt_d' || id", "amount", "done_at + 9000", "'fraud'", "disputed"),
)
"""Kind, external reference, amount, when, detail, and of which payments."""

JOURNALS: Final = (
    (1, "authorize", "status NOT IN ('pending', 'failed')"),
    (2, "complete", "money"),
    (3, "fee", "money"),
    (4, "link", "linked"),
    (5, "apply", "applies"),
    (6, "voided", "status = 'voided'"),
    (7, "return", "status = 'returned'"),
    (8, "reserve", "refund > 0"),
    (9, "refund", "refund > 0"),
    (10, "dispute", "disputed"),
    (11, "hold", "disputed"),
    (12, "record", "recorded > 0"),
    (13, "disbursement", "paid_out > 0"),
)

TRANSFERS: Final = (
    (1, 1, "authorize", "a * 10 + 2", "a * 10 + 3", "amount"),
    (2, 2, "settle", "a * 10 + 1", "a * 10 + 2", "amount"),
    (3, 2, "clear", "a * 10 + 3", "a * 10 + 4", "amount"),
    (4, 3, "fee", "1", "2", "fee"),
    (5, 4, "link", "a * 10 + 4", "owned", "amount"),
    (6, 5, "apply", "owned", "1008 + client * 10", "amount"),
    (7, 6, "authorize", "a * 10 + 3", "a * 10 + 2", "amount"),
    (8, 7, "return", "a * 10 + 4", "a * 10 + 1", "amount"),
    (9, 8, "reserve", "owned", "a * 10 + 5", "refund"),
    (10, 9, "refund", "a * 10 + 5", "a * 10 + 1", "refund"),
    (11, 10, "dispute", "4", "2", "amount"),
    (12, 11, "hold", "owned", "owned + 5", "amount"),
    (13, 12, "trust apply", "owned", "1008 + client * 10", "recorded"),
    (14, 12, "trust to operating", "21", "11", "recorded"),
    (15, 13, "disburse", "owned", "11", "paid_out"),
)
"""Number, its journal's number, kind, debit, credit, amount."""

REST: Final = (
    "INSERT INTO linking SELECT id, id, 'mia', done_at FROM plan WHERE linked",
    "INSERT INTO linking_part SELECT id, id, client, NULL, amount, a = 2 FROM plan WHERE linked",
    """INSERT INTO operation (id, payment_id, kind, state, attempts, sent_at, settled_at)
       SELECT 'op_' || id, id, 'checkout', 'done', 1, paid_at, paid_at FROM plan
       UNION ALL SELECT 'op_r' || id, id, 'refund', 'done', 1, done_at, done_at FROM plan WHERE refund > 0""",
    """INSERT INTO refund (id, payment_id, amount, state, reason, requested_by, requested_at, operation_id,
                           settled_at)
       SELECT id, id, refund, 'done', 'paid twice', 'mia', done_at, 'op_r' || id, done_at
         FROM plan WHERE refund > 0""",
    """INSERT INTO record_payment (id, source, client_id, amount, currency, received_on, recorded_by,
                                   recorded_at)
       SELECT id, 'trust', client, recorded, 'USD', day, 'mia', done_at FROM plan WHERE recorded > 0""",
    """INSERT INTO trust_entry (id, kind, account_id, currency, client_id, amount, method, number, payee,
                                purpose, dated_on, state, requested_by, requested_at)
       SELECT id, 'disbursement', a, 'USD', client, paid_out, 'cheque', id, 'County court', 'Filing fee', day,
              'posted', 'mia', done_at FROM plan WHERE paid_out > 0""",
    """INSERT INTO invoice (id, number, client_id, issued, due, currency, total, applied)
       SELECT id, 'I' || id, client, day, day, 'USD', amount + amount / 3 * (id % 4 = 0),
              CASE WHEN applies THEN amount ELSE recorded END
         FROM plan WHERE applies OR recorded > 0""",
    """INSERT INTO allocation (id, invoice_id, client_id, amount, payment_id, record_payment_id, transfer_id,
                               paid_on)
       SELECT id, id, client, CASE WHEN applies THEN amount ELSE recorded END, CASE WHEN applies THEN id END,
              CASE WHEN recorded > 0 THEN id END, id * 32 + CASE WHEN applies THEN 6 ELSE 13 END, day
         FROM plan WHERE applies OR recorded > 0""",
    """UPDATE payment SET fee = CASE WHEN p.money THEN p.fee ELSE 0 END, refunded = p.refund,
              dispute = CASE WHEN p.disputed THEN 'open' ELSE '' END,
              applied = CASE WHEN p.applies THEN p.amount ELSE 0 END
         FROM plan p WHERE p.id = payment.id""",
    """UPDATE payment_link SET uses = (SELECT count(*) FROM payment p WHERE p.link_id = payment_link.id
              AND p.status NOT IN ('failed', 'voided'))""",
    """INSERT INTO ledger_account (id, kind, currency, bank_account_id, client_id, debits, credits)
       SELECT n, CASE WHEN n > 1000 THEN
                 CASE n % 10 WHEN 1 THEN 'trust' WHEN 2 THEN 'credit' WHEN 3 THEN 'trust' WHEN 6 THEN 'held'
                             ELSE 'earned' END
              WHEN n > 10 THEN CASE n % 10 WHEN 1 THEN 'bank' WHEN 2 THEN 'processor' WHEN 3 THEN 'uncleared'
                 WHEN 4 THEN 'unidentified' ELSE 'refunding' END
              ELSE CASE n WHEN 1 THEN 'fees' WHEN 2 THEN 'fees due' ELSE 'disputes' END END,
              'USD', CASE WHEN n > 1000 AND n % 10 < 8 THEN CASE n % 10 WHEN 6 THEN 1 ELSE n % 10 END
              WHEN n > 10 AND n < 1000 THEN n / 10 ELSE 0 END,
              CASE WHEN n > 1000 THEN (n - 1000) / 10 ELSE 0 END, sum(d), sum(c)
         FROM (SELECT debit_id AS n, amount AS d, 0 AS c FROM transfer
               UNION ALL SELECT credit_id, 0, amount FROM transfer)
        GROUP BY n""",
)


def books(count: int) -> Path:
    """The file with the books of `count` transactions, built on first use into the temporary directory."""
    key = hashlib.sha256(Path(__file__).read_bytes() + Path(dataset.__file__).read_bytes())
    for part in sorted(Path(migrations.__path__[0]).rglob("*.[ps][yq]*")):
        key.update(part.read_bytes())
    path = Path(tempfile.gettempdir()) / f"paylink-books-{count}-{key.hexdigest()[:16]}.db"
    if not path.exists():
        building = path.with_suffix(f".{os.getpid()}")
        in_thread(make(str(building)))
        fill(building, count)
        enter(building)
        building.rename(path)
    return path


def enter(path: Path) -> None:
    """Write everything that follows from the payments in the file; its guards and indexes are put back."""
    base = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -200000"):
        base.execute(f"PRAGMA {pragma}")
    kept = base.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
    ).fetchall()
    base.execute("BEGIN")
    for kind, name, _ in kept:
        base.execute(f"DROP {kind} {name}")
    for statement in (PLAN, _facts(), _journals(), _transfers(), *REST):
        base.execute(statement)
    columns = (*MEMENTO, "hash")
    base.executemany(
        f"INSERT INTO audit ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", audit(base)
    )
    for _, _, sql in sorted(kept):
        base.execute(sql)
    base.execute("COMMIT")
    base.execute("PRAGMA journal_mode = WAL")
    base.close()


def _facts() -> str:
    parts = [
        f"SELECT id, 'sandbox', '{kind}', {ref}, {amount}, 'USD', {at}, {at}, 'poll', {detail}"
        f" FROM plan WHERE {where}"
        for kind, ref, amount, at, detail, where in FACTS
    ]
    return (
        "INSERT INTO fact (payment_id, processor, kind, external_ref, amount, currency, occurred_at, seen_at,"
        f" source, detail) {' UNION ALL '.join(parts)} ORDER BY 8"
    )


def _journals() -> str:
    parts = [
        f"SELECT id * 16 + {number}, '{kind}', CASE WHEN {number} < 12 THEN id END,"
        f" CASE WHEN {number} = 12 THEN id END, CASE WHEN {number} = 13 THEN id END,"
        f" CASE WHEN {number} = 6 THEN id * 16 + 1 END, day, done_at, 'mia' FROM plan WHERE {where}"
        for number, kind, where in JOURNALS
    ]
    return (
        "INSERT INTO journal (id, kind, payment_id, record_payment_id, trust_entry_id, reverses_id,"
        f" effective_on, posted_at, posted_by) {' UNION ALL '.join(parts)} ORDER BY 1"
    )


def _transfers() -> str:
    where = {number: condition for number, _, condition in JOURNALS}
    parts = [
        f"SELECT id * 32 + {number}, id * 16 + {journal}, '{kind}', {debit}, {credit}, {amount}, 'USD',"
        f" {'id' if number in (6, 13) else 'NULL'}, {'id * 32 + 1' if number == 7 else 'NULL'}"
        f" FROM plan WHERE {where[journal]}"
        for number, journal, kind, debit, credit, amount in TRANSFERS
    ]
    return (
        "INSERT INTO transfer (id, journal_id, kind, debit_id, credit_id, amount, currency, invoice_id,"
        f" reverses_id) {' UNION ALL '.join(parts)} ORDER BY 1"
    )


def audit(base: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """A row for each time somebody did something to a payment, hashed one after the other."""
    previous = ""
    for number, status, linked, money, amount, paid_at, done_at in base.execute(
        "SELECT id, status, linked, money, amount, paid_at, done_at FROM plan ORDER BY id"
    ):
        told = [("submit", "", f'{{"amount": {amount}}}', paid_at)]
        if status not in ("pending", "failed"):
            told.append(("told", '{"status": "pending"}', '{"status": "authorized"}', paid_at))
        if money:
            told.append(("told", '{"status": "authorized"}', '{"status": "completed"}', done_at))
        if linked:
            told.append(("link", '{"linked": 0}', '{"linked": 1}', done_at))
        for action, before, after, at in told:
            memento = (at, "mia", action, "payment", number, before, after, "", previous)
            previous = memento_hash(memento)
            yield (*memento, previous)


if __name__ == "__main__":
    print(books(int(sys.argv[1])))
