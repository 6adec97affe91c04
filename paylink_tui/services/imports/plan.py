"""What an import would do: which rows are new, changed or as they were, and whom they name."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeVar

from paylink_tui.domain.file_problems import Problems
from paylink_tui.domain.text import fold_words
from paylink_tui.services.imports.rows import ClientRow, MatterRow
from paylink_tui.store.reader import Reader, Row

CHUNK: Final = 500
"""Rows looked up or written at a time, so that nothing else waits long."""

T = TypeVar("T")


@dataclass(slots=True)
class Plan:
    """Rows to insert and to update, as columns of their table; updates carry their `id`."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0
    renamed: list[tuple[int, str, str]] = field(default_factory=list)
    """Clients whose name changes: id, name before, name after."""

    def add(self, columns: dict[str, Any], row_id: int | None, same: bool) -> None:
        """Take one row in: new without an id, else changed unless it is the same."""
        if row_id is None:
            self.new.append(columns)
        elif same:
            self.unchanged += 1
        else:
            self.changed.append({"id": row_id, **columns})


async def plan_clients(reader: Reader, rows: Sequence[ClientRow], problems: Problems) -> Plan:
    """Compare a file of clients with those known by their code."""
    known = await by_key(
        reader, "SELECT code, id, name, kind, email, phone FROM client WHERE code", [row.id for row in rows]
    )

    def compare() -> Plan:
        plan = Plan()
        for row in rows:
            row_id, *before = known.get(row.id, (None,))
            after = [row.name, row.type, row.email, row.phone]
            columns = dict(zip(("name", "kind", "email", "phone"), after, strict=True))
            columns |= {"code": row.id, "search": fold_words(row.id, row.name, row.email)}
            plan.add(columns, row_id, before == after)
            if row_id is not None and before[0] != row.name:
                plan.renamed.append((row_id, before[0], row.name))
        return plan

    return await asyncio.to_thread(compare)


async def plan_matters(reader: Reader, rows: Sequence[MatterRow], problems: Problems) -> Plan:
    """Compare a file of matters with those known by their number; a matter keeps its client."""
    known = await by_key(
        reader,
        "SELECT number, id, client_id, description, status FROM matter WHERE number",
        [row.number for row in rows],
    )
    clients = await client_ids(reader, (row.client_id for row in rows))

    def compare() -> Plan:
        plan = Plan()
        for row in rows:
            client_id = clients.get(row.client_id)
            row_id, *before = known.get(row.number, (None,))
            if client_id is None:
                problems.add(row.line, "client_id", row.client_id, NO_CLIENT)
                continue
            if row_id is not None and before[0] != client_id:
                reason = f"matter {row.number} belongs to another client, and keeps it"
                problems.add(row.line, "client_id", row.client_id, reason)
                continue
            after = [client_id, row.description, row.status]
            columns = dict(zip(("client_id", "description", "status"), after, strict=True))
            columns |= {"number": row.number, "search": fold_words(row.number, row.description)}
            plan.add(columns, row_id, before == after)
        return plan

    return await asyncio.to_thread(compare)


NO_CLIENT: Final = "is the id of no client; import the clients first"


async def client_ids(reader: Reader, codes: Iterable[str]) -> dict[str, int]:
    """Row ids of the clients with these codes."""
    found = await by_key(reader, "SELECT code, id FROM client WHERE code", dict.fromkeys(codes))
    return {code: row[0] for code, row in found.items()}


async def by_key(reader: Reader, start: str, keys: Iterable[str]) -> dict[str, Row]:
    """Rows by their first column, which is left out of them; `start` ends before its `IN (...)`."""
    found: dict[str, Row] = {}
    for some in chunks(keys):
        for key, *row in await reader.rows(f"{start} IN ({', '.join('?' * len(some))})", some):
            found[key] = tuple(row)
    return found


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists of at most `CHUNK`."""
    left = iter(items)
    while some := list(islice(left, CHUNK)):
        yield some
