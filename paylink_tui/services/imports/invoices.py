"""Comparing a file of invoices with the ledger: what the file may change, and what contradicts it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.file_problems import Problems
from paylink_tui.domain.money import plain
from paylink_tui.services.imports.plan import NO_CLIENT, Plan, by_key, chunks, client_ids
from paylink_tui.services.imports.rows import InvoiceRow
from paylink_tui.store.reader import Reader, Row

COLUMNS: Final = ("client_id", "matter_id", "issued", "due", "currency", "total", "paid_before")


class Stored(NamedTuple):
    """An invoice as the database has it. Amounts in minor units."""

    id: int
    client_id: int
    matter_id: int | None
    issued: str
    due: str
    currency: str
    total: int
    paid_before: int
    applied: int


class Book(NamedTuple):
    """What a file of invoices is compared with."""

    currency: str
    """Of the firm, and so of every row."""
    clients: dict[str, int]
    matters: dict[str, Row]
    """Row id and client id by number."""
    invoices: dict[str, Row]
    """The fields of `Stored` by number."""


async def plan_invoices(
    reader: Reader, rows: Sequence[InvoiceRow], problems: Problems, currency: str
) -> Plan:
    """Compare a file of invoices, in the firm's currency, with those known by their number.

    PayLink's own ledger stands: what it applied is never undone by a file. Whatever contradicts it
    is noted by the invoice's number.
    """
    numbers, matters, clients = await asyncio.to_thread(_named, rows)
    start = f"SELECT number, id, {', '.join(COLUMNS)}, applied FROM invoice WHERE number"
    book = Book(
        currency,
        await client_ids(reader, clients),
        await by_key(reader, "SELECT number, id, client_id FROM matter WHERE number", matters),
        await by_key(reader, start, numbers),
    )
    plan, moved = await asyncio.to_thread(_compare, rows, book, problems)
    await _refuse_moves(reader, moved, problems)
    return plan


def _named(rows: Sequence[InvoiceRow]) -> tuple[list[str], list[str], list[str]]:
    """The invoices, matters and clients that rows name, each once."""
    matters = dict.fromkeys(row.matter_number for row in rows if row.matter_number)
    return [row.number for row in rows], [*matters], [*dict.fromkeys(row.client_id for row in rows)]


def _compare(
    rows: Sequence[InvoiceRow], book: Book, problems: Problems
) -> tuple[Plan, dict[int, tuple[InvoiceRow, Stored]]]:
    """The plan, and by id the known invoices that would go to another client or currency."""
    plan, moved = Plan(), {}
    for row in rows:
        owner = _owner(row, book, problems)
        if owner is None:
            continue
        known = book.invoices.get(row.number)
        stored = None if known is None else Stored(*known)
        try:
            amounts = (row.total, row.total - row.balance) if stored is None else amounts_after(row, stored)
        except BadInput as error:
            problems.add(row.line, "total", plain(row.total), error.message)
            continue
        after = (*owner, row.issued, row.due, book.currency, *amounts)
        columns: dict[str, Any] = dict(zip(COLUMNS, after, strict=True))
        columns["number"] = row.number
        plan.add(columns, stored.id if stored else None, stored is not None and stored[1:-1] == after)
        if stored and (stored.client_id, stored.currency) != (owner[0], book.currency):
            moved[stored.id] = row, stored
    return plan, moved


def _owner(row: InvoiceRow, book: Book, problems: Problems) -> tuple[int, int | None] | None:
    """Row ids of the client and the matter a row names, or None once it is noted what is wrong."""
    client_id = book.clients.get(row.client_id)
    if client_id is None:
        problems.add(row.line, "client_id", row.client_id, NO_CLIENT)
        return None
    if not row.matter_number:
        return client_id, None
    matter = book.matters.get(row.matter_number)
    if matter is None:
        reason = "is the number of no matter; import the matters first"
        problems.add(row.line, "matter_number", row.matter_number, reason)
        return None
    if matter[1] != client_id:
        reason = f"is a matter of another client than {row.client_id}"
        problems.add(row.line, "matter_number", row.matter_number, reason)
        return None
    return client_id, matter[0]


def amounts_after(row: InvoiceRow, stored: Stored) -> tuple[int, int]:
    """Total and amount paid before PayLink that a known invoice has after its row, in minor units.

    With nothing applied the file is right. Else a balance that agrees with our ledger, or one that
    knows nothing of our payments, changes the total alone.

    Raises:
        BadInput: the row contradicts what PayLink applied.
    """
    told_paid = row.total - row.balance
    if stored.applied == 0:
        return row.total, told_paid
    paid = stored.paid_before + stored.applied
    if row.total < paid:
        raise BadInput(
            f"invoice {row.number}: total {plain(row.total)} is below the {plain(paid)} already paid"
        )
    if told_paid not in (paid, stored.paid_before):
        raise BadInput(
            f"invoice {row.number}: total {plain(row.total)} and balance {plain(row.balance)} mean that"
            f" {plain(told_paid)} was paid; the ledger holds {plain(paid)}, {plain(stored.applied)} of it"
            " paid through PayLink"
        )
    return row.total, stored.paid_before


async def _refuse_moves(
    reader: Reader, moved: dict[int, tuple[InvoiceRow, Stored]], problems: Problems
) -> None:
    """Note invoices that cannot go to another client or currency: money or a link is tied to them."""
    for some in chunks(moved):
        marks = ", ".join("?" * len(some))
        tied = await reader.rows(
            f"SELECT invoice_id FROM allocation WHERE invoice_id IN ({marks})"
            f" UNION SELECT invoice_id FROM payment_link WHERE invoice_id IN ({marks})",
            [*some, *some],
        )
        for (invoice_id,) in tied:
            row, stored = moved[invoice_id]
            reason = f"invoice {row.number} keeps its client and its currency, {stored.currency}:"
            reason += " payments or links of PayLink are tied to it"
            problems.add(row.line, "client_id", row.client_id, reason)
