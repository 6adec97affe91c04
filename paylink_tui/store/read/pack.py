"""What the monthly pack of a trust account reads: its book, its clients' ledgers, its moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from paylink_tui.domain.pack_rows import CardLine, ClientLedger, Movement, Transfer
from paylink_tui.store.read.book import subject
from paylink_tui.store.reader import Reader, Row

FIRST: Final = "0001-01-01"

_MOVEMENTS = """
SELECT t.id, j.id, t.kind, j.effective_on, CASE WHEN t.debit_id = a.id THEN t.amount ELSE -t.amount END,
       t.reverses_id, j.payment_id, j.record_payment_id, j.trust_entry_id,
       coalesce(p.payer_name, ''), coalesce(p.client_name, ''), coalesce(p.matter_number, ''),
       coalesce(p.method, ''), coalesce(p.last4, ''), coalesce(p.reference, ''),
       coalesce(rc.name, ''), coalesce(rm.number, ''),
       coalesce(e.payee, ''), coalesce(ec.name, ''), coalesce(em.number, ''), coalesce(e.method, ''),
       coalesce(e.number, ''), coalesce(e.purpose, ''), coalesce(e.approved_by, e.requested_by, ''),
       j.posted_by, j.reason
  FROM ledger_account a JOIN transfer t ON t.{side}_id = a.id JOIN journal j ON j.id = t.journal_id
  LEFT JOIN payment p ON p.id = j.payment_id
  LEFT JOIN record_payment r ON r.id = j.record_payment_id
  LEFT JOIN client rc ON rc.id = r.client_id LEFT JOIN matter rm ON rm.id = r.matter_id
  LEFT JOIN trust_entry e ON e.id = j.trust_entry_id
  LEFT JOIN client ec ON ec.id = e.client_id LEFT JOIN matter em ON em.id = e.matter_id
 WHERE a.kind = 'bank' AND a.bank_account_id = ? AND j.effective_on >= ? AND j.effective_on <= ?
"""

_TOLD: Final = {
    "return": "payment returned by the bank",
    "refund": "refund",
    "chargeback": "dispute lost; moved to operating",
    "shortage": "taken by the bank beyond the client's money",
    "restore": "shortage restored from operating",
    "trust to operating": "fees moved to operating",
}
"""What the money was for, where nobody wrote it."""


async def movements(reader: Reader, account_id: int, since: str, until: str) -> tuple[Movement, ...]:
    """The transfers into and out of the account's book between two days, oldest first."""
    both = " UNION ALL ".join(_MOVEMENTS.format(side=side) for side in ("debit", "credit"))
    days = (account_id, since, until)
    rows = await reader.rows(f"SELECT * FROM ({both}) AS moved ORDER BY 4, 1", (*days, *days))
    return tuple(_movement(row) for row in rows)


def _movement(row: Row) -> Movement:
    number, journal, kind, day, amount, reverses, payment, record, by_hand = row[:9]
    payer, paid_client, paid_matter, method, last4, reference, own_client, own_matter = row[9:17]
    payee, client, matter, way, cheque, purpose, allowed, posted_by, reason = row[17:]
    if by_hand:
        owner, how = (client, matter), " ".join(filter(None, (way, cheque)))
        party, who, said = payee or client, allowed, ""
    elif record:
        owner, how, party, who, said = (own_client, own_matter), "transfer", "the firm", posted_by, ""
    else:
        owner, how = (paid_client, paid_matter), " ".join(filter(None, (method, last4)))
        party, who, said = payer, "" if posted_by.startswith("processor:") else posted_by, reference
    told = purpose or _TOLD.get(kind, "")
    if kind in ("chargeback", "restore"):
        how = "transfer"
    return Movement(
        *(number, journal, kind, date.fromisoformat(day), amount, subject(payment, record, by_hand)),
        *(party, " ".join(filter(None, owner)), how, reason or said, told, who, reverses),
    )


_LEDGERS = """
SELECT a.id, c.code, c.name, coalesce(m.number, ''), a.kind,
       sum(CASE WHEN j.effective_on < ? THEN CASE WHEN t.credit_id = a.id THEN t.amount ELSE -t.amount END
                ELSE 0 END),
       sum(CASE WHEN t.credit_id = a.id THEN t.amount ELSE -t.amount END), max(j.effective_on)
  FROM ledger_account a JOIN transfer t ON t.{side}_id = a.id JOIN journal j ON j.id = t.journal_id
  JOIN client c ON c.id = a.client_id LEFT JOIN matter m ON m.id = a.matter_id
 WHERE a.bank_account_id = ? AND a.kind IN ('trust', 'held') AND j.effective_on <= ?
 GROUP BY a.id, c.code, c.name, m.number, a.kind
"""

_LINES = """
SELECT t.id, a.id, j.effective_on, t.kind, t.reverses_id, j.payment_id, j.record_payment_id, j.trust_entry_id,
       CASE WHEN t.credit_id = a.id THEN t.amount ELSE -t.amount END, coalesce(i.number, ''),
       coalesce(e.payee, p.payer_name, '')
  FROM ledger_account a JOIN transfer t ON t.{side}_id = a.id JOIN journal j ON j.id = t.journal_id
  LEFT JOIN invoice i ON i.id = t.invoice_id LEFT JOIN payment p ON p.id = j.payment_id
  LEFT JOIN trust_entry e ON e.id = j.trust_entry_id
 WHERE a.bank_account_id = ? AND a.kind IN ('trust', 'held') AND j.effective_on >= ? AND j.effective_on <= ?
"""

_WORDS: Final = {
    "link": "Received",
    "trust receipt": "Received",
    "trust apply": "Invoice paid",
    "disburse": "Paid out",
    "move": "Moved between ledgers",
    "return": "Returned by the bank",
    "reserve": "Set aside for a refund",
    "refund": "Refunded",
    "hold": "Held: disputed",
    "chargeback": "Dispute lost",
}

_TOWARDS: Final = {"link": "from", "trust receipt": "from", "disburse": "to", "refund": "to", "reserve": "of"}


async def ledgers(reader: Reader, account_id: int, since: str, until: str) -> tuple[ClientLedger, ...]:
    """Each client's and matter's ledger over the days, with its postings; by client, matter, kind."""
    halves = [_LEDGERS.format(side=side) for side in ("debit", "credit")]
    found: dict[int, list[Row]] = {}
    for half in halves:
        for row in await reader.rows(half, (since, account_id, until)):
            found.setdefault(row[0], []).append(row)
    lines = await _lines(reader, account_id, since, until)
    cards = [_ledger(rows, lines.get(number, ())) for number, rows in found.items()]
    return tuple(sorted(cards, key=lambda one: (one.client_code, one.matter, one.kind)))


def _ledger(rows: Sequence[Row], lines: Sequence[CardLine]) -> ClientLedger:
    _, code, name, matter, kind = rows[0][:5]
    last = max(row[7] for row in rows)
    opening, closing = sum(row[5] for row in rows), sum(row[6] for row in rows)
    return ClientLedger(code, name, matter, kind, opening, closing, date.fromisoformat(last), tuple(lines))


async def _lines(reader: Reader, account_id: int, since: str, until: str) -> dict[int, list[CardLine]]:
    both = " UNION ALL ".join(_LINES.format(side=side) for side in ("debit", "credit"))
    days = (account_id, since, until)
    found: dict[int, list[CardLine]] = {}
    rows = await reader.rows(f"SELECT * FROM ({both}) AS posted ORDER BY 3, 1", (*days, *days))
    for _, ledger, day, kind, reverses, payment, record, by_hand, amount, invoice, party in rows:
        what = _what(kind, party, reverses)
        line = CardLine(date.fromisoformat(day), what, subject(payment, record, by_hand), amount, invoice)
        found.setdefault(ledger, []).append(line)
    return found


def _what(kind: str, party: str, reverses: int | None) -> str:
    said = (
        f"{_WORDS.get(kind, kind)} {_TOWARDS[kind]} {party}"
        if party and kind in _TOWARDS
        else _WORDS.get(kind, kind)
    )
    return f"Undone: {said[0].lower()}{said[1:]}" if reverses else said


_TRANSFERS = """
SELECT j.effective_on, c.code, c.name, coalesce(dm.number, ''), coalesce(cm.number, ''), t.amount,
       j.payment_id, j.record_payment_id, j.trust_entry_id, j.posted_by, t.reverses_id, coalesce(i.number, '')
  FROM transfer t JOIN journal j ON j.id = t.journal_id
  JOIN ledger_account d ON d.id = t.debit_id JOIN ledger_account k ON k.id = t.credit_id
  JOIN client c ON c.id = CASE WHEN d.client_id > 0 THEN d.client_id ELSE k.client_id END
  LEFT JOIN matter dm ON dm.id = d.matter_id LEFT JOIN matter cm ON cm.id = k.matter_id
  LEFT JOIN invoice i ON i.id = t.invoice_id
 WHERE t.kind = ? AND ? IN (d.bank_account_id, k.bank_account_id)
   AND j.effective_on >= ? AND j.effective_on <= ? ORDER BY j.effective_on, t.id
"""


async def moves(reader: Reader, account_id: int, since: str, until: str) -> tuple[Transfer, ...]:
    """Money that went from one ledger of a client to another."""
    rows = await reader.rows(_TRANSFERS, ("move", account_id, since, until))
    return tuple(_transfer(row, row[3] or "client level", row[4] or "client level") for row in rows)


async def fees(reader: Reader, account_id: int, since: str, until: str) -> tuple[Transfer, ...]:
    """Invoices paid from trust."""
    rows = await reader.rows(_TRANSFERS, ("trust apply", account_id, since, until))
    made = []
    for row in rows:
        matter = (row[4] if row[10] else row[3]) or "client level"
        made.append(replace(_transfer(row, matter, row[11]), undone=row[10] is not None))
    return tuple(made)


def _transfer(row: Row, source: str, target: str) -> Transfer:
    day, code, name, _, _, amount, payment, record, by_hand, actor, reverses, _ = row
    if reverses:
        source, target = target, source
    about = subject(payment, record, by_hand)
    client = f"{code} {name}"
    return Transfer(date.fromisoformat(day), client, source, target, amount, about, actor, bool(reverses))
