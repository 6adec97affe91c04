"""Clients and matters, with what they owe and what is held for them. Amounts in minor units."""

from __future__ import annotations

from typing import Final

from paylink_tui.domain.ledger import TransferKind
from paylink_tui.domain.parties import AccountKind, Client, Matter
from paylink_tui.domain.times import from_ms
from paylink_tui.domain.views import ClientView, LedgerLine, MatterView, Posting
from paylink_tui.store.read.words import NO_LIMIT, client_has_words, has_words
from paylink_tui.store.reader import Reader, Row

CLIENT: Final = "SELECT id, code, name, kind, email, phone FROM client"
"""Columns that `to_client` takes."""
MATTER: Final = "SELECT id, number, client_id, description, status FROM matter"
"""Columns that `to_matter` takes."""

_OWED: Final = "coalesce(sum(i.balance), 0)"
_HELD: Final = "coalesce(sum(a.credits - a.debits), 0)"


def to_client(row: Row) -> Client:
    """A client from the columns of `CLIENT`."""
    return Client(*row)


def to_matter(row: Row) -> Matter:
    """A matter from the columns of `MATTER`."""
    return Matter(*row)


async def client_views(
    reader: Reader,
    currency: str,
    *,
    search: str = "",
    after: tuple[str, int] | None = None,
    limit: int | None = None,
) -> tuple[ClientView, ...]:
    """Clients by name, those with every word of `search`; sums are of `currency` alone.

    Args:
        reader: Where to read.
        currency: The firm's; amounts of another currency are never added to it.
        search: Beginnings of words of code, name or e-mail; empty for everyone.
        after: Name and id of the last client of the page before.
        limit: Most clients to return; None for all.
    """
    conditions, values = ["1 = 1"], list[str | int]()
    if search.strip():
        condition, params = client_has_words(reader.dialect, search)
        conditions.append(condition)
        values += params
    if after is not None:
        conditions.append("(name, id) > (?, ?)")
        values += after
    page = f"{CLIENT} WHERE {' AND '.join(conditions)} ORDER BY name, id LIMIT ?"
    return await _client_page(reader, currency, page, [*values, NO_LIMIT if limit is None else limit])


async def client_view(reader: Reader, currency: str, client_id: int) -> ClientView:
    """One client that is known to exist."""
    return (await _client_page(reader, currency, f"{CLIENT} WHERE id = ?", [client_id]))[0]


async def _client_page(
    reader: Reader, currency: str, page: str, params: list[str | int]
) -> tuple[ClientView, ...]:
    owing = "FROM invoice i WHERE i.client_id = c.id AND i.balance > 0"
    held = f"SELECT {_HELD} FROM ledger_account a WHERE a.client_id = c.id AND a.currency = ?"
    rows = await reader.rows(
        "SELECT c.id, c.code, c.name, c.kind, c.email, c.phone,"
        " (SELECT count(*) FROM matter m WHERE m.client_id = c.id),"
        f" (SELECT count(*) {owing}), (SELECT {_OWED} {owing} AND i.currency = ?),"
        f" ({held} AND a.kind = 'trust'), ({held} AND a.kind = 'credit')"
        f" FROM ({page}) c ORDER BY c.name, c.id",
        [currency, currency, currency, *params],
    )
    return tuple(ClientView(to_client(row[:6]), *row[6:]) for row in rows)


async def matter_views(
    reader: Reader,
    currency: str,
    *,
    search: str = "",
    client_id: int | None = None,
    matter_id: int | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> tuple[MatterView, ...]:
    """Matters by number with their client's name; sums are of `currency` alone.

    Args:
        reader: Where to read.
        currency: The firm's.
        search: Beginnings of words of number or description; empty for all.
        client_id: Only this client's.
        matter_id: Only this one.
        after: Number of the last matter of the page before.
        limit: Most matters to return; None for all.
    """
    conditions, values = ["1 = 1"], list[str | int]()
    if search.strip():
        condition, params = has_words("search", search)
        conditions.append(condition)
        values += params
    for column, wanted in (("client_id = ?", client_id), ("id = ?", matter_id), ("number > ?", after)):
        if wanted is not None:
            conditions.append(column)
            values.append(wanted)
    page = f"{MATTER} WHERE {' AND '.join(conditions)} ORDER BY number LIMIT ?"
    return await _matter_page(reader, currency, page, [*values, NO_LIMIT if limit is None else limit])


async def _matter_page(
    reader: Reader, currency: str, page: str, params: list[str | int]
) -> tuple[MatterView, ...]:
    mine = "client_id = m.client_id AND {0}.matter_id = m.id AND {0}.currency = ?"
    held = f"SELECT {_HELD} FROM ledger_account a WHERE a.{mine.format('a')}"
    rows = await reader.rows(
        "SELECT m.id, m.number, m.client_id, m.description, m.status, c.code, c.name,"
        f" (SELECT {_OWED} FROM invoice i WHERE i.{mine.format('i')} AND i.balance > 0),"
        f" ({held} AND a.kind = 'trust'), ({held} AND a.kind = 'credit')"
        f" FROM ({page}) m JOIN client c ON c.id = m.client_id ORDER BY m.number",
        [currency, currency, currency, *params],
    )
    return tuple(MatterView(to_matter(row[:5]), *row[5:]) for row in rows)


async def ledger_lines(reader: Reader, client_id: int) -> tuple[LedgerLine, ...]:
    """What each trust ledger and each unapplied credit in the client's name holds."""
    rows = await reader.rows(
        "SELECT b.name, b.kind, coalesce(m.number, ''), a.credits - a.debits, a.currency"
        " FROM ledger_account a JOIN bank_account b ON b.id = a.bank_account_id"
        " LEFT JOIN matter m ON m.id = a.matter_id"
        " WHERE a.client_id = ? AND a.kind IN ('trust', 'credit')"
        " ORDER BY b.kind DESC, b.id, a.matter_id",
        [client_id],
    )
    return tuple(LedgerLine(name, AccountKind(kind), *rest) for name, kind, *rest in rows)


async def postings(reader: Reader, client_id: int, *, limit: int = 50) -> tuple[Posting, ...]:
    """The newest transfers into (positive) and out of (negative) the client's own ledgers."""
    half = (
        "SELECT t.id, j.posted_at, b.name, a.matter_id, t.kind, t.reverses_id, j.payment_id,"
        " j.record_payment_id, j.trust_entry_id, t.invoice_id, {sign}t.amount AS amount, t.currency"
        " FROM ledger_account a JOIN transfer t ON t.{side} = a.id JOIN journal j ON j.id = t.journal_id"
        " JOIN bank_account b ON b.id = a.bank_account_id"
        " WHERE a.client_id = ? AND a.kind IN ('trust', 'credit')"
    )
    both = f"{half.format(sign='', side='credit_id')} UNION ALL {half.format(sign='-', side='debit_id')}"
    rows = await reader.rows(
        "SELECT p.posted_at, p.name, coalesce(m.number, ''), p.kind, p.reverses_id, p.payment_id,"
        f" p.record_payment_id, p.trust_entry_id, i.number, p.amount, p.currency FROM ({both}) p"
        " LEFT JOIN matter m ON m.id = p.matter_id LEFT JOIN invoice i ON i.id = p.invoice_id"
        " ORDER BY p.id DESC, p.amount DESC LIMIT ?",
        [client_id, client_id, limit],
    )
    return tuple(_posting(row) for row in rows)


def _posting(row: Row) -> Posting:
    at, account, matter, kind, reverses, payment, record, by_hand, invoice, amount, currency = row
    source = next(f"{letter}{one}" for letter, one in (("R", record), ("E", by_hand), ("T", payment)) if one)
    told = {
        TransferKind.LINK: f"{source} linked",
        TransferKind.APPLY: f"Invoice {invoice} paid by {source}",
        TransferKind.TRUST_APPLY: f"Invoice {invoice} paid from trust by {source}",
        TransferKind.RECEIVE: f"{source} received",
        TransferKind.RETURN: f"{source} returned by the bank",
        TransferKind.TRUST_RECEIPT: f"{source} received",
        TransferKind.DISBURSE: f"{source} paid out",
        TransferKind.MOVE: f"{source} moved between ledgers",
    }
    what = told.get(TransferKind(kind), f"{source} {kind}")
    return Posting(from_ms(at), account, matter, f"Undone: {what}" if reverses else what, amount, currency)
