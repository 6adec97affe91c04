"""Whose trust ledgers hold something, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass

from paylink_tui.domain.parties import Client, Matter
from paylink_tui.store.read.parties import to_client
from paylink_tui.store.read.words import NO_LIMIT, client_has_words
from paylink_tui.store.reader import Reader

_OWNERS = """
SELECT c.id, c.code, c.name, c.kind, c.email, c.phone,
       m.id, m.number, m.description, m.status, a.currency
  FROM ledger_account a
  JOIN bank_account b ON b.id = a.bank_account_id AND b.kind = 'trust'
  JOIN client c ON c.id = a.client_id
  LEFT JOIN matter m ON m.id = a.matter_id
 WHERE a.kind IN ('trust', 'held') AND a.credits <> a.debits AND {condition}
 GROUP BY c.id, c.code, c.name, c.kind, c.email, c.phone,
          m.id, m.number, m.description, m.status, a.currency
 ORDER BY c.name, c.id, coalesce(m.number, ''), a.currency LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Owner:
    """A client's own ledger, or one of a matter."""

    client: Client
    matter: Matter | None
    currency: str


async def owners(
    reader: Reader, words: str, after: tuple[str, int, str] | None, limit: int | None
) -> list[Owner]:
    """Owners of trust ledgers that are not empty, by client name and matter number.

    Args:
        reader: Where to read.
        words: Beginnings of words of the client's code, name or e-mail; empty for everyone.
        after: Client name, client id and matter number of the last one of the page before.
        limit: Most owners to return; None for all.
    """
    conditions, values = ["1 = 1"], list[str | int]()
    if words.strip():
        condition, params = client_has_words(reader.dialect, words)
        conditions.append(f"c.id IN (SELECT id FROM client WHERE {condition})")
        values += params
    if after is not None:
        conditions.append("(c.name, c.id, coalesce(m.number, '')) > (?, ?, ?)")
        values += after
    query = _OWNERS.format(condition=" AND ".join(conditions))
    rows = await reader.rows(query, [*values, NO_LIMIT if limit is None else limit])
    return [
        Owner(to_client(row[:6]), Matter(row[6], row[7], row[0], row[8], row[9]) if row[6] else None, row[10])
        for row in rows
    ]
