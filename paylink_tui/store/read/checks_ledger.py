"""What must hold of ledger accounts, invoices and allocations: each query finds rows that break a rule."""

from __future__ import annotations

_MOVED = """
    SELECT debit_id AS id, amount AS debits, 0 AS credits FROM transfer
    UNION ALL SELECT credit_id, 0, amount FROM transfer"""
_ALLOCATED = """
    (SELECT {0}_id AS id, sum(sign * amount) AS amount FROM allocation WHERE {0}_id IS NOT NULL
      GROUP BY {0}_id)"""

QUERIES: dict[str, str] = {
    "ledger-balanced: each ledger account is the sum of its transfers": f"""
        SELECT 'ledger account', a.id, a.kind FROM ledger_account a
          LEFT JOIN (SELECT id, sum(debits) AS debits, sum(credits) AS credits FROM ({_MOVED}) AS moved
                      GROUP BY id) AS s ON s.id = a.id
         WHERE a.debits <> coalesce(s.debits, 0) OR a.credits <> coalesce(s.credits, 0)""",
    "ledger-balanced: debits and credits agree in every currency": """
        SELECT currency, sum(debits), sum(credits) FROM ledger_account
         GROUP BY currency HAVING sum(debits) <> sum(credits)""",
    "ledger-balanced: what was paid on an invoice is in its balance": """
        SELECT 'transfer', t.id FROM transfer t
         WHERE t.invoice_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM allocation al WHERE al.transfer_id = t.id AND al.amount = t.amount
               AND al.invoice_id = t.invoice_id AND (al.sign = 1) = (t.reverses_id IS NULL))""",
    "apply-over: each invoice's paid sum is the sum of its allocations": f"""
        SELECT 'invoice', i.number FROM invoice i
          LEFT JOIN {_ALLOCATED.format("invoice")} AS al ON al.id = i.id
         WHERE i.applied <> coalesce(al.amount, 0)""",
    "apply-over: each transaction's applied sum is the sum of its allocations": f"""
        SELECT 'transaction', p.id FROM payment p
          LEFT JOIN {_ALLOCATED.format("payment")} AS al ON al.id = p.id
         WHERE p.applied <> coalesce(al.amount, 0)""",
    "apply-over: no invoice and no transaction is over-applied": """
        SELECT 'invoice', number FROM invoice WHERE paid_before + applied > total
        UNION ALL SELECT 'transaction', CAST(id AS TEXT) FROM payment
         WHERE applied + refunded + refunding > amount""",
    "trust-named: each allocation pays an invoice of the client whose money it is": """
        SELECT 'allocation', al.id FROM allocation al
          JOIN invoice i ON i.id = al.invoice_id JOIN transfer t ON t.id = al.transfer_id
          JOIN ledger_account d ON d.id = CASE WHEN al.sign = 1 THEN t.debit_id ELSE t.credit_id END
         WHERE al.client_id <> i.client_id OR d.client_id <> i.client_id""",
}
