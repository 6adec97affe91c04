"""Comparing a file of invoices with the ledger: what the file may change, and what contradicts it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.money import plain
from paylink_tui.services.imports.plan import NO_CLIENT, Plan, by_key, chunks, client_ids
from paylink_tui.services.imports.problems import Problems
from paylink_tui.services.imports.rows import InvoiceRow
from paylink_tui.store.reader import Reader

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
    matters: dict[str, tuple[int, int]]
    """Row id and client id by number."""
    invoices: dict[str, Stored]


async def plan_invoices(
    reader: Reader, rows: Sequence[InvoiceRow], problems: Problems, currency: str
) -> Plan:
    """Compare a file of invoices, in the firm's currency, with those known by their number.

    PayLink's own ledger stands: what it applied is never undone by a file. Whatever contradicts it
    is noted by the invoice's number.
    """
    start = f"SELECT number, id, {', '.join(COLUMNS)}, applied FROM invoice WHERE number"
    known = await by_key(reader, start, (row.number for row in rows))
    matters = await by_key(
        reader,
        "SELECT number, id, client_id FROM matter WHERE number",
        (row.matter_number for row in rows if row.matter_number),
    )
    book = Book(
        currency,
        await client_ids(reader, (row.client_id for row in rows)),
        {number: (row[0], row[1]) for number, row in matters.items()},
        {number: Stored(*row) for number, row in known.items()},
    )
    plan = await asyncio.to_thread(_compare, rows, book, problems)
    await _refuse_moves(reader, rows, plan, book, problems)
    return plan


def _compare(rows: Sequence[InvoiceRow], book: Book, problems: Problems) -> Plan:
    plan = Plan()
    for row in rows:
        owner = _owner(row, book, problems)
        if owner is None:
            continue
        stored = book.invoices.get(row.number)
        try:
            amounts = (row.total, row.total - row.balance) if stored is None else amounts_after(row, stored)
        except BadInput as error:
            problems.add(row.line, "total", plain(row.total), error.message)
            continue
        after = (*owner, row.issued, row.due, book.currency, *amounts)
        columns: dict[str, Any] = dict(zip(COLUMNS, after, strict=True))
        columns["number"] = row.number
        same = stored is not None and stored[1:-1] == after
        plan.add(columns, stored.id if stored else None, same)
    return plan


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
    reader: Reader, rows: Sequence[InvoiceRow], plan: Plan, book: Book, problems: Problems
) -> None:
    """Note invoices that go to another client or currency although money or a link is tied to them."""
    lines = {row.number: row for row in rows}
    moved = {
        stored.id: lines[columns["number"]]
        for columns in plan.changed
        if (stored := book.invoices[columns["number"]])
        and (stored.client_id, stored.currency) != (columns["client_id"], columns["currency"])
    }
    for some in chunks(moved):
        marks = ", ".join("?" * len(some))
        tied = await reader.rows(
            f"SELECT invoice_id FROM allocation WHERE invoice_id IN ({marks})"
            f" UNION SELECT invoice_id FROM payment_link WHERE invoice_id IN ({marks})",
            [*some, *some],
        )
        for (invoice_id,) in tied:
            row, stored = moved[invoice_id], book.invoices[moved[invoice_id].number]
            reason = f"invoice {row.number} keeps its client and its currency, {stored.currency}:"
            reason += " payments or links of PayLink are tied to it"
            problems.add(row.line, "client_id", row.client_id, reason)
