"""The whole ledger, journal by journal: each page is a few hundred rows, whatever the book holds.

Journals are only ever added, so everything up to the newest one there at the start is one moment's book,
however long the reading takes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from paylink_tui.domain.export_book import BookAccount, Entry, Leg
from paylink_tui.domain.export_ofx import BookLine
from paylink_tui.store.reader import Reader, Row

PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Month:
    """A month with journals: `2026-11`, and the lowest and highest number among them."""

    name: str
    low: int
    high: int


Sums = dict[tuple[int, str], int]
"""Debits minus credits in minor units, by ledger account and currency."""

_ACCOUNTS = """
SELECT a.id, a.kind, a.currency, a.bank_account_id, coalesce(b.name, ''), a.client_id, coalesce(c.code, ''),
       a.matter_id, coalesce(m.number, '')
  FROM ledger_account a LEFT JOIN bank_account b ON b.id = a.bank_account_id
  LEFT JOIN client c ON c.id = a.client_id LEFT JOIN matter m ON m.id = a.matter_id
 WHERE a.id > ? ORDER BY a.id LIMIT ?
"""

_JOURNALS = """
SELECT j.id, j.kind, j.effective_on, j.payment_id, j.record_payment_id, j.trust_entry_id,
       coalesce(p.payer_name, ''), j.posted_by, j.reason, j.reverses_id
  FROM journal j LEFT JOIN payment p ON p.id = j.payment_id
 WHERE j.id > ? AND j.id <= ? AND j.effective_on >= ? AND j.effective_on <= ? ORDER BY j.id LIMIT ?
"""


async def newest(reader: Reader) -> int:
    """The number of the newest journal; 0 in an empty book."""
    return int((await reader.rows("SELECT coalesce(max(id), 0) FROM journal"))[0][0])


async def months(reader: Reader, upto: int, since: str, until: str) -> list[Month]:
    """The months that have journals up to number `upto` from day `since` to day `until`, in order."""
    rows = await reader.rows(
        "SELECT substr(effective_on, 1, 7), min(id), max(id) FROM journal"
        " WHERE id <= ? AND effective_on >= ? AND effective_on <= ? GROUP BY 1 ORDER BY 1",
        (upto, since, until),
    )
    return [Month(*row) for row in rows]


async def first_day(reader: Reader, upto: int) -> date | None:
    """The first day anything was posted for; None in an empty book."""
    rows = await reader.rows("SELECT min(effective_on) FROM journal WHERE id <= ?", (upto,))
    return date.fromisoformat(rows[0][0]) if rows[0][0] else None


async def accounts(reader: Reader) -> AsyncIterator[tuple[BookAccount, str]]:
    """Every ledger account with its currency, oldest first."""
    after = 0
    while rows := await reader.rows(_ACCOUNTS, (after, PAGE)):
        for number, kind, currency, bank, bank_name, client, code, matter, matter_number in rows:
            named = BookAccount(number, kind, bank, bank_name, client, code, matter, matter_number)
            yield named, currency
        after = rows[-1][0]


async def entries(
    reader: Reader, month: Month, since: str, until: str, names: dict[int, str]
) -> AsyncIterator[list[Entry]]:
    """Pages of a month's journals in the order they were posted, between two days."""
    start, end = max(since, f"{month.name}-01"), min(until, f"{month.name}-31")
    after = month.low - 1
    while rows := await reader.rows(_JOURNALS, (after, month.high, start, end, PAGE)):
        legs = await _legs(reader, [row[0] for row in rows], names)
        yield [replace(_entry(row), legs=tuple(legs.get(row[0], ()))) for row in rows]
        after = rows[-1][0]


def _entry(row: Row) -> Entry:
    number, kind, day, payment, record, by_hand, payer, actor, reason, reverses = row
    about = subject(payment, record, by_hand)
    return Entry(number, kind, date.fromisoformat(day), about, payer, actor, reason, reverses)


def subject(payment: int | None, record: int | None, by_hand: int | None) -> str:
    """What a journal is about, as people name it: `R3`, `E5`, `T17`; empty for nothing."""
    names = (("R", record), ("E", by_hand), ("T", payment))
    return next((f"{letter}{number}" for letter, number in names if number), "")


async def _legs(reader: Reader, journals: Sequence[int], names: dict[int, str]) -> dict[int, list[Leg]]:
    marks = ", ".join("?" * len(journals))
    rows = await reader.rows(
        "SELECT t.journal_id, t.kind, t.debit_id, t.credit_id, t.amount, t.currency, coalesce(i.number, '')"
        f" FROM transfer t LEFT JOIN invoice i ON i.id = t.invoice_id WHERE t.journal_id IN ({marks})"
        " ORDER BY t.id",
        journals,
    )
    found: dict[int, list[Leg]] = {}
    for journal, kind, debit, credit, amount, currency, invoice in rows:
        leg = Leg(kind, names[debit], names[credit], amount, currency, invoice)
        found.setdefault(journal, []).append(leg)
    return found


async def sums(reader: Reader, low: int, high: int, since: str, until: str) -> Sums:
    """What the journals numbered `low` to `high`, from one day to another, changed in each ledger account.

    Added up by the database from the transfers, and so apart from what is written of them.
    """
    half = (
        "SELECT t.{side}_id, t.currency, {sign}sum(t.amount) FROM journal j"
        " JOIN transfer t ON t.journal_id = j.id WHERE j.id >= ? AND j.id <= ?"
        " AND j.effective_on >= ? AND j.effective_on <= ? GROUP BY t.{side}_id, t.currency"
    )
    found: Sums = {}
    for side, sign in (("debit", ""), ("credit", "-")):
        sql = half.format(side=side, sign=sign)
        for account, currency, amount in await reader.rows(sql, (low, high, since, until)):
            found[account, currency] = found.get((account, currency), 0) + amount
    return found


_LINES = """
SELECT t.id, j.effective_on, CASE WHEN t.debit_id = a.id THEN t.amount ELSE -t.amount END, t.kind,
       j.payment_id, j.record_payment_id, j.trust_entry_id, coalesce(p.payer_name, ''), j.reason,
       j.reverses_id
  FROM ledger_account a JOIN transfer t ON t.{side}_id = a.id JOIN journal j ON j.id = t.journal_id
  LEFT JOIN payment p ON p.id = j.payment_id
 WHERE a.kind = 'bank' AND a.bank_account_id = ? AND t.id > ? AND j.id <= ?
   AND j.effective_on >= ? AND j.effective_on <= ?
"""


async def bank_lines(
    reader: Reader, account_id: int, upto: int, since: str, until: str
) -> AsyncIterator[list[BookLine]]:
    """Pages of the transfers into and out of a bank account's book, in the order they were posted."""
    half = "SELECT * FROM ({} ORDER BY t.id LIMIT ?) AS {}"
    both = " UNION ALL ".join(half.format(_LINES.format(side=side), side) for side in ("debit", "credit"))
    after = 0
    while True:
        asked = (account_id, after, upto, since, until, PAGE)
        rows = await reader.rows(f"{both} ORDER BY 1 LIMIT ?", (*asked, *asked, PAGE))
        if not rows:
            return
        yield [_line(row) for row in rows]
        after = rows[-1][0]


def _line(row: Row) -> BookLine:
    number, day, amount, kind, payment, record, by_hand, payer, reason, reverses = row
    about = subject(payment, record, by_hand)
    memo = " ".join(filter(None, (kind, about, "undone" if reverses else "", reason)))
    return BookLine(number, date.fromisoformat(day), amount, payer or about or kind, memo)


async def bank_balance(reader: Reader, account_id: int, upto: int, until: str) -> int:
    """What a bank account's book held at the end of a day, in minor units."""
    rows = await reader.rows(
        "SELECT coalesce(sum(CASE WHEN t.debit_id = a.id THEN t.amount ELSE -t.amount END), 0)"
        " FROM ledger_account a JOIN transfer t ON t.debit_id = a.id OR t.credit_id = a.id"
        " JOIN journal j ON j.id = t.journal_id"
        " WHERE a.kind = 'bank' AND a.bank_account_id = ? AND j.id <= ? AND j.effective_on <= ?",
        (account_id, upto, until),
    )
    return int(rows[0][0])
