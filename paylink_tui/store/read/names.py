"""From what a person typed to the id of the one row that is meant."""

from __future__ import annotations

from typing import Final

from paylink_tui.domain.money import display
from paylink_tui.domain.parties import Client, Matter
from paylink_tui.domain.text import fold_words
from paylink_tui.domain.times import from_ms
from paylink_tui.store.read.accounts import bank_accounts
from paylink_tui.store.read.choice import READ, Kind, nearest, numbered, only
from paylink_tui.store.read.invoices import INVOICE, to_invoice
from paylink_tui.store.read.parties import CLIENT, MATTER, to_client, to_matter
from paylink_tui.store.read.words import all_begin, bindable, client_has_words, has_words, starts_words
from paylink_tui.store.reader import Reader, Row, first

_CLIENTS: Final = Kind(
    "client", "clients", "id, name and e-mail", "List them with: paylink clients list --search WORD"
)
_MATTERS: Final = Kind(
    "matter", "matters", "number and description", "List them with: paylink matters list --search WORD"
)
_INVOICES: Final = Kind("invoice", "invoices", "number", "List them with: paylink invoices list")
_ACCOUNTS: Final = Kind("account", "accounts", "name and id", "List them with: paylink accounts list")
_TRANSACTIONS: Final = Kind(
    "transaction",
    "transactions",
    "T-number, processor reference and payer name",
    "List them with: paylink transactions list --query WORD",
)
_LINKS: Final = Kind("link", "links", "L-number and reference", "List them with: paylink links list")


async def client(reader: Reader, name: str) -> int:
    """Id of the client that `client_named` finds."""
    return (await client_named(reader, name)).id


async def client_named(reader: Reader, name: str) -> Client:
    """The client of that code, `#id`, exact name, or whose words alone begin like those typed.

    Raises:
        NotFound: nobody, or more than one, answers to it.
    """
    typed = bindable(name)
    number = numbered(typed, "#", bare=False)
    found = await reader.rows(f"{CLIENT} WHERE code = ?", [typed])
    if not found and number is not None:
        found = await reader.rows(f"{CLIENT} WHERE id = ?", [number])
    if not found:
        condition, params = client_has_words(reader.dialect, typed)
        found = await reader.rows(
            f"{CLIENT} WHERE {condition} OR name = ?"
            f" ORDER BY CASE WHEN lower(name) = lower(?) THEN 0 ELSE 1 END, name, id LIMIT {READ}",
            [*params, typed, typed],
        )
    clients = [to_client(row) for row in found]
    if len(clients) > 1:
        clients = nearest(clients, typed, lambda one: (one.code, one.name), lambda one: one.name)
    return only(clients, typed, _CLIENTS, lambda one: f"{one.code} {one.name}")


async def matter(reader: Reader, name: str, *, client_id: int | None = None) -> int:
    """Id of the matter that `matter_named` finds."""
    return (await matter_named(reader, name, client_id=client_id)).id


async def matter_named(reader: Reader, name: str, *, client_id: int | None = None) -> Matter:
    """The matter of that number, or the only one whose number and description begin like it.

    Args:
        reader: Where to read.
        name: What was typed.
        client_id: Only matters of this client are meant by a description; None for any. A number
            is a number, whosever matter it is: the caller says that it is another client's.

    Raises:
        NotFound: none, or more than one, answers to it.
    """
    typed = bindable(name)
    found = await reader.rows(f"{MATTER} WHERE number = ?", [typed])
    if not found:
        condition, params = has_words("search", typed)
        mine, owner = ("", []) if client_id is None else (" AND client_id = ?", [client_id])
        found = await reader.rows(
            f"{MATTER} WHERE lower(number) = lower(?) OR ({condition}{mine})"
            f" ORDER BY CASE WHEN lower(number) = lower(?) THEN 0 ELSE 1 END, number LIMIT {READ}",
            [typed, *params, *owner, typed],
        )
    matters = [to_matter(row) for row in found]
    if len(matters) > 1:
        matters = nearest(matters, typed, lambda one: (one.number,), lambda one: one.description)
    return only(matters, typed, _MATTERS, lambda one: f"{one.number} {one.description}")


async def invoice(reader: Reader, name: str) -> int:
    """Id of the invoice of that number; upper and lower case are the same unless two differ by it alone.

    Raises:
        NotFound: no invoice, or more than one, has that number.
    """
    typed = bindable(name)
    found = await reader.rows(f"{INVOICE} WHERE number = ?", [typed])
    if not found:
        found = await reader.rows(
            f"{INVOICE} WHERE lower(number) = lower(?) ORDER BY number LIMIT {READ}", [typed]
        )
    return only([to_invoice(row) for row in found], typed, _INVOICES, lambda one: one.number).id


async def account(reader: Reader, name: str) -> int:
    """Id of the bank account of that name or id, or the only one whose name begins like it.

    Raises:
        NotFound: none, or more than one, answers to it.
    """
    typed = bindable(name)
    known = await bank_accounts(reader)
    number = numbered(typed, "#")
    found = (
        [one for one in known if one.name == typed]
        or [one for one in known if one.name.casefold() == typed.casefold()]
        or [one for one in known if one.id == number]
        or [one for one in known if fold_words(typed) and starts_words(typed, one.name)]
    )
    return only(found, typed, _ACCOUNTS, lambda one: one.name).id


async def transaction(reader: Reader, name: str) -> int:
    """Id of the transaction `T17`, `17`, of that processor reference, or of the only such payer.

    Raises:
        NotFound: none, or more than one, answers to it.
    """
    typed = bindable(name)
    number = numbered(typed, "T")
    if number is not None and await first(reader, "SELECT id FROM payment WHERE id = ?", [number]):
        return number
    found = await reader.rows(_BY_REFERENCE, [typed]) or await _payers(reader, typed)
    return int(only(found, typed, _TRANSACTIONS, _transaction_label)[0])


async def link(reader: Reader, name: str) -> int:
    """Id of the link `L5`, `5`, or of the only one with that reference or with its words.

    Raises:
        NotFound: none, or more than one, answers to it.
    """
    typed = bindable(name)
    number = numbered(typed, "L")
    if number is not None and await first(reader, "SELECT id FROM payment_link WHERE id = ?", [number]):
        return number
    found = []
    if fold_words(typed):
        rows = await reader.rows(
            "SELECT id, reference FROM payment_link WHERE reference <> '' ORDER BY id DESC"
        )
        found = [row for row in rows if row[1].casefold() == typed.casefold()]
        found = found or [row for row in rows if starts_words(typed, row[1])]
    return int(only(found, typed, _LINKS, lambda row: f"L{row[0]} {row[1]}")[0])


# The distinct processors are walked one index step each, then the unique index answers for each.
_BY_REFERENCE: Final = """
WITH RECURSIVE known(processor) AS (
  SELECT min(processor) FROM payment
  UNION ALL
  SELECT (SELECT min(p.processor) FROM payment p WHERE p.processor > known.processor)
  FROM known WHERE known.processor IS NOT NULL
)
SELECT p.id, p.payer_name, p.amount, p.currency, p.paid_at
FROM known JOIN payment p ON p.processor = known.processor AND p.payment_ref = ?
"""


async def _payers(reader: Reader, typed: str) -> list[Row]:
    """The newest payments whose payer's name has the words typed."""
    asked = fold_words(typed).split()
    if not asked:
        return []
    if reader.dialect == "sqlite":
        source = "payment_search s JOIN payment p ON p.id = s.rowid WHERE payment_search MATCH ?"
    else:
        source = "payment p WHERE to_tsvector('simple', p.search) @@ to_tsquery('simple', ?)"
    found = await reader.rows(
        f"SELECT p.id, p.payer_name, p.amount, p.currency, p.paid_at FROM {source}"
        f" ORDER BY p.id DESC LIMIT {READ}",
        [all_begin(reader.dialect, asked)],
    )
    if len(found) >= READ:
        return found
    payers = [row for row in found if starts_words(typed, row[1])]
    return nearest(payers, typed, lambda row: (row[1],), lambda row: str(row[1]))


def _transaction_label(row: Row) -> str:
    number, payer, amount, currency, paid_at = row
    return f"T{number} {payer} {display(amount, currency)} {from_ms(paid_at):%Y-%m-%d}"
