"""What the book knows about an unlinked payment: a few dozen candidates, by indexed look-ups alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Final

from paylink_tui.domain.parties import Client, Invoice, Matter
from paylink_tui.domain.suggestions import Candidates, PastLink, SearchTerms
from paylink_tui.store.read.invoices import INVOICE, to_invoice
from paylink_tui.store.read.parties import CLIENT, MATTER, to_client, to_matter
from paylink_tui.store.read.words import all_begin, begins, bindable, in_word_index
from paylink_tui.store.reader import Reader, Row, first

NUMBER_TAIL: Final = "substr(number, length(number) - 2)"
"""The last three characters of a number, written as the index on them is."""

MOST: Final = 40
"""Rows one look-up contributes; more of one kind tell no owner apart."""


async def named_by_link(reader: Reader, link_id: int) -> tuple[int | None, int | None, str]:
    """Client id, matter id and invoice number a payment link named beforehand; None and empty if not."""
    row = await first(
        reader,
        "SELECT l.client_id, l.matter_id, coalesce(i.number, '') FROM payment_link l"
        " LEFT JOIN invoice i ON i.id = l.invoice_id WHERE l.id = ?",
        [link_id],
    )
    return (None, None, "") if row is None else (row[0], row[1], row[2])


async def candidates(
    reader: Reader, terms: SearchTerms, *, client_id: int | None = None, matter_id: int | None = None
) -> Candidates:
    """Clients, their open invoices, matters and earlier links that the terms lead to.

    The client of every matter, invoice and earlier link is among the clients, and so is `client_id`;
    every open invoice of each of these clients is among the invoices.
    """
    matters = await _matters(reader, terms)
    past = (
        *await _past(reader, "lower(payer_email)", terms.email, same_email=True),
        *await _past(reader, "payer_name", terms.payer_name, same_email=False),
    )
    owners = {
        *(matter.client_id for matter in matters),
        *(link.client_id for link in past),
        *await _clients_of_invoices(reader, terms),
        *([] if client_id is None else [client_id]),
    }
    clients = await _clients(reader, terms, owners)
    invoices = await _open_invoices(reader, [client.id for client in clients])
    wanted = {matter_id, *(one.matter_id for one in invoices), *(one.matter_id for one in past)}
    wanted -= {one.id for one in matters}
    more = await _in(reader, f"{MATTER} WHERE id", [number for number in wanted if number is not None])
    return Candidates(clients, (*matters, *map(to_matter, more)), invoices, past)


async def _matters(reader: Reader, terms: SearchTerms) -> tuple[Matter, ...]:
    """Matters whose number the reference names, in whole or by its end."""
    found = await _in(reader, f"{MATTER} WHERE number", _spellings(terms.numbers))
    found += await _ending(reader, MATTER, terms.digits)
    return tuple({row[0]: to_matter(row) for row in found}.values())


async def _clients_of_invoices(reader: Reader, terms: SearchTerms) -> set[int]:
    """Clients of the open invoices the reference names or whose balance is exactly the amount."""
    owner = "SELECT client_id FROM invoice"
    found = await _in(reader, f"{owner} WHERE balance > 0 AND number", _spellings(terms.numbers))
    found += await _ending(reader, f"{owner}", terms.digits, " AND balance > 0")
    found += await reader.rows(
        f"{owner} WHERE balance > 0 AND balance = ? AND currency = ? LIMIT {MOST}",
        [terms.amount, terms.currency],
    )
    return {row[0] for row in found}


async def _clients(reader: Reader, terms: SearchTerms, owners: Iterable[int]) -> tuple[Client, ...]:
    """The owners found so far, and clients of that e-mail, code or name."""
    found = await _in(reader, f"{CLIENT} WHERE id", sorted(owners))
    found += await _in(reader, f"{CLIENT} WHERE code", _spellings(terms.numbers))
    if terms.email:
        found += await reader.rows(f"{CLIENT} WHERE lower(email) = ? LIMIT {MOST}", [bindable(terms.email)])
    if terms.prefixes:
        found += await _named(reader, terms.prefixes)
    return tuple({row[0]: to_client(row) for row in found}.values())


async def _named(reader: Reader, prefixes: Sequence[str]) -> list[Row]:
    """Clients with a word that begins so; of common beginnings, those with two of them."""
    where = f"{CLIENT} WHERE {in_word_index(reader.dialect)} LIMIT {MOST}"
    rare: list[Row] = []
    common: dict[str, list[Row]] = {}
    for prefix in prefixes:
        rows = await reader.rows(where, [begins(reader.dialect, prefix)])
        if len(rows) < MOST:
            rare += rows
        else:
            common[prefix] = rows
    pairs = [f"({all_begin(reader.dialect, pair)})" for pair in combinations(common, 2)]
    if pairs:
        either = " OR " if reader.dialect == "sqlite" else " | "
        rare += await reader.rows(where, [either.join(pairs)])
    return rare or [row for rows in common.values() for row in rows]


async def _past(reader: Reader, column: str, value: str, *, same_email: bool) -> tuple[PastLink, ...]:
    """To whom the newest payments of that payer were linked, and how often."""
    if not (asked := bindable(value)):
        return ()
    rows = await reader.rows(
        "SELECT client_id, matter_id, count(*) FROM (SELECT client_id, matter_id FROM payment"
        f" WHERE {column} = ? AND linked = 1 AND client_id IS NOT NULL ORDER BY id DESC LIMIT {MOST}) newest"
        " GROUP BY client_id, matter_id",
        [asked],
    )
    return tuple(PastLink(client, matter, times, same_email) for client, matter, times in rows)


async def _open_invoices(reader: Reader, clients: Sequence[int]) -> tuple[Invoice, ...]:
    found = await _in(reader, f"{INVOICE} WHERE balance > 0 AND client_id", clients)
    return tuple(map(to_invoice, found))


async def _ending(reader: Reader, select: str, digits: Sequence[str], also: str = "") -> list[Row]:
    """Rows whose number ends in one of the runs of three digits or more."""
    found: list[Row] = []
    for run in digits:
        found += await reader.rows(
            f"{select} WHERE {NUMBER_TAIL} = ? AND number LIKE ?{also} LIMIT {MOST}", [run[-3:], f"%{run}"]
        )
    return found


async def _in(reader: Reader, start: str, values: Sequence[str] | Sequence[int]) -> list[Row]:
    if not values:
        return []
    return await reader.rows(f"{start} IN ({', '.join('?' * len(values))})", list(values))


def _spellings(numbers: Sequence[str]) -> list[str]:
    """Numbers are kept as the books write them: mostly in capitals, some in small letters."""
    return list(dict.fromkeys(one for number in numbers for one in (number, number.lower())))
