"""The rows of each kind of file: its columns, and text turned into typed drafts or problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache, partial
from typing import Any, Final, Literal, NamedTuple, TypeVar

from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.file_problems import Problems
from paylink_tui.domain.money import parse_amount, plain
from paylink_tui.services.imports.reading import Record

Kind = Literal["clients", "matters", "invoices"]

MAX_KEY: Final = 64
"""Characters of an id or a number."""
MAX_NAME: Final = 200
MAX_EMAIL: Final = 254
MAX_TEXT: Final = 2000

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_USUAL_AMOUNT: Final = re.compile(r"[0-9]{1,11}\.[0-9]{2}")
"""Two decimals and no thousands commas, as books export them: read without the general reader."""
_LINE_BREAK: Final = re.compile(r"\r\n?")


class ClientRow(NamedTuple):
    """A client as its file tells it; `id` is the code of the firm's own books."""

    line: int
    id: str
    name: str
    type: str
    email: str
    phone: str


class MatterRow(NamedTuple):
    """A matter as its file tells it."""

    line: int
    number: str
    client_id: str
    """The client's code."""
    description: str
    status: str


class InvoiceRow(NamedTuple):
    """An invoice as its file tells it. Amounts in minor units, days in ISO text."""

    line: int
    number: str
    client_id: str
    """The client's code."""
    matter_number: str
    """Empty when it is for the client as a whole."""
    issued: str
    due: str
    total: int
    balance: int


ImportRow = ClientRow | MatterRow | InvoiceRow
R = TypeVar("R", ClientRow, MatterRow, InvoiceRow)
Reader = Callable[[str], Any]


def key(text: str) -> str:
    """An id or a number: must be there, on one line, of bounded length."""
    if not text:
        raise BadInput("is empty; it is what the row is known by")
    return reference(text)


def reference(text: str) -> str:
    """A key that may be empty."""
    if "\n" in text or "\r" in text:
        raise BadInput("holds a line break")
    return _bounded(text, MAX_KEY)


def name(text: str) -> str:
    """A name: must be there."""
    if not text:
        raise BadInput("is empty; every client has a name")
    return _text(text, MAX_NAME)


def words(limit: int) -> Reader:
    """Free text of at most `limit` characters; may be empty."""
    return partial(_text, limit=limit)


def one_of(*choices: str) -> Reader:
    """One of a few words in any case; the first one when empty."""

    def read(text: str) -> str:
        word = text.casefold() or choices[0]
        if word not in choices:
            raise BadInput(f"is none of {', '.join(choices)}")
        return word

    return read


@lru_cache(maxsize=8192)
def day(text: str) -> str:
    """A day, and only as YYYY-MM-DD: 03/04/2026 is two different days to two people."""
    if not _DAY.fullmatch(text):
        raise BadInput("is not a date; write it as YYYY-MM-DD, like 2026-11-22")
    try:
        date.fromisoformat(text)
    except ValueError:
        raise BadInput("is not a day of the calendar") from None
    return text


def day_or_empty(text: str) -> str:
    """A day, or empty."""
    return day(text) if text else ""


def amount(text: str) -> int:
    """An amount of zero or more, in minor units."""
    if _USUAL_AMOUNT.fullmatch(text):
        return int(text[:-3] + text[-2:])
    if text.startswith(("-", "(", "\N{MINUS SIGN}")):
        raise BadInput("is negative; totals and balances are zero or more")
    try:
        return parse_amount(text)
    except BadInput as error:
        told = error.message.removeprefix(f"amount {text!r} ")
        raise BadInput("is no amount; write it like 1500.00" if told == error.message else told) from None


def _text(text: str, limit: int) -> str:
    """Text with its line breaks written alike, so that the system that saved it does not show."""
    return _bounded(_LINE_BREAK.sub("\n", text) if "\r" in text else text, limit)


def _bounded(text: str, limit: int) -> str:
    if len(text) > limit:
        raise BadInput(f"has {len(text):,} characters; at most {limit:,} are kept")
    return text


CLIENTS: Final[dict[str, Reader]] = {
    "id": key,
    "name": name,
    "type": one_of("person", "company"),
    "email": words(MAX_EMAIL),
    "phone": words(MAX_KEY),
}
MATTERS: Final[dict[str, Reader]] = {
    "number": key,
    "client_id": key,
    "description": words(MAX_TEXT),
    "status": one_of("open", "pending", "closed"),
}
INVOICES: Final[dict[str, Reader]] = {
    "number": key,
    "client_id": key,
    "matter_number": reference,
    "issued": day,
    "due": day_or_empty,
    "total": amount,
    "balance": amount,
}


def read_clients(records: Iterable[Record], problems: Problems) -> list[ClientRow]:
    """The clients of a file; what cannot be read is noted."""
    return _read(records, CLIENTS, ClientRow, problems)


def read_matters(records: Iterable[Record], problems: Problems) -> list[MatterRow]:
    """The matters of a file; what cannot be read is noted."""
    return _read(records, MATTERS, MatterRow, problems)


def read_invoices(records: Iterable[Record], problems: Problems) -> list[InvoiceRow]:
    """The invoices of a file: due when issued if not told; a balance above the total is noted."""
    rows = []
    for row in _read(records, INVOICES, InvoiceRow, problems):
        if row.balance > row.total:
            reason = f"is more than the total {plain(row.total)} of invoice {row.number}"
            problems.add(row.line, "balance", plain(row.balance), reason)
        rows.append(row if row.due else row._replace(due=row.issued))
    return rows


def _read(
    records: Iterable[Record], columns: dict[str, Reader], make: type[R], problems: Problems
) -> list[R]:
    readers = list(columns.values())
    lines: dict[str, int] = {}
    rows: list[R] = []
    for line, fields in records:
        try:
            row = make(line, *[read(text) for read, text in zip(readers, fields, strict=True)])
        except BadInput:
            _note(line, fields, columns, problems)
            continue
        earlier = lines.setdefault(fields[0], line)
        if earlier != line:
            problems.add(line, next(iter(columns)), fields[0], f"is on line {earlier} already")
        rows.append(row)
    return rows


def _note(line: int, fields: Iterable[str], columns: dict[str, Reader], problems: Problems) -> None:
    """Note every field of a row that cannot be read."""
    for (column, read), text in zip(columns.items(), fields, strict=True):
        try:
            read(text)
        except BadInput as error:
            problems.add(line, column, text, error.message)
