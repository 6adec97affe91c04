"""A small directory written straight into the tables, for tests that read it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from paylink_tui.domain.text import fold_words
from paylink_tui.store import schema
from paylink_tui.store.database import Database

CLIENTS = (
    ("C-1", "Lee Ng", "person", "lee@example.com"),
    ("C-2", "Nguyen Holdings", "company", "accounts@nguyen.example"),
    ("C-3", "José Núñez", "person", "jose@example.com"),
    ("C-4", "Dana Ruiz", "person", "dana@ng-partners.example"),
    ("C-5", "Dana Ruiz", "person", "dana.two@example.com"),
    ("C-10", "Acme [/foo] Ltd", "company", ""),
    ("17", "Seventeen Ltd", "company", ""),
)
MATTERS = (
    ("2026-1", 1, "Lease of 12 Main St", "open"),
    ("2026-2", 1, "Estate plan", "open"),
    ("2026-20", 2, "Estate of Ruiz", "closed"),
)
INVOICES = (
    ("1001", 1, 1, "2026-01-10", "2026-02-10", 50000, 0),
    ("1002", 1, None, "2026-01-05", "2026-02-10", 30000, 30000),
    ("1003", 1, 2, "2026-03-01", "2026-12-31", 20000, 5000),
    ("A-1", 2, 3, "2025-03-01", "2025-04-01", 100, 0),
)


async def write_directory(database: Database) -> None:
    """Two accounts, the clients, matters and invoices above; ids count from 1 in their order."""
    accounts = [
        {"name": "IOLTA ..4411", "kind": "trust", "currency": "USD", "processor": "sandbox", "created_at": 0},
        {
            "name": "Operating",
            "kind": "operating",
            "currency": "USD",
            "processor": "sandbox",
            "created_at": 0,
        },
    ]
    clients = [
        {"code": code, "name": name, "kind": kind, "email": email, "search": fold_words(code, name, email)}
        for code, name, kind, email in CLIENTS
    ]
    matters = [
        {
            "number": number,
            "client_id": client,
            "description": about,
            "status": status,
            "search": fold_words(number, about),
        }
        for number, client, about, status in MATTERS
    ]
    names = ("number", "client_id", "matter_id", "issued", "due", "total", "paid_before")
    invoices = [{**dict(zip(names, row, strict=True)), "currency": "USD"} for row in INVOICES]
    async with database.write() as connection:
        await connection.execute(insert(schema.bank_account), accounts)
        for table, rows in ((schema.client, clients), (schema.matter, matters), (schema.invoice, invoices)):
            await connection.execute(insert(table), rows)


async def write_link(database: Database, **values: Any) -> None:
    """One payment link of account 2 with the values given."""
    row = {
        "nonce": b"n",
        "token_hash": values.get("reference", "").encode(),
        "account_id": 2,
        "currency": "USD",
    }
    async with database.write() as connection:
        await connection.execute(
            insert(schema.payment_link), {**row, "created_at": 0, "created_by": "test", **values}
        )


async def write_payment(database: Database, **values: Any) -> None:
    """One completed payment through link 1 with the values given, and its search words."""
    row = {
        "link_id": 1,
        "account_id": 2,
        "account_kind": "operating",
        "currency": "USD",
        "amount": 1000,
        "status": "completed",
        "method": "card",
        "payer_name": "",
        "payer_email": "",
        "reference": "",
        "processor": "sandbox",
        "paid_at": 1_790_000_000_000,
        "changed_at": 0,
        **values,
    }
    row["search"] = fold_words(row["payer_name"], row["payer_email"], row["reference"])
    async with database.write() as connection:
        await connection.execute(insert(schema.payment), row)
