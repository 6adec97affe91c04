"""What must hold of bank statements and closed months: each query finds rows that break a rule."""

from __future__ import annotations

QUERIES: dict[str, str] = {
    "trust-three-way: what a bank line is matched to adds up to it": """
        SELECT 'line', s.id, s.amount, sum(CASE WHEN a.id = t.debit_id THEN t.amount ELSE -t.amount END)
          FROM bank_match m JOIN statement_line s ON s.id = m.line_id JOIN transfer t ON t.id = m.transfer_id
          JOIN ledger_account a ON a.id IN (t.debit_id, t.credit_id) AND a.kind = 'bank'
               AND a.bank_account_id = s.account_id
         GROUP BY s.id, s.amount
        HAVING s.amount <> sum(CASE WHEN a.id = t.debit_id THEN t.amount ELSE -t.amount END)""",
    "trust-three-way: a closed month's client ledgers are what was reconciled": """
        SELECT b.name, k.month, k.amount
          FROM (SELECT c.month, a.bank_account_id,
                       sum(CASE WHEN a.id = t.credit_id THEN t.amount ELSE -t.amount END) AS amount
                  FROM (SELECT max(month) AS month FROM month_close) AS c
                  CROSS JOIN ledger_account a JOIN transfer t ON t.debit_id = a.id OR t.credit_id = a.id
                  JOIN journal j ON j.id = t.journal_id AND substr(j.effective_on, 1, 7) <= c.month
                 WHERE c.month IS NOT NULL AND a.kind IN ('trust', 'held', 'refunding', 'unidentified')
                 GROUP BY c.month, a.bank_account_id) AS k
          JOIN bank_account b ON b.id = k.bank_account_id AND b.kind = 'trust'
         WHERE NOT EXISTS (SELECT 1 FROM reconciliation r WHERE r.account_id = b.id AND r.month = k.month
                              AND r.ledgers = k.amount)""",
    "trust-three-way: no closed month has a bank line that nothing explains": """
        SELECT 'line', s.id FROM statement_line s JOIN bank_account b ON b.id = s.account_id
         WHERE b.kind = 'trust' AND substr(s.posted_on, 1, 7) <= (SELECT max(month) FROM month_close)
           AND NOT EXISTS (SELECT 1 FROM bank_match m WHERE m.line_id = s.id)""",
    "trust-shortage: no more was restored than was short": """
        SELECT 'ledger account', id FROM ledger_account WHERE kind = 'shortage' AND credits > debits""",
}
