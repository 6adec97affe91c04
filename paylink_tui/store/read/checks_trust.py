"""What must hold of money kept for others: each query finds rows that break a rule."""

from __future__ import annotations

_FIRMS = "('fees', 'fees due', 'losses', 'disputes')"
_CLIENTS = "('trust', 'held', 'refunding', 'unidentified', 'shortage')"
_MOVED = """
    (SELECT a.bank_account_id, a.kind, t.id, t.journal_id, t.amount
       FROM ledger_account a JOIN transfer t ON t.{0}_id = a.id WHERE a.kind IN ({2})
     UNION ALL SELECT a.bank_account_id, a.kind, t.id, t.journal_id, -t.amount
       FROM ledger_account a JOIN transfer t ON t.{1}_id = a.id WHERE a.kind IN ({2}))"""
"""Every transfer that moved accounts of some kinds, with the sign it has for the side named first."""

QUERIES: dict[str, str] = {
    "trust-never-negative: no client's or matter's ledger is below zero": """
        SELECT 'ledger account', id, credits - debits FROM ledger_account
         WHERE kind IN ('trust', 'credit', 'unidentified', 'uncleared', 'held', 'refunding')
           AND credits < debits""",
    "trust-named: every ledger of client money names its client": """
        SELECT 'ledger account', id FROM ledger_account
         WHERE kind IN ('trust', 'credit', 'held', 'earned') AND client_id = 0""",
    "trust-three-way: each trust account's book is what its clients' ledgers hold": f"""
        SELECT b.name, sum(CASE WHEN a.kind = 'bank' THEN a.debits - a.credits ELSE 0 END),
               sum(CASE WHEN a.kind IN {_CLIENTS} THEN a.credits - a.debits ELSE 0 END)
          FROM ledger_account a JOIN bank_account b ON b.id = a.bank_account_id
         WHERE b.kind = 'trust' GROUP BY b.id, b.name
        HAVING sum(CASE WHEN a.kind = 'bank' THEN a.debits - a.credits ELSE 0 END)
            <> sum(CASE WHEN a.kind IN {_CLIENTS} THEN a.credits - a.debits ELSE 0 END)""",
    "trust-three-way: a closed month's book is what was reconciled": f"""
        SELECT b.name, c.month, k.amount
          FROM (SELECT max(month) AS month FROM month_close) AS c
          CROSS JOIN (SELECT m.bank_account_id, sum(m.amount) AS amount
                        FROM {_MOVED.format("debit", "credit", "'bank'")} AS m
                        JOIN journal j ON j.id = m.journal_id
                       WHERE substr(j.effective_on, 1, 7) <= (SELECT max(month) FROM month_close)
                       GROUP BY m.bank_account_id) AS k
          JOIN bank_account b ON b.id = k.bank_account_id AND b.kind = 'trust'
         WHERE c.month IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM reconciliation r
             WHERE r.account_id = b.id AND r.month = c.month AND r.book = k.amount)""",
    "trust-three-way: a bank line matches postings of its own account": """
        SELECT 'match', m.id FROM bank_match m JOIN statement_line s ON s.id = m.line_id
          JOIN transfer t ON t.id = m.transfer_id
         WHERE NOT EXISTS (SELECT 1 FROM ledger_account a WHERE a.id IN (t.debit_id, t.credit_id)
                              AND a.kind = 'bank' AND a.bank_account_id = s.account_id)""",
    "trust-gross: no fee or loss meets a trust account": f"""
        SELECT 'transfer', t.id FROM ledger_account d JOIN transfer t ON t.debit_id = d.id
          JOIN ledger_account c ON c.id = t.credit_id JOIN bank_account b ON b.id = c.bank_account_id
         WHERE d.kind IN {_FIRMS} AND b.kind = 'trust'
        UNION ALL SELECT 'transfer', t.id FROM ledger_account c JOIN transfer t ON t.credit_id = c.id
          JOIN ledger_account d ON d.id = t.debit_id JOIN bank_account b ON b.id = d.bank_account_id
         WHERE c.kind IN {_FIRMS} AND b.kind = 'trust'""",
    "trust-cleared: uncleared money is what is authorized": """
        SELECT b.name, sum(s.amount) FROM bank_account b JOIN (
            SELECT bank_account_id AS id, credits - debits AS amount FROM ledger_account
             WHERE kind = 'uncleared'
            UNION ALL SELECT account_id, -amount FROM payment WHERE status = 'authorized') AS s ON s.id = b.id
         GROUP BY b.id, b.name HAVING sum(s.amount) <> 0""",
    "trust-named: unidentified money is what waits to be linked": """
        SELECT b.name, sum(s.amount) FROM bank_account b JOIN (
            SELECT bank_account_id AS id, credits - debits AS amount FROM ledger_account
             WHERE kind = 'unidentified'
            UNION ALL SELECT account_id, refunded + refunding - amount FROM payment
             WHERE status = 'completed' AND linked = 0
            UNION ALL SELECT p.account_id, coalesce(sum(t.amount), 0) - p.amount + p.refunded + p.refunding
              FROM payment p JOIN journal j ON j.payment_id = p.id AND j.kind IN ('return', 'chargeback')
              LEFT JOIN transfer t ON t.journal_id = j.id AND t.kind IN ('return', 'chargeback')
             WHERE p.status = 'returned' AND p.linked = 0
             GROUP BY p.id, p.account_id, p.amount, p.refunded, p.refunding
            HAVING p.amount - p.refunded - p.refunding > coalesce(sum(t.amount), 0)) AS s ON s.id = b.id
         GROUP BY b.id, b.name HAVING sum(s.amount) <> 0""",
    "txn-refund-completed: money set aside is that of refunds on their way": """
        SELECT b.name, sum(s.amount) FROM bank_account b JOIN (
            SELECT bank_account_id AS id, credits - debits AS amount FROM ledger_account
             WHERE kind = 'refunding'
            UNION ALL SELECT account_id, -refunding FROM payment WHERE refunding <> 0) AS s ON s.id = b.id
         GROUP BY b.id, b.name HAVING sum(s.amount) <> 0""",
    "trust-gross: money is held and claimed only while it is disputed": f"""
        SELECT 'transaction', j.payment_id, m.kind, sum(m.amount)
          FROM {_MOVED.format("credit", "debit", "'held', 'disputes'")} AS m
          JOIN journal j ON j.id = m.journal_id JOIN payment p ON p.id = j.payment_id
         WHERE p.dispute <> 'open' GROUP BY j.payment_id, m.kind HAVING sum(m.amount) <> 0""",
    "trust-named: what was entered by hand is posted once": """
        SELECT 'entry', id FROM (
            SELECT id, CASE state WHEN 'posted' THEN 1 ELSE 0 END AS posted FROM trust_entry
            UNION ALL SELECT trust_entry_id, -1 FROM journal
             WHERE trust_entry_id IS NOT NULL AND reverses_id IS NULL) AS counted
         GROUP BY id HAVING sum(posted) <> 0""",
}
