"""`python -m tests.store.rule_table`: each rule of the database, how it is attacked, and what both answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from paylink_tui.store.database import open_database
from tests.databases import Fresh, FreshPostgresql, FreshSqlite
from tests.store import rule_cases, rule_cases_trust
from tests.store.attacks import answer
from tests.store.book import BOOK, run
from tests.store.book_trust import TRUST_BOOK

Cases = Mapping[str, tuple[str, str]]
BOOKS: Sequence[tuple[Sequence[str], Cases, Cases, Cases]] = (
    (BOOK, rule_cases.CASES, rule_cases.SQLITE_ONLY, rule_cases.POSTGRESQL_ONLY),
    (TRUST_BOOK, rule_cases_trust.CASES, rule_cases_trust.SQLITE_ONLY, rule_cases_trust.POSTGRESQL_ONLY),
)
NOT_ASKED = "-"


async def answers(fresh: Fresh, book: Sequence[str], cases: Cases) -> dict[str, str]:
    """What one database says to each attack on a book."""
    database = await open_database(fresh.migrated())
    try:
        await run(database, *book)
        return {name: await answer(database, sql) for name, (_, sql) in cases.items()}
    finally:
        await database.close()


async def table(sqlite: Fresh, postgresql: Fresh) -> list[tuple[str, str, str, str, str]]:
    """Rule, what is kept, attack, and the answers of SQLite and of PostgreSQL."""
    found = []
    for book, both, of_sqlite, of_postgresql in BOOKS:
        first = await answers(sqlite, book, {**both, **of_sqlite})
        second = await answers(postgresql, book, {**both, **of_postgresql})
        for name, (rule, sql) in {**both, **of_sqlite, **of_postgresql}.items():
            told = first.get(name, NOT_ASKED), second.get(name, NOT_ASKED)
            found.append((rule, name, " ".join(sql.split()), *told))
    return sorted(found)


def main() -> int:
    """Print the table; 1 when an attack was taken."""
    sqlite, postgresql = FreshSqlite(), FreshPostgresql()
    try:
        rows = asyncio.run(table(sqlite, postgresql))
    finally:
        sqlite.stop()
        postgresql.stop()
    print("| rule | what is kept | attack | SQLite | PostgreSQL |\n|---|---|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |")
    asked = [one for row in rows for one in row[3:] if one != NOT_ASKED]
    refused = sum(one.startswith("refused") for one in asked)
    rules = len({row[0] for row in rows})
    print(f"\n{len(rows)} attacks on {rules} rules, {len(asked)} answers, {refused} refused.")
    return int(refused != len(asked))


if __name__ == "__main__":
    raise SystemExit(main())
