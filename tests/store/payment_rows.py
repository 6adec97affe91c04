"""Transactions for tests of the live table's reader, and what the table must show, worked out in Python."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import insert, update

from paylink_tui.domain.rows import PaymentRow
from paylink_tui.domain.table import Sort, SortColumn
from paylink_tui.domain.text import fold_words
from paylink_tui.store import schema
from paylink_tui.store.database import Database

ACCOUNTS = {1: ("IOLTA 4411", "trust"), 2: ("Operating 2206", "operating"), 3: ("IOLTA 9017", "trust")}
CLIENTS = {1: "Ng, Lee", 2: "Nguyen Holdings", 3: "Acme"}
NAMES = ("dana Ruiz", "Dana Ruiz", "Zoë Ng", "acme ltd", "Retainer & Sons", "[/foo] Ltd", "")
REFERENCES = ("Retainer", "INV-00042", "", "José's share")
DAY = 86_400_000
START = 20_000 * DAY

Wanted = Callable[[dict[str, Any]], bool]


async def parties(database: Database) -> None:
    """The accounts, clients and links the transactions name; link n is of account n."""
    async with database.write() as connection:
        for number, (name, kind) in ACCOUNTS.items():
            values = {"id": number, "name": name, "kind": kind, "currency": "USD", "created_at": 0}
            await connection.execute(insert(schema.bank_account).values(**values))
            link = {"id": number, "account_id": number, "nonce": b"n", "token_hash": bytes([number])}
            link |= {"currency": "USD", "created_at": 0, "created_by": "test"}
            await connection.execute(insert(schema.payment_link).values(**link))
        for number, name in CLIENTS.items():
            values = {"id": number, "code": f"C{number}", "name": name, "kind": "person"}
            values["search"] = fold_words(f"C{number}", name)
            await connection.execute(insert(schema.client).values(**values))


def transaction(number: int, chance: random.Random, **given: Any) -> dict[str, Any]:
    """One transaction as it arrives: not linked."""
    account = chance.choice((1, 2, 2, 3))
    values: dict[str, Any] = {
        "id": number,
        "link_id": account,
        "account_id": account,
        "account_kind": ACCOUNTS[account][1],
        "currency": "USD",
        "amount": chance.choice((100, 100, 2_500, 50_000, 75_050)),
        "status": chance.choice(("completed", "completed", "completed", "authorized", "failed", "pending")),
        "method": chance.choice(("card", "echeck")),
        "payer_name": chance.choice(NAMES),
        "payer_email": chance.choice(("dana@example.com", "")),
        "reference": chance.choice(REFERENCES),
        "processor": "sandbox",
        "payment_ref": f"ch_{number}",
        "paid_at": START + number // 3 * DAY - chance.randrange(2 * DAY),
        "changed_at": 0,
        "linked": 0,
        "client_id": None,
        "client_name": "",
        "matter_number": "",
        "conflict": "",
        "intent_client_id": None,
        "version": 1,
        "refunded": 0,
        "refunding": 0,
        "dispute": "",
    } | given
    values["completed_at"] = values["paid_at"] + DAY if values["status"] == "completed" else None
    values["search"] = fold_words(values["payer_name"], values["payer_email"], values["reference"])
    return values


async def arrive(database: Database, rows: Iterable[dict[str, Any]]) -> None:
    """Write transactions."""
    if made := list(rows):
        async with database.write() as connection:
            await connection.execute(insert(schema.payment), made)


async def link(database: Database, rows: Iterable[dict[str, Any]], client: int) -> None:
    """Write that these completed transactions are that client's."""
    async with database.write() as connection:
        for row in rows:
            made = {"id": row["id"], "payment_id": row["id"], "linked_by": "test", "linked_at": 0}
            await connection.execute(insert(schema.linking).values(**made))
            part = {"linking_id": row["id"], "client_id": client, "amount": row["amount"], "apply": 0}
            await connection.execute(insert(schema.linking_part).values(**part))
            name = CLIENTS[client]
            search = fold_words(row["payer_name"], row["payer_email"], row["reference"], name)
            owner = {"linked": 1, "client_id": client, "client_name": name, "search": search}
            row.update(owner, version=row["version"] + 1)
            change = {**owner, "linking_id": row["id"], "version": row["version"]}
            await connection.execute(
                update(schema.payment).where(schema.payment.c.id == row["id"]).values(**change)
            )


async def become(database: Database, row: dict[str, Any], status: str) -> None:
    """Write another state."""
    row.update(status=status, version=row["version"] + 1)
    async with database.write() as connection:
        await connection.execute(
            update(schema.payment)
            .where(schema.payment.c.id == row["id"])
            .values(status=status, version=row["version"])
        )


def expected(
    rows: Iterable[dict[str, Any]], wanted: Wanted, sort: Sort, *, lower: bool = True
) -> list[PaymentRow]:
    """The whole table under a filter and a sort. `lower`: names sort without regard to case, as on SQLite."""

    def name(row: dict[str, Any], column: str) -> str:
        text: str = row[column]
        return text.lower() if lower else text

    keys: dict[SortColumn, Callable[[dict[str, Any]], tuple[Any, ...]]] = {
        SortColumn.ID: lambda row: (),
        SortColumn.PAID_AT: lambda row: (row["paid_at"],),
        SortColumn.AMOUNT: lambda row: (row["amount"],),
        SortColumn.PAYER: lambda row: (name(row, "payer_name"),),
        SortColumn.STATUS: lambda row: (row["status"], row["linked"]),
        SortColumn.ACCOUNT: lambda row: (row["account_id"],),
        SortColumn.CLIENT: lambda row: (row["linked"], name(row, "client_name")),
    }
    found = [row for row in rows if wanted(row)]
    found.sort(key=lambda row: (*keys[sort.column](row), row["id"]), reverse=sort.descending)
    return [PaymentRow(**{field: row[field] for field in PaymentRow._fields}) for row in found]


def ids(rows: Sequence[PaymentRow]) -> list[int]:
    """Their ids, in order."""
    return [row.id for row in rows]
