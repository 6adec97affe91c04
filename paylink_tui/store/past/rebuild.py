"""What the program counts and folds together, counted anew over the rows that were known."""

from __future__ import annotations

import sqlite3
from typing import Final

from paylink_tui.domain.text import fold_words

_LIVE: Final = """
CREATE TEMP TABLE live AS
SELECT l.payment_id, l.id AS linking_id, min(p.id) AS part_id, count(p.id) AS parts
  FROM linking l JOIN linking_part p ON p.linking_id = l.id
 WHERE NOT EXISTS (SELECT 1 FROM unlinking u WHERE u.linking_id = l.id)
 GROUP BY l.payment_id, l.id
"""
_OWNERS: Final = """
CREATE TEMP TABLE owner AS
SELECT v.payment_id, v.linking_id,
       c.name || CASE WHEN v.parts > 1 THEN ' +' || (v.parts - 1) ELSE '' END AS label,
       CASE WHEN v.parts = 1 THEN p.client_id END AS client_id,
       CASE WHEN v.parts = 1 THEN p.matter_id END AS matter_id,
       CASE WHEN v.parts = 1 THEN coalesce(m.number, '') ELSE '' END AS number
  FROM temp.live v JOIN linking_part p ON p.id = v.part_id JOIN client c ON c.id = p.client_id
  LEFT JOIN matter m ON m.id = p.matter_id
"""
_SEARCH: Final = "fold_words(payer_name, payer_email, reference, client_name, matter_number)"
_ALLOCATED: Final = "(SELECT coalesce(sum(a.sign * a.amount), 0) FROM allocation a WHERE a.{} = {}.id)"

STEPS: Final[tuple[str, ...]] = (
    _LIVE,
    _OWNERS,
    "CREATE UNIQUE INDEX temp.owner_payment ON owner (payment_id)",
    """UPDATE payment SET linking_id = NULL, linked = 0, client_id = NULL, matter_id = NULL, client_name = '',
              matter_number = ''
        WHERE linked = 1 AND NOT EXISTS (SELECT 1 FROM temp.owner o WHERE o.payment_id = payment.id)""",
    """UPDATE payment SET linking_id = o.linking_id, linked = 1, client_id = o.client_id,
              matter_id = o.matter_id, client_name = o.label, matter_number = o.number
         FROM temp.owner o
        WHERE o.payment_id = payment.id
          AND (payment.linking_id IS NOT o.linking_id OR payment.client_name <> o.label)""",
    f"UPDATE payment SET search = {_SEARCH} WHERE search <> {_SEARCH}",
    f"UPDATE payment SET applied = {_ALLOCATED.format('payment_id', 'payment')}"
    f" WHERE applied <> {_ALLOCATED.format('payment_id', 'payment')}",
    f"UPDATE invoice SET applied = {_ALLOCATED.format('invoice_id', 'invoice')}"
    f" WHERE applied <> {_ALLOCATED.format('invoice_id', 'invoice')}",
    "UPDATE client SET search = fold_words(code, name, email) WHERE search <> fold_words(code, name, email)",
    """UPDATE matter SET search = fold_words(number, description)
        WHERE search <> fold_words(number, description)""",
    """UPDATE ledger_account
          SET debits = (SELECT coalesce(sum(t.amount), 0) FROM transfer t
                         WHERE t.debit_id = ledger_account.id),
              credits = (SELECT coalesce(sum(t.amount), 0) FROM transfer t
                          WHERE t.credit_id = ledger_account.id)""",
    "DELETE FROM ledger_account WHERE debits = 0 AND credits = 0",
    """UPDATE payment_link SET uses = (
              SELECT count(*) FROM payment p
               WHERE p.link_id = payment_link.id AND p.status NOT IN ('failed', 'voided'))""",
    """INSERT INTO tally (status, linked, account_id, count, amount)
       SELECT status, linked, account_id, count(*), sum(amount) FROM payment
        GROUP BY status, linked, account_id""",
    """INSERT INTO member (name, role, set_at, set_by)
       SELECT name, role, at, actor FROM (
           SELECT json_extract(after, '$.name') AS name, json_extract(after, '$.role') AS role, at, actor,
                  row_number() OVER (PARTITION BY json_extract(after, '$.name') ORDER BY seq DESC) AS age
             FROM audit WHERE entity = 'member') AS told
        WHERE age = 1 AND role IS NOT NULL""",
)
"""In this order, over the copied rows, with their indexes."""


def rebuild(connection: sqlite3.Connection) -> None:
    """Make every folded column and kept count what the copied rows make of it."""
    connection.create_function("fold_words", -1, _folded, deterministic=True)
    for step in STEPS:
        connection.execute(step)
    for table in ("payment_search", "client_search"):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")


def _folded(*texts: str | None) -> str:
    return fold_words(*(text or "" for text in texts))
