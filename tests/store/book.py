"""A small book written in raw SQL, the same on both databases, for tests of the database's own rules.

Bank accounts 1 and 3 are trust, 2 operating, 4 operating in CAD. Clients 1 and 2 have a matter and an
invoice of their own number. Payment 1 is authorized, 2 completed, linked and applied in part, 3 completed.
Ledger accounts: the first digit is the bank account (5: earned, 6: the firm's own), the last what it is.
"""

from __future__ import annotations

from paylink_tui.store.database import Database

_LEDGERS = {
    11: ("bank", "USD", (1, 0, 0)),
    12: ("processor", "USD", (1, 0, 0)),
    13: ("uncleared", "USD", (1, 0, 0)),
    14: ("unidentified", "USD", (1, 0, 0)),
    15: ("trust", "USD", (1, 1, 0)),
    16: ("trust", "USD", (1, 2, 0)),
    17: ("trust", "USD", (1, 1, 1)),
    21: ("bank", "USD", (2, 0, 0)),
    22: ("processor", "USD", (2, 0, 0)),
    23: ("uncleared", "USD", (2, 0, 0)),
    24: ("unidentified", "USD", (2, 0, 0)),
    25: ("credit", "USD", (2, 1, 0)),
    26: ("credit", "USD", (2, 2, 0)),
    31: ("bank", "USD", (3, 0, 0)),
    34: ("unidentified", "USD", (3, 0, 0)),
    35: ("trust", "USD", (3, 1, 0)),
    41: ("bank", "CAD", (4, 0, 0)),
    51: ("earned", "USD", (0, 1, 0)),
    52: ("earned", "USD", (0, 2, 0)),
    61: ("fees", "USD", (0, 0, 0)),
    62: ("fees due", "USD", (0, 0, 0)),
    63: ("losses", "USD", (0, 0, 0)),
}


def insert(table: str, **values: object) -> str:
    """One row; text is quoted and None is NULL."""
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(map(_literal, values.values()))})"


def or_ignore(statement: str) -> str:
    """SQLite's way to insert what breaks no constraint, and to be silent about the rest."""
    return statement.replace("INSERT", "INSERT OR IGNORE", 1)


def or_replace(statement: str) -> str:
    """SQLite's way to delete whatever stands in the way of a row."""
    return statement.replace("INSERT", "INSERT OR REPLACE", 1)


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"CAST('{value.decode()}' AS BLOB)"
    return f"'{value}'" if isinstance(value, str) else str(value)


def ledger(
    number: int,
    kind: str,
    bank: int = 0,
    client: int = 0,
    matter: int = 0,
    currency: str = "USD",
    **more: int,
) -> str:
    """Open a ledger account."""
    owner = {"bank_account_id": bank, "client_id": client, "matter_id": matter}
    return insert("ledger_account", id=number, kind=kind, currency=currency, **owner, **more)


def transfer(
    debit: int,
    credit: int,
    amount: int,
    *,
    number: int = 900,
    invoice: int | None = None,
    reverses: int | None = None,
    currency: str = "USD",
    journal: int = 1,
) -> str:
    """Post a transfer."""
    sides = {"debit_id": debit, "credit_id": credit, "amount": amount, "currency": currency}
    links = {"invoice_id": invoice, "reverses_id": reverses}
    return insert("transfer", id=number, journal_id=journal, kind="test", **sides, **links)


def allocation(
    invoice: int,
    client: int,
    amount: int,
    transfer_id: int,
    *,
    number: int = 900,
    sign: int = 1,
    payment: int | None = 2,
    record: int | None = None,
    reverses: int | None = None,
) -> str:
    """Allocate what a transfer moved."""
    source = {"payment_id": payment, "record_payment_id": record, "transfer_id": transfer_id}
    owed = {"invoice_id": invoice, "client_id": client, "amount": amount, "sign": sign, **source}
    return insert("allocation", id=number, **owed, reverses_id=reverses, paid_on="2026-11-22")


def payment(
    number: int,
    link: int,
    account: int,
    amount: int,
    *,
    kind: str = "trust",
    currency: str = "USD",
    status: str = "authorized",
    ref: str = "",
    **more: int,
) -> str:
    """A transaction arrives."""
    money = {"account_id": account, "account_kind": kind, "currency": currency, "amount": amount}
    told = {
        "method": "card",
        "payer_name": "Dana",
        "search": f"dana p{number}",
        "paid_at": 1,
        "changed_at": 1,
    }
    source = {"link_id": link, "processor": "sandbox", "payment_ref": ref or str(number)}
    return insert("payment", id=number, status=status, **money, **told, **source, **more)


def link(number: int, account: int, *, currency: str = "USD", **more: int) -> str:
    """Mint a link."""
    token = str(number).encode()
    made = {"nonce": token, "token_hash": token, "created_at": 1, "created_by": "a"}
    return insert("payment_link", id=number, account_id=account, currency=currency, **made, **more)


def linking(number: int, payment: int) -> str:
    """Link a payment."""
    return insert("linking", id=number, payment_id=payment, linked_by="a", linked_at=1)


def part(number: int, linking: int, client: int, amount: int, matter: int | None = None) -> str:
    """One owner of a linked payment."""
    owner = {"client_id": client, "matter_id": matter, "amount": amount, "apply": 1}
    return insert("linking_part", id=number, linking_id=linking, **owner)


def unlinking(number: int, linking: int) -> str:
    """Undo a linking."""
    return insert("unlinking", id=number, linking_id=linking, reason="x", unlinked_by="a", unlinked_at=1)


def record(number: int, client: int, amount: int, matter: int | None = None) -> str:
    """Record a payment by hand."""
    who = {"client_id": client, "matter_id": matter, "recorded_by": "a", "recorded_at": 1}
    money = {"source": "cash", "amount": amount, "currency": "USD", "received_on": "2026-11-22"}
    return insert("record_payment", id=number, **who, **money)


def fact(number: int, payment: int, ref: str) -> str:
    """A processor tells something."""
    what = {"processor": "sandbox", "kind": "authorized", "external_ref": ref, "source": "test"}
    money = {"amount": 10000, "currency": "USD", "occurred_at": 1, "seen_at": 1}
    return insert("fact", id=number, payment_id=payment, **what, **money)


def command(key: str) -> str:
    """A command was done."""
    return insert("command_log", key=key, name="link", actor="a", input_hash="", result="", at=1)


def invoice(number: int, client: int, total: int, matter: int | None = None, **more: int) -> str:
    """An invoice is imported."""
    owner = {"client_id": client, "matter_id": matter, "issued": "2026-10-01", "due": "2026-11-01"}
    return insert("invoice", id=number, number=f"I{number}", currency="USD", total=total, **owner, **more)


def _accounts() -> list[str]:
    kinds = {1: ("trust", "USD"), 2: ("operating", "USD"), 3: ("trust", "USD"), 4: ("operating", "CAD")}
    return [
        insert("bank_account", id=n, name=f"account {n}", kind=kind, currency=money, created_at=1)
        for n, (kind, money) in kinds.items()
    ]


def _parties(number: int) -> list[str]:
    return [
        insert("client", id=number, code=f"C{number}", name=f"client {number}", kind="person", search=""),
        insert("matter", id=number, number=f"M{number}", client_id=number, status="open", search=""),
        invoice(number, number, 4000, number),
    ]


BOOK = (
    *_accounts(),
    *_parties(1),
    *_parties(2),
    link(1, 1),
    link(2, 2, amount=5000, max_uses=1),
    link(3, 2),
    *(ledger(n, kind, *owner, currency=money) for n, (kind, money, owner) in _LEDGERS.items()),
    payment(1, 1, 1, 10000),
    payment(2, 3, 2, 6000, kind="operating"),
    payment(3, 1, 1, 8000),
    "UPDATE payment SET status = 'completed' WHERE id IN (2, 3)",
    fact(1, 1, "e1"),
    linking(1, 2),
    part(1, 1, 1, 6000),
    "UPDATE payment SET linked = 1, linking_id = 1, client_id = 1 WHERE id = 2",
    linking(2, 3),
    unlinking(1, 2),
    record(1, 1, 100),
    insert("journal", id=1, kind="test", effective_on="2026-11-22", posted_at=1, posted_by="a"),
    transfer(12, 13, 10000, number=1),
    transfer(12, 13, 8000, number=2),
    transfer(11, 12, 8000, number=3),
    transfer(13, 14, 8000, number=4),
    transfer(14, 15, 3000, number=5),
    transfer(22, 23, 6000, number=6),
    transfer(21, 22, 6000, number=7),
    transfer(23, 24, 6000, number=8),
    transfer(24, 25, 6000, number=9),
    transfer(25, 51, 2000, number=10, invoice=1),
    allocation(1, 1, 2000, 10, number=1),
    insert("change", seq=1, entity="payment", entity_id=1, at=1),
    command("k"),
    insert(
        "audit",
        seq=1,
        at=1,
        actor="a",
        action="link",
        entity="payment",
        entity_id=1,
        before="",
        after="",
        previous_hash="",
        hash="h",
    ),
)
"""The statements that write it, in order; each is legal."""


async def run(database: Database, *statements: str) -> None:
    """All in one transaction of the store's own writer, past every service."""
    async with database.write() as connection:
        for statement in statements:
            await connection.exec_driver_sql(spoken(database.dialect, statement))


def spoken(dialect: str, statement: str) -> str:
    """The statement in a database's own word for bytes."""
    return statement.replace(" AS BLOB)", " AS BYTEA)") if dialect == "postgresql" else statement
