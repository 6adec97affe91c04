"""A SQLite file of N believable transactions on the real schema, built fast and kept by what made it."""

from __future__ import annotations

import hashlib
import os
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from paylink_tui.domain.text import fold_words
from paylink_tui.store import migrations
from tests.databases import in_thread, make

FIRST_DAY = 1_732_233_600_000
"""2024-11-22 00:00 UTC in epoch milliseconds."""
TWO_YEARS = 730 * 86_400_000
PAYERS = 5_000
CLIENTS = 1_200
LINKS = 97
ACCOUNTS = ((1, "IOLTA 4411", "trust"), (2, "Operating 2206", "operating"), (3, "IOLTA 9017", "trust"))
FIRST_NAMES = (
    *("Dana", "Lee", "Maria", "José", "Wei", "Fatima", "Olga", "Pierre", "Aisha", "Tom", "Grace", "Ivan"),
    *("Noor", "Hana", "Søren", "Zoë", "Ravi", "Lucía", "Emeka", "Ruth", "Paul", "Mina", "Karl", "Ines"),
    *("Otto", "Vera", "Hugo", "Alma", "Abel", "Cora", "Dina", "Egon", "Faye", "Gwen", "Hope", "Iris"),
)
LAST_NAMES = (
    *("Ruiz", "Ng", "Nguyen", "Okafor", "Smith", "Müller", "García", "Chen", "Haddad", "Ivanova", "Dubois"),
    *("Khan", "Brown", "Silva", "Larsen", "Novak", "Tanaka", "Rossi", "Cohen", "Walsh", "Mensah", "Kaplan"),
    *("Reyes", "Petrov", "Schmidt", "Abbott", "Bennett", "Carver", "Dalton", "Ellis", "Foster", "Griffin"),
)
TRADES = ("Holdings", "Partners", "Logistics", "Builders", "Dental", "Orchards", "Robotics", "Ltd", "Studio")
REFERENCES = ("Retainer", "Retainer top-up", "Invoice", "Settlement", "Filing fee", "Consultation", "")

COLUMNS = (
    "id, link_id, account_id, account_kind, currency, amount, status, method, brand, last4, payer_name,"
    " payer_email, reference, processor, payment_ref, paid_at, completed_at, linked, linking_id, client_id,"
    " client_name, search, changed_at"
)


def dataset(count: int) -> Path:
    """The file with `count` transactions, built on first use into the system's temporary directory."""
    key = hashlib.sha256(Path(__file__).read_bytes())
    for part in sorted(Path(migrations.__path__[0]).rglob("*.[ps][yq]*")):
        key.update(part.read_bytes())
    path = Path(tempfile.gettempdir()) / f"paylink-{count}-{key.hexdigest()[:16]}.db"
    if not path.exists():
        building = path.with_suffix(f".{os.getpid()}")
        in_thread(make(str(building)))
        fill(building, count)
        building.rename(path)
    return path


def fill(path: Path, count: int) -> None:
    """Load an empty, migrated file: triggers and indexes are put back once the rows are there."""
    base = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -200000"):
        base.execute(f"PRAGMA {pragma}")
    kept = base.execute(
        "SELECT type, name, sql FROM sqlite_master"
        " WHERE tbl_name = 'payment' AND type IN ('trigger', 'index') AND sql IS NOT NULL"
    ).fetchall()
    base.execute("BEGIN")
    for kind, name, _ in kept:
        base.execute(f"DROP {kind} {name}")
    parties(base)
    marks = ", ".join("?" * len(COLUMNS.split(",")))
    base.executemany(f"INSERT INTO payment ({COLUMNS}) VALUES ({marks})", transactions(count))
    for _, _, sql in kept:
        base.execute(sql)
    base.execute("INSERT INTO payment_search (payment_search) VALUES ('rebuild')")
    base.execute("DELETE FROM tally")
    base.execute(
        "INSERT INTO tally (status, linked, account_id, count, amount)"
        " SELECT status, linked, account_id, count(*), sum(amount) FROM payment GROUP BY 1, 2, 3"
    )
    base.execute("COMMIT")
    base.execute("PRAGMA journal_mode = WAL")
    base.close()


def parties(base: sqlite3.Connection) -> None:
    """The firm, its accounts, clients and links that the transactions name."""
    base.execute(
        "INSERT INTO firm (id, name, country, timezone, plan, link_key_id, created_at)"
        " VALUES (1, 'Hartwell & Ng LLP', 'US', 'America/New_York', 'elite', 'benchmark', ?)",
        (FIRST_DAY,),
    )
    base.executemany(
        "INSERT INTO bank_account (id, name, kind, currency, processor, created_at)"
        " VALUES (?, ?, ?, 'USD', 'sandbox', 0)",
        ACCOUNTS,
    )
    names = client_names()
    base.executemany(
        "INSERT INTO client (id, code, name, kind, search) VALUES (?, ?, ?, 'person', ?)",
        [
            (number, f"C{number:04d}", name, fold_words(f"C{number:04d}", name))
            for number, name in enumerate(names, 1)
        ],
    )
    base.executemany(
        "INSERT INTO payment_link (id, nonce, token_hash, account_id, currency, created_at, created_by)"
        " VALUES (?, ?, ?, 1, 'USD', 0, 'benchmark')",
        [(number, bytes([number]) * 16, bytes([number]) * 32) for number in range(1, LINKS + 1)],
    )


def client_names() -> list[str]:
    """Names of the clients, some of them twice."""
    chance = random.Random("clients")
    return [f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}" for _ in range(CLIENTS)]


def payers() -> list[tuple[str, str]]:
    """Distinct payers with an e-mail each; one in six is a company."""
    chance = random.Random("payers")
    found: dict[str, str] = {}
    while len(found) < PAYERS:
        name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
        if chance.random() < 1 / 6:
            name = f"{chance.choice(LAST_NAMES)} {chance.choice(TRADES)}"
        if name in found:
            name = f"{name} {chance.choice('ABCDEFGHJKLMNPRST')}. {chance.choice(LAST_NAMES)}"
        mail = fold_words(name).replace(" ", ".")
        found.setdefault(name, f"{mail}@example.com")
    return list(found.items())


def outcome(chance: random.Random, age_days: float) -> tuple[str, int]:
    """Status and linked: old money is settled and mostly linked, the last days are still on their way."""
    roll = chance.random()
    if age_days < 2 and roll < 0.2:
        return ("authorized", 0) if roll > 0.01 else ("pending", 0)
    if roll < 0.60:
        return "completed", 1
    if roll < 0.80:
        return "completed", 0
    if roll < 0.94:
        return "failed", 0
    return ("voided", 0) if roll < 0.98 else ("returned", 0)


def transactions(count: int) -> Iterator[tuple[Any, ...]]:
    """Rows of `payment`, in the order of `COLUMNS`; the same for the same count."""
    chance = random.Random(count)
    people, clients = payers(), client_names()
    step = TWO_YEARS / count
    for number in range(1, count + 1):
        paid_at = FIRST_DAY + int(number * step) - chance.randrange(60_000)
        status, linked = outcome(chance, (count - number) * step / 86_400_000)
        name, mail = people[int(PAYERS * chance.random() ** 2)]
        client = chance.randrange(CLIENTS) + 1 if linked else None
        client_name = clients[client - 1] if client else ""
        account, _, kind = ACCOUNTS[chance.choices((0, 1, 2), (40, 55, 5))[0]]
        reference = chance.choice(REFERENCES)
        if reference == "Invoice":
            reference = f"Invoice {chance.randrange(1, 50_000)}"
        amount = int(chance.lognormvariate(10.6, 1.1)) + 100
        completed_at = paid_at + 172_800_000 if status in ("completed", "returned") else None
        yield (
            *(number, 1 + number % LINKS, account, kind, "USD", amount, status),
            *("card" if number % 5 else "echeck", "visa", "4242", name, mail, reference),
            *("sandbox", f"ch_{number}", paid_at, completed_at, linked, number if linked else None),
            *(client, client_name, fold_words(name, mail, reference, client_name), paid_at),
        )


if __name__ == "__main__":
    print(dataset(int(sys.argv[1])))
