"""Invoices with the names they carry, and what paid them. Amounts in minor units."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from paylink_tui.domain.allocation import oldest_first
from paylink_tui.domain.parties import Invoice
from paylink_tui.domain.views import InvoiceView
from paylink_tui.store.read.words import NO_LIMIT, bindable, client_has_words, has_words
from paylink_tui.store.reader import Dialect, Reader, Row

COLUMNS: Final = (
    "id",
    "number",
    "client_id",
    "matter_id",
    "issued",
    "due",
    "currency",
    "total",
    "paid_before",
    "applied",
)
INVOICE: Final = f"SELECT {', '.join(COLUMNS)} FROM invoice"
"""Columns that `to_invoice` takes."""


class PaidBy(NamedTuple):
    """One live payment of an invoice."""

    name: str
    """The transaction (`T17`) or the recorded payment (`R3`)."""
    source: str
    """Where the money came from: `link`, or the source of the recorded payment."""
    amount: int
    paid_on: date
    """The day the invoice is paid by it (`txn-two-dates`)."""
    who: str
    """The payer, or the payee of a recorded payment."""


def to_invoice(row: Row) -> Invoice:
    """An invoice from the columns of `INVOICE`."""
    number, name, client_id, matter_id, issued, due, *amounts = row
    return Invoice(
        number, name, client_id, matter_id, date.fromisoformat(issued), date.fromisoformat(due), *amounts
    )


async def invoice_views(
    reader: Reader,
    today: date,
    *,
    client_id: int | None = None,
    matter_id: int | None = None,
    open_only: bool = False,
    search: str = "",
    after: tuple[str, int] | None = None,
    limit: int | None = None,
) -> tuple[InvoiceView, ...]:
    """Invoices by due date: the open ones oldest first, all of them newest first.

    Args:
        reader: Where to read.
        today: The day in the firm's zone, which tells overdue from open.
        client_id: Only this client's.
        matter_id: Only this matter's.
        open_only: Only those with a balance.
        search: The beginning of an invoice's number, or of words of its client or matter.
        after: Due date (ISO) and id of the last invoice of the page before.
        limit: Most invoices to return; None for all.
    """
    way, beyond = ("ASC", ">") if open_only else ("DESC", "<")
    conditions, values = _owned(client_id, matter_id)
    if open_only:
        conditions.append("i.balance > 0")
    if search.strip():
        condition, params = _searched(reader.dialect, search)
        conditions.append(condition)
        values += params
    if after is not None:
        conditions.append(f"(i.due, i.id) {beyond} (?, ?)")
        values += after
    rows = await reader.rows(
        f"{_VIEW} WHERE {' AND '.join(conditions)} ORDER BY i.due {way}, i.id {way} LIMIT ?",
        [*values, NO_LIMIT if limit is None else limit],
    )
    return tuple(_view(row, today) for row in rows)


async def invoice_view(reader: Reader, today: date, invoice_id: int) -> InvoiceView:
    """One invoice that is known to exist."""
    return _view((await reader.rows(f"{_VIEW} WHERE i.id = ?", [invoice_id]))[0], today)


async def open_invoices(reader: Reader, client_id: int, matter_id: int | None) -> tuple[Invoice, ...]:
    """The invoices a payment may pay, oldest first (`apply-order`): a client's, or one matter's own."""
    rows = await reader.rows(
        f"{INVOICE} WHERE client_id = ? AND balance > 0{'' if matter_id is None else ' AND matter_id = ?'}",
        [client_id] if matter_id is None else [client_id, matter_id],
    )
    return tuple(oldest_first([to_invoice(row) for row in rows]))


async def paid_by(reader: Reader, invoice_id: int) -> tuple[PaidBy, ...]:
    """What paid an invoice through PayLink and was not undone, in the order it was applied."""
    rows = await reader.rows(
        "SELECT a.payment_id, a.record_payment_id, r.source, a.amount, a.paid_on, p.payer_name, r.payee"
        " FROM allocation a LEFT JOIN payment p ON p.id = a.payment_id"
        " LEFT JOIN record_payment r ON r.id = a.record_payment_id"
        " WHERE a.invoice_id = ? AND a.sign = 1"
        " AND NOT EXISTS (SELECT 1 FROM allocation u WHERE u.reverses_id = a.id) ORDER BY a.id",
        [invoice_id],
    )
    return tuple(_paid_by(row) for row in rows)


_VIEW: Final = (
    f"SELECT {', '.join(f'i.{name}' for name in COLUMNS)}, c.code, c.name, coalesce(m.number, '')"
    " FROM invoice i JOIN client c ON c.id = i.client_id LEFT JOIN matter m ON m.id = i.matter_id"
)


def _owned(client_id: int | None, matter_id: int | None) -> tuple[list[str], list[str | int]]:
    if matter_id is not None:
        # A matter's invoices are its client's, and the index starts with the client.
        mine = "i.client_id = (SELECT client_id FROM matter WHERE id = ?) AND i.matter_id = ?"
        values: list[str | int] = [matter_id, matter_id]
        return ([mine], values) if client_id is None else ([mine, "i.client_id = ?"], [*values, client_id])
    return (["1 = 1"], []) if client_id is None else (["i.client_id = ?"], [client_id])


def _searched(dialect: Dialect, typed: str) -> tuple[str, list[str]]:
    client, of_client = client_has_words(dialect, typed)
    matter, of_matter = has_words("search", typed)
    number = bindable(typed).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    like = "LIKE" if dialect == "sqlite" else "ILIKE"
    condition = (
        f"(i.number {like} ? ESCAPE '\\' OR i.client_id IN (SELECT id FROM client WHERE {client})"
        f" OR i.matter_id IN (SELECT id FROM matter WHERE {matter}))"
    )
    return condition, [f"{number}%", *of_client, *of_matter]


def _view(row: Row, today: date) -> InvoiceView:
    invoice = to_invoice(row[: len(COLUMNS)])
    code, name, matter = row[len(COLUMNS) :]
    return InvoiceView(invoice, code, name, matter, invoice.state(today))


def _paid_by(row: Row) -> PaidBy:
    payment, record, source, amount, paid_on, payer, payee = row
    if record is not None:
        return PaidBy(f"R{record}", source, amount, date.fromisoformat(paid_on), payee)
    return PaidBy(f"T{payment}", "link", amount, date.fromisoformat(paid_on), payer)
