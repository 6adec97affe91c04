"""What the bank told of an account, what the book has, and what of each the other does not have yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, tzinfo
from typing import Final

from paylink_tui.domain.times import from_ms
from paylink_tui.domain.trust import BankItem, StatementLine
from paylink_tui.store.read.book import subject
from paylink_tui.store.reader import Reader, Row, first

_CHUNK: Final = 500
_MOST: Final = 20_000
"""Postings read at once for matching and for what is outstanding."""

_MATCHED = """EXISTS (SELECT 1 FROM bank_match bm JOIN statement_line s ON s.id = bm.line_id
               WHERE bm.transfer_id = {0}.id AND s.posted_on <= ?)"""

_ITEM = """
SELECT t.id, j.effective_on, {sign}t.amount AS amount, t.kind, j.payment_id, j.record_payment_id,
       j.trust_entry_id, coalesce(p.payer_name, nullif(e.payee, ''), nullif(r.payee, ''), ''),
       coalesce(nullif(e.number, ''), r.reference, ''), p.completed_at, t.reverses_id
  FROM ledger_account a JOIN transfer t ON t.{side}_id = a.id JOIN journal j ON j.id = t.journal_id
  LEFT JOIN payment p ON p.id = j.payment_id LEFT JOIN record_payment r ON r.id = j.record_payment_id
  LEFT JOIN trust_entry e ON e.id = j.trust_entry_id
 WHERE a.kind = 'bank' AND a.bank_account_id = ? AND {condition}
"""

# A posting and its reversal that the bank never saw are nothing to wait for.
_CANCELLED = f"""(EXISTS (SELECT 1 FROM transfer u JOIN journal uj ON uj.id = u.journal_id
       WHERE u.reverses_id = t.id AND uj.effective_on <= ? AND NOT {_MATCHED.format("u")})
    OR EXISTS (SELECT 1 FROM transfer o WHERE o.id = t.reverses_id AND NOT {_MATCHED.format("o")}))"""
_WAITING = f"j.effective_on <= ? AND NOT {_MATCHED.format('t')} AND {{no}} {_CANCELLED}"
_AT_BANK = f"j.effective_on > ? AND {_MATCHED.format('t')}"


async def waiting(
    reader: Reader, account_id: int, day: str, zone: tzinfo, *, cancelled: bool = False
) -> tuple[BankItem, ...]:
    """Postings the book has by a day and the bank does not, oldest first.

    Args:
        reader: Where to read.
        account_id: The bank account.
        day: ISO text; what was matched to a later line waits.
        zone: The firm's, for the days of deposits.
        cancelled: Only those that a reversal the bank does not have either takes back; else only the rest.
    """
    condition = _WAITING.format(no="" if cancelled else "NOT")
    rows = await _both_sides(reader, condition, account_id, (day, day, day, day, day))
    return tuple(_item(row, zone) for row in rows)


async def at_bank_before(reader: Reader, account_id: int, day: str, zone: tzinfo) -> tuple[BankItem, ...]:
    """Postings of later days that the bank has by `day` already."""
    rows = await _both_sides(reader, _AT_BANK, account_id, (day, day))
    return tuple(_item(row, zone) for row in rows)


async def of_transfers(
    reader: Reader, account_id: int, transfers: Sequence[int], zone: tzinfo
) -> tuple[BankItem, ...]:
    """Postings of a bank account's book by their numbers; what is none of it is left out."""
    condition = f"t.id IN ({', '.join('?' * len(transfers))})"
    rows = await _both_sides(reader, condition, account_id, tuple(transfers))
    return tuple(_item(row, zone) for row in rows)


async def _both_sides(
    reader: Reader, condition: str, account_id: int, params: tuple[object, ...]
) -> list[Row]:
    halves = [
        _ITEM.format(side=side, sign=sign, condition=condition)
        for side, sign in (("debit", ""), ("credit", "-"))
    ]
    asked = (account_id, *params)
    return await reader.rows(f"{' UNION ALL '.join(halves)} ORDER BY 2, 1 LIMIT {_MOST}", (*asked, *asked))


def _item(row: Row, zone: tzinfo) -> BankItem:
    number, day, amount, kind, payment, record, by_hand, who, written, completed, reverses = row
    settled = kind == "settle" and reverses is None and completed is not None
    batch = from_ms(completed).astimezone(zone).date() if settled else None
    about = subject(payment, record, by_hand)
    return BankItem(number, date.fromisoformat(day), int(amount), kind, about, who, written, batch)


async def lines(
    reader: Reader, account_id: int, since: str, until: str, *, unmatched: bool = False
) -> tuple[StatementLine, ...]:
    """Lines of the bank between two days, both included, by day."""
    open_only = "AND NOT EXISTS (SELECT 1 FROM bank_match bm WHERE bm.line_id = s.id)" if unmatched else ""
    return await _lines(
        reader,
        f"s.account_id = ? AND s.posted_on >= ? AND s.posted_on <= ? {open_only}",
        (account_id, since, until),
    )


async def line(reader: Reader, number: int) -> StatementLine | None:
    """One line, or None."""
    found = await _lines(reader, "s.id = ?", (number,))
    return found[0] if found else None


async def _lines(reader: Reader, condition: str, params: Sequence[object]) -> tuple[StatementLine, ...]:
    rows = await reader.rows(
        "SELECT s.id, s.account_id, s.posted_on, s.amount, s.description, s.number, bm.transfer_id"
        " FROM statement_line s LEFT JOIN bank_match bm ON bm.line_id = s.id"
        f" WHERE {condition} ORDER BY s.posted_on, s.id, bm.transfer_id",
        params,
    )
    found: dict[int, StatementLine] = {}
    for number, account, day, amount, description, written, transfer in rows:
        before = found[number].matched if number in found else ()
        matched = before if transfer is None else (*before, transfer)
        found[number] = StatementLine(
            number, account, date.fromisoformat(day), amount, description, written, matched
        )
    return tuple(found.values())


async def line_sum(reader: Reader, account_id: int, after: str, until: str) -> int:
    """Sum of the bank's lines after one day, up to another."""
    row = await first(
        reader,
        "SELECT coalesce(sum(amount), 0) FROM statement_line"
        " WHERE account_id = ? AND posted_on > ? AND posted_on <= ?",
        (account_id, after, until),
    )
    return int(row[0]) if row else 0


async def has_lines(reader: Reader, account_id: int) -> bool:
    """Whether a statement of the account was ever imported."""
    found = await first(reader, "SELECT 1 FROM statement WHERE account_id = ? LIMIT 1", (account_id,))
    return found is not None


async def balance(reader: Reader, account_id: int, day: str) -> tuple[int, date] | None:
    """What the bank says it held at the end of a day, and how far that is told; None if it never said.

    From the first statement that closes on that day or later, less the lines since; else from the newest.
    """
    query = "SELECT closing_balance, closing_on FROM statement WHERE account_id = ? AND closing_on {} ? {}"
    later = await first(reader, query.format(">=", "ORDER BY closing_on, id DESC LIMIT 1"), (account_id, day))
    if later is not None:
        since = await line_sum(reader, account_id, day, later[1])
        return later[0] - since, date.fromisoformat(day)
    newest = await first(
        reader, query.format("<", "ORDER BY closing_on DESC, id DESC LIMIT 1"), (account_id, day)
    )
    if newest is None:
        return None
    since = await line_sum(reader, account_id, newest[1], day)
    return newest[0] + since, date.fromisoformat(newest[1])


async def book_now(reader: Reader, account_id: int) -> dict[str, int]:
    """What each kind of ledger of a bank account holds; see `book_on`."""
    rows = await reader.rows(
        "SELECT kind, sum(credits - debits) FROM ledger_account WHERE bank_account_id = ? GROUP BY kind",
        (account_id,),
    )
    return {kind: int(held) for kind, held in rows}


async def book_on(reader: Reader, account_id: int, day: str) -> dict[str, int]:
    """Credits minus debits of each kind of ledger of a bank account at the end of a day, in minor units."""
    found: dict[str, int] = {}
    for side, sign in (("debit", -1), ("credit", 1)):
        rows = await reader.rows(
            f"SELECT a.kind, sum(t.amount) FROM ledger_account a JOIN transfer t ON t.{side}_id = a.id"
            " JOIN journal j ON j.id = t.journal_id WHERE a.bank_account_id = ? AND j.effective_on <= ?"
            " GROUP BY a.kind",
            (account_id, day),
        )
        for kind, amount in rows:
            found[kind] = found.get(kind, 0) + sign * int(amount)
    return found


_LISTING = """
SELECT c.code, c.name, coalesce(m.number, ''), a.kind, {held}
  FROM ledger_account a {joined} LEFT JOIN client c ON c.id = a.client_id
  LEFT JOIN matter m ON m.id = a.matter_id
 WHERE a.bank_account_id = ? AND a.kind IN ('trust', 'held', 'refunding', 'unidentified')
 GROUP BY a.id, c.code, c.name, m.number, a.kind HAVING {held} <> 0
 ORDER BY CASE WHEN c.code IS NULL THEN 1 ELSE 0 END, c.name, c.code, 3, a.kind
"""
_THEN = "sum(CASE WHEN t.credit_id = a.id THEN t.amount ELSE -t.amount END)"
_POSTED = """JOIN transfer t ON t.debit_id = a.id OR t.credit_id = a.id
  JOIN journal j ON j.id = t.journal_id AND j.effective_on <= ?"""


async def listing(reader: Reader, account_id: int, day: str | None) -> list[Row]:
    """Client code, name, matter, kind and balance of every ledger that holds something, now or on a day."""
    if day is None:
        now = _LISTING.format(held="max(a.credits - a.debits)", joined="")
        return await reader.rows(now, (account_id,))
    return await reader.rows(_LISTING.format(held=_THEN, joined=_POSTED), (day, account_id))


async def statement_of(reader: Reader, account_id: int, content_hash: str) -> bool:
    """Whether this very file was imported before."""
    query = "SELECT 1 FROM statement WHERE account_id = ? AND content_hash = ?"
    return await first(reader, query, (account_id, content_hash)) is not None


async def told_lines(reader: Reader, account_id: int, since: str, until: str) -> dict[str, tuple[str, int]]:
    """Day and amount of each line told between two days, both included, by what tells it apart."""
    rows = await reader.rows(
        "SELECT fitid, posted_on, amount FROM statement_line"
        " WHERE account_id = ? AND posted_on >= ? AND posted_on <= ?",
        (account_id, since, until),
    )
    return {fitid: (day, amount) for fitid, day, amount in rows}


async def known_fitids(reader: Reader, account_id: int, fitids: Sequence[str]) -> dict[str, tuple[str, int]]:
    """As `told_lines`, of these lines whatever their days."""
    found: dict[str, tuple[str, int]] = {}
    for at in range(0, len(fitids), _CHUNK):
        some = fitids[at : at + _CHUNK]
        rows = await reader.rows(
            "SELECT fitid, posted_on, amount FROM statement_line WHERE account_id = ?"
            f" AND fitid IN ({', '.join('?' * len(some))})",
            (account_id, *some),
        )
        found.update({fitid: (day, amount) for fitid, day, amount in rows})
    return found


async def matched_of(reader: Reader, transfers: Sequence[int]) -> list[int]:
    """Those of some postings that are matched to a line."""
    marks = ", ".join("?" * len(transfers))
    rows = await reader.rows(f"SELECT transfer_id FROM bank_match WHERE transfer_id IN ({marks})", transfers)
    return [row[0] for row in rows]
