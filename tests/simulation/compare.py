"""The database's books beside those kept by hand, to the cent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from paylink_tui.store.reader import Reader
from tests.simulation.model import KINDS, Book, Payment

Figures = dict[str, dict[tuple[str, ...], tuple[str, ...]]]
"""Of each kind of thing: its figures by its name, all as text, so that one query can tell them."""

_TEXT = "CAST({} AS TEXT)"


def _part(kind: str, names: str, figures: str, rest: str) -> str:
    told = ", ".join(_TEXT.format(one) for one in (*names.split(", "), *figures.split(", ")))
    return f"SELECT '{kind}', {told} FROM {rest}"


_QUERY = " UNION ALL ".join(
    (
        _part("invoice", "number, 0, 0, 0", "balance, applied, 0, 0", "invoice"),
        _part("link", "id, 0, 0, 0", "uses, 0, 0, 0", "payment_link"),
        _part(
            "payment",
            "id, 0, 0, 0",
            "status, linked, applied, refunded || ' ' || refunding || ' ' || dispute",
            "payment",
        ),
        _part("refund", "id, 0, 0, 0", "state, amount, payment_id, 0", "refund"),
        _part("entry", "id, 0, 0, 0", "state, amount, kind, 0", "trust_entry"),
        _part(
            "ledger",
            "kind, bank_account_id, client_id, matter_id",
            "credits - debits, 0, 0, 0",
            "ledger_account WHERE kind <> 'earned' AND credits <> debits",
        ),
        _part(
            "earned",
            "0, 0, 0, 0",
            "sum(credits - debits), 0, 0, 0",
            "ledger_account WHERE kind = 'earned' HAVING sum(credits - debits) <> 0",
        ),
    )
)


async def assert_same_books(reader: Reader, book: Book) -> None:
    """Every balance, state and count is the one kept by hand."""
    told: Figures = {}
    for kind, *values in await reader.rows(_QUERY):
        told.setdefault(kind, {})[tuple(values[:4])] = tuple(values[4:])
    for kind, expected in _expected(book).items():
        assert told.get(kind, {}) == expected, f"{kind}: {_differences(told.get(kind, {}), expected)}"


def _differences(told: dict[Any, Any], expected: dict[Any, Any]) -> str:
    names = sorted(name for name in {*told, *expected} if told.get(name) != expected.get(name))
    return "; ".join(f"{name} is {told.get(name)}, expected {expected.get(name)}" for name in names)


def _expected(book: Book) -> Figures:
    earned = sum(use.amount for use in book.uses)
    return {
        "invoice": _texts(((one.number,), (one.owed, one.paid)) for one in book.bills.values()),
        "link": _texts(((number,), (link[0],)) for number, link in book.links.items()),
        "payment": _texts(((one.number,), _payment(book, one)) for one in book.payments.values()),
        "refund": _texts(
            ((one.number,), (one.state, one.amount, one.payment)) for one in book.refunds.values()
        ),
        "entry": _texts(((one.number,), (one.state, one.amount, one.kind)) for one in book.entries.values()),
        "ledger": _texts((name, (amount,)) for name, amount in _ledger(book).items()),
        "earned": _texts([((), (earned,))] if earned else []),
    }


def _texts(
    things: Iterable[tuple[tuple[object, ...], tuple[object, ...]]],
) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {_four(name): _four(figures) for name, figures in things}


def _four(values: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(str(value) for value in (*values, 0, 0, 0, 0)[:4])


def _payment(book: Book, one: Payment) -> tuple[object, ...]:
    applied = sum(use.amount for use in book.uses_of(one))
    back = f"{one.refunded} {one.refunding} {one.dispute}"
    return (one.state, int(one.shares is not None), applied, back)


def _ledger(book: Book) -> dict[tuple[str, int, int, int], int]:
    """Credits minus debits of every ledger account but income, without the empty ones."""
    found: Counter[tuple[str, int, int, int]] = Counter()
    for one in book.payments.values():
        if one.state == "authorized":
            found["uncleared", one.account, 0, 0] += one.amount
            found["processor", one.account, 0, 0] -= one.amount
    for place, amount in book.money.items():
        mine = "trust" if KINDS[place[0]] == "trust" else "credit"
        found[mine if place[1] else "unidentified", *place] += amount
    for place, amount in book.held.items():
        found["held", *place] += amount
    by_account = ("bank", -1, book.bank), ("shortage", -1, book.short), ("refunding", 1, book.aside)
    for kind, sign, amounts in by_account:
        for account, amount in amounts.items():
            found[kind, account, 0, 0] += sign * amount
    for kind, amount in book.firm.items():
        found[kind, 0, 0, 0] += amount if kind == "fees due" else -amount
    return {key: amount for key, amount in found.items() if amount}
