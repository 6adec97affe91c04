"""What must hold of transactions, links and linkings: each query finds rows that break a rule."""

from __future__ import annotations

# Money of a refund from before it was linked is no part of a linking.
_GONE_BEFORE = """
    (SELECT coalesce(sum(t.amount), 0) FROM journal j CROSS JOIN transfer t CROSS JOIN ledger_account a
      WHERE j.payment_id = p.id AND t.journal_id = j.id AND t.kind = 'reserve' AND t.reverses_id IS NULL
        AND a.id = t.debit_id AND a.kind = 'unidentified'
        AND NOT EXISTS (SELECT 1 FROM transfer r WHERE r.reverses_id = t.id))"""

QUERIES: dict[str, str] = {
    "link-split: a linking's parts add up to its transaction": f"""
        SELECT 'transaction', p.id FROM payment p LEFT JOIN linking_part lp ON lp.linking_id = p.linking_id
         WHERE p.linking_id IS NOT NULL GROUP BY p.id, p.amount
        HAVING coalesce(sum(lp.amount), 0) <> p.amount
           AND coalesce(sum(lp.amount), 0) + {_GONE_BEFORE} <> p.amount""",
    "link-race: a transaction has one live linking at most": """
        SELECT 'transaction', payment_id FROM (
            SELECT l.payment_id, 1 AS live FROM linking l
             WHERE NOT EXISTS (SELECT 1 FROM unlinking u WHERE u.linking_id = l.id)
            UNION ALL SELECT id, -linked FROM payment WHERE linked <> 0) AS counted
         GROUP BY payment_id HAVING sum(live) <> 0""",
    "link-client: each matter belongs to the client beside it": """
        SELECT 'transaction', p.id FROM payment p JOIN matter m ON m.id = p.matter_id
         WHERE m.client_id <> p.client_id""",
    "link-locked: no link was used more often than allowed": """
        SELECT 'link', id FROM payment_link WHERE uses < 0 OR uses > coalesce(max_uses, uses)""",
    "link-get-is-free: a link's uses are its payments that stand": """
        SELECT 'link', l.id, l.uses, coalesce(s.standing, 0) FROM payment_link l
          LEFT JOIN (SELECT +link_id AS id, count(*) AS standing FROM payment
                      WHERE status NOT IN ('failed', 'voided') GROUP BY +link_id) AS s ON s.id = l.id
         WHERE l.uses <> coalesce(s.standing, 0)""",
    "txn-states: completed money has its day": """
        SELECT 'transaction', id FROM payment
         WHERE status IN ('completed', 'returned') AND completed_at IS NULL""",
    "txn-refund-completed: refunds are what their transactions say": """
        SELECT 'transaction', payment_id, sum(amount) FROM (
            SELECT id AS payment_id, refunding AS amount FROM payment WHERE refunding <> 0
            UNION ALL SELECT payment_id, -amount FROM refund WHERE state = 'sent') AS running
         GROUP BY payment_id HAVING sum(amount) <> 0
        UNION ALL SELECT 'transaction', r.payment_id, sum(r.amount) FROM refund r
          JOIN payment p ON p.id = r.payment_id WHERE r.state = 'done' AND r.problem = ''
         GROUP BY r.payment_id, p.refunded HAVING sum(r.amount) > p.refunded""",
    "tally: the kept counts are the counts": """
        SELECT status, linked, account_id, sum(count), sum(amount) FROM (
            SELECT status, linked, account_id, count(*) AS count, sum(amount) AS amount FROM payment
             GROUP BY status, linked, account_id
            UNION ALL SELECT status, linked, account_id, -count, -amount FROM tally) AS counted
         GROUP BY status, linked, account_id HAVING sum(count) <> 0 OR sum(amount) <> 0""",
}
