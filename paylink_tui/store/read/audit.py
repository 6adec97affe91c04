"""Reading the audit log back, page by page, and following its chain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from paylink_tui.domain.audit import AuditEntry
from paylink_tui.domain.times import from_ms
from paylink_tui.store.reader import Reader, Row
from paylink_tui.store.unit_of_work import MEMENTO, memento_hash

PAGE = 1000
_COLUMNS = "seq, at, actor, action, entity, entity_id, before, after, reason, hash"


@dataclass(frozen=True, slots=True)
class Chain:
    """How far the log was followed, and what stood in the way (`audit-chain`)."""

    rows: int = 0
    """Rows that follow one another, from the first."""
    seq: int = 0
    """The newest of them; 0 when there is none."""
    head: str = ""
    """Its hash, which stands for all rows up to it."""
    broken: int = 0
    """The first row that does not follow; 0 when all do."""
    problem: str = ""
    """What differs there, in words."""
    met: bool = False
    """Whether the hash that was looked for is one of the chain's."""


async def follow(reader: Reader, start: Chain | None = None, *, looked_for: str = "") -> AsyncIterator[Chain]:
    """Follow the chain from its first row, or from where an earlier look ended, a state after each page.

    Memory does not grow with the log.
    """
    state = start or Chain()
    columns = ", ".join(("seq", *MEMENTO, "hash"))
    while True:
        rows = await reader.rows(
            f"SELECT {columns} FROM audit WHERE seq > ? ORDER BY seq LIMIT {PAGE}", (state.seq,)
        )
        state = await asyncio.to_thread(_follow_page, state, rows, looked_for)
        yield state
        if state.broken or len(rows) < PAGE:
            return


def _follow_page(state: Chain, rows: Sequence[Row], looked_for: str) -> Chain:
    done, seq, head, met = state.rows, state.seq, state.head, state.met
    for number, *values, told in rows:
        problem = _problem(values, told, seq, head)
        if problem:
            return replace(state, rows=done, seq=seq, head=head, met=met, broken=number, problem=problem)
        done, seq, head, met = done + 1, number, told, met or told == looked_for
    return replace(state, rows=done, seq=seq, head=head, met=met)


def _problem(values: Sequence[Any], told: str, before: int, head: str) -> str:
    """What is wrong with a row that should follow row `before`, whose hash is `head`."""
    own, previous = memento_hash(values), values[-1]
    follows = previous == head
    if own != told:
        beside = "" if follows else ", nor does it follow the row before it"
        return f"its hash says {told[:12]}, its contents make {own[:12]}: it was changed or put in{beside}"
    if follows:
        return ""
    expected = f"row {before} ({head[:12]})" if before else "nothing"
    return (
        f"it follows a row with the hash {previous[:12] or 'of none'}, but before it stands"
        f" {expected}: rows between them were removed, put in or swapped"
    )


async def whole(reader: Reader, looked_for: str = "") -> Chain:
    """The chain followed to its end, or to the first row that does not follow."""
    return [state async for state in follow(reader, looked_for=looked_for)][-1]


async def first_broken(reader: Reader) -> str:
    """The first row that does not follow from the one before it, in words; empty when all do."""
    state = await whole(reader)
    return f"row {state.broken}: {state.problem}" if state.broken else ""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What rows are asked for; see `domain.audit.AuditQuery`, with the entity looked up."""

    actor: str = ""
    entity: tuple[str, int] | None = None
    action: str = ""
    since: int | None = None
    """UTC epoch milliseconds."""


async def page(
    reader: Reader, wanted: AuditFilter, *, before: int | None = None, after: int | None = None, limit: int
) -> list[AuditEntry]:
    """Rows older than `before`, newest first; with `after` those newer than it, oldest first."""
    conditions, params = _conditions(wanted)
    if before is not None:
        conditions, params = [*conditions, "seq < ?"], [*params, before]
    if after is not None:
        conditions, params = [*conditions, "seq > ?"], [*params, after]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    order = "seq" if after is not None else "seq DESC"
    rows = await reader.rows(
        f"SELECT {_COLUMNS} FROM audit{where} ORDER BY {order} LIMIT ?", (*params, limit)
    )
    return [AuditEntry(row[0], from_ms(row[1]), *row[2:]) for row in rows]


async def count(reader: Reader, wanted: AuditFilter) -> int:
    """How many rows are asked for."""
    conditions, params = _conditions(wanted)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return int((await reader.rows(f"SELECT count(*) FROM audit{where}", params))[0][0])


def _conditions(wanted: AuditFilter) -> tuple[list[str], list[Any]]:
    found: list[tuple[str, list[Any]]] = []
    if wanted.actor:
        found.append(("lower(actor) LIKE ? ESCAPE '!'", [_like(wanted.actor) + "%"]))
    if wanted.entity:
        found.append(("entity = ? AND entity_id = ?", list(wanted.entity)))
    if wanted.action:
        found.append(("lower(action) LIKE ? ESCAPE '!'", [f"%{_like(wanted.action)}%"]))
    if wanted.since is not None:
        found.append(("at >= ?", [wanted.since]))
    return [words for words, _ in found], [value for _, values in found for value in values]


def _like(text: str) -> str:
    plain = text.lower()
    for special in "!%_":
        plain = plain.replace(special, f"!{special}")
    return plain
