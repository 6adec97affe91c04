"""A small book written in raw SQL, the same on both databases, for tests of the database's own rules.

Bank accounts 1 and 3 are trust, 2 operating, 4 operating in CAD. Clients 1 and 2 have a matter and an
invoice of the same number each. Payment 1 is authorized, 2 completed, linked and applied in part, 3 completed.
Ledger accounts: the first digit is the bank account (5: earned, 6: the firm's own), the last says what it is.
"""

from __future__ import annotations

from paylink_tui.store.database import Database

_LEDGERS = {
    11: ("bank", "USD", 1, 0, 0),
    12: ("processor", "USD", 1, 0, 0),
    13: ("uncleared", "USD", 1, 0, 0),
    14: ("unidentified", "USD", 1, 0, 0),
    15: ("trust", "USD", 1, 1, 0),
    16: ("trust", "USD", 1, 2, 0),
    17: ("trust", "USD", 1, 1, 1),
    21: ("bank", "USD", 2, 0, 0),
    22: ("processor", "USD", 2, 0, 0),
    23: ("uncleared", "USD", 2, 0, 0),
    24: ("unidentified", "USD", 2, 0, 0),
    25: ("credit", "USD", 2, 1, 0),
    26: ("credit", "USD", 2, 2, 0),
    31: ("bank", "USD", 3, 0, 0),
    34: ("unidentified", "USD", 3, 0, 0),
    35: ("trust", "USD", 3, 1, 0),
    41: ("bank", "CAD", 4, 0, 0),
    51: ("earned", "USD", 0, 1, 0),
    52: ("earned", "USD", 0, 2, 0),
    61: ("fees", "USD", 0, 0, 0),
    62: ("fees due", "USD", 0, 0, 0),
    63: ("losses", "USD", 0, 0, 0),
}


def ledger(
    number: int, kind: str, bank: int = 0, client: int = 0, matter: int = 0, currency: str = "USD"
) -> str:
    """Open a ledger account."""
    return (
        "INSERT INTO ledger_account (id, kind, currency, bank_account_id, client_id, matter_id)"
        f" VALUES ({number}, '{kind}', '{currency}', {bank}, {client}, {matter})"
    )


def transfer(
    debit: int,
    credit: int,
    amount: int,
    *,
    number: int = 900,
    invoice: int | None = None,
    reverses: int | None = None,
    currency: str = "USD",
    words: str = "INSERT",
) -> str:
    """Post a transfer."""
    return (
        f"{words} INTO transfer (id, journal_id, kind, debit_id, credit_id, amount, currency, invoice_id, reverses_id)"
        f" VALUES ({number}, 1, 'test', {debit}, {credit}, {amount}, '{currency}', {_null(invoice)}, {_null(reverses)})"
    )


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
    words: str = "INSERT",
) -> str:
    """Allocate what a transfer moved."""
    return (
        f"{words} INTO allocation"
        " (id, invoice_id, client_id, amount, sign, payment_id, record_payment_id, transfer_id, reverses_id, paid_on)"
        f" VALUES ({number}, {invoice}, {client}, {amount}, {sign}, {_null(payment)}, {_null(record)}, {transfer_id},"
        f" {_null(reverses)}, '2026-11-22')"
    )


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
    **more: object,
) -> str:
    """A transaction arrives."""
    names = "".join(f", {name}" for name in more)
    values = "".join(f", {value}" for value in more.values())
    return (
        "INSERT INTO payment (id, link_id, account_id, account_kind, currency, amount, status, method, payer_name,"
        f" processor, payment_ref, paid_at, changed_at, search{names}) VALUES ({number}, {link}, {account}, '{kind}',"
        f" '{currency}', {amount}, '{status}', 'card', 'Dana', 'sandbox', '{ref or number}', 1, 1,"
        f" 'dana p{number}'{values})"
    )


def link(number: int, account: int, **more: object) -> str:
    """Mint a link."""
    fields = {"currency": "'USD'", **more}
    return (
        f"INSERT INTO payment_link (id, account_id, nonce, token_hash, created_at, created_by, {', '.join(fields)})"
        f" VALUES ({number}, {account}, CAST('{number}' AS BLOB), CAST('{number}' AS BLOB), 1, 'a',"
        f" {', '.join(map(str, fields.values()))})"
    )


def _null(value: int | None) -> str:
    return "NULL" if value is None else str(value)


BOOK = (
    *(
        "INSERT INTO bank_account (id, name, kind, currency, processor, created_at)"
        f" VALUES ({number}, 'account {number}', '{kind}', '{currency}', 'sandbox', 1)"
        for number, kind, currency in (
            (1, "trust", "USD"),
            (2, "operating", "USD"),
            (3, "trust", "USD"),
            (4, "operating", "CAD"),
        )
    ),
    *(
        statement
        for n in (1, 2)
        for statement in (
            f"INSERT INTO client (id, code, name, kind, search) VALUES ({n}, 'C{n}', 'client {n}', 'person', '')",
            "INSERT INTO matter (id, number, client_id, status, search)"
            f" VALUES ({n}, 'M{n}', {n}, 'open', '')",
            "INSERT INTO invoice (id, number, client_id, matter_id, issued, due, currency, total)"
            f" VALUES ({n}, 'I{n}', {n}, {n}, '2026-10-01', '2026-11-01', 'USD', 4000)",
        )
    ),
    link(1, 1),
    link(2, 2, amount=5000, max_uses=1),
    link(3, 2),
    *(
        ledger(n, kind, bank, client, matter, money)
        for n, (kind, money, bank, client, matter) in _LEDGERS.items()
    ),
    payment(1, 1, 1, 10000),
    payment(2, 3, 2, 6000, kind="operating"),
    payment(3, 1, 1, 8000),
    "UPDATE payment SET status = 'completed' WHERE id IN (2, 3)",
    "INSERT INTO fact (id, payment_id, processor, kind, external_ref, amount, currency, occurred_at, seen_at, source)"
    " VALUES (1, 1, 'sandbox', 'authorized', 'e1', 10000, 'USD', 1, 1, 'test')",
    "INSERT INTO linking (id, payment_id, linked_by, linked_at) VALUES (1, 2, 'a', 1)",
    "INSERT INTO linking_part (id, linking_id, client_id, amount, apply) VALUES (1, 1, 1, 6000, 1)",
    "UPDATE payment SET linked = 1, linking_id = 1, client_id = 1 WHERE id = 2",
    "INSERT INTO linking (id, payment_id, linked_by, linked_at) VALUES (2, 3, 'a', 1)",
    "INSERT INTO unlinking (id, linking_id, reason, unlinked_by, unlinked_at) VALUES (1, 2, 'wrong', 'a', 1)",
    "INSERT INTO record_payment"
    " (id, source, client_id, amount, currency, received_on, recorded_by, recorded_at)"
    " VALUES (1, 'trust', 1, 100, 'USD', '2026-11-22', 'a', 1)",
    "INSERT INTO journal (id, kind, effective_on, posted_at, posted_by) VALUES (1, 'test', '2026-11-22', 1, 'a')",
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
    "INSERT INTO change (seq, entity, entity_id, at) VALUES (1, 'payment', 1, 1)",
    "INSERT INTO command_log (key, name, actor, input_hash, result, at) VALUES ('k', 'link', 'a', '', '', 1)",
    "INSERT INTO audit (seq, at, actor, action, entity, entity_id, before, after, previous_hash, hash)"
    " VALUES (1, 1, 'a', 'link', 'payment', 1, '', '', '', 'h')",
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
