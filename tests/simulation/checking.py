"""Every rule checked after every step, in few enough trips that a hundred thousand steps can be taken.

After each step: every query of the doctor over the whole book; of the audit chain the rows that are new;
of the facts' folds those of payments whose row or number of facts changed (a fact never does). The
doctor's own run, which reads all of it again, follows now and then and at each book's end.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from paylink_tui.domain.facts import Fact, FactKind, fold
from paylink_tui.domain.times import from_ms, maybe_ms
from paylink_tui.store.read import audit, checks
from paylink_tui.store.read.audit import Chain
from paylink_tui.store.reader import Reader, Row

STATEMENT = 12_000
"""Characters a statement may have for asyncpg to keep it prepared (it stops at 15 KiB)."""
_PAYMENTS = """
    SELECT p.id, p.status, p.refunded, p.fee, p.completed_at, p.dispute, p.conflict,
           (SELECT count(*) FROM fact f WHERE f.payment_id = p.id) FROM payment p"""
_FACTS = """
    SELECT payment_id, processor, kind, external_ref, amount, currency, occurred_at, detail
      FROM fact WHERE payment_id IN ({marks})"""


class Checker:
    """Follows one book from step to step."""

    def __init__(self) -> None:
        self._chain = Chain()
        self._folded: dict[int, Row] = {}

    def checks(self, reader: Reader) -> list[Coroutine[Any, Any, None]]:
        """What asserts every rule; may run all at once."""
        return [*(_holds(reader, one) for one in STATEMENTS), self._follows(reader), self._folds(reader)]

    async def _follows(self, reader: Reader) -> None:
        async for chain in audit.follow(reader, self._chain):
            assert not chain.broken, chain.problem
            self._chain = chain

    async def _folds(self, reader: Reader) -> None:
        now = {row[0]: row for row in await reader.rows(_PAYMENTS)}
        changed = [number for number, row in now.items() if self._folded.get(number) != row]
        if not changed:
            return
        facts: dict[int, list[Fact]] = {number: [] for number in changed}
        marks = ", ".join("?" * len(changed))
        for number, *told in await reader.rows(_FACTS.format(marks=marks), changed):
            facts[number].append(_fact(told))
        for number in changed:
            if not now[number][6]:
                assert now[number][1:6] == _folded(facts[number]), f"T{number} is not the fold of its facts"
        self._folded = now


async def _holds(reader: Reader, statement: str) -> None:
    wrong = [name for (name,) in await reader.rows(statement)]
    assert not wrong, await _details(reader, wrong)


def _fact(told: Sequence[object]) -> Fact:
    processor, kind, ref, amount, currency, at, detail = told
    return Fact(processor, FactKind(kind), ref, "", amount, currency, from_ms(at), detail)  # type: ignore[arg-type]


def _folded(facts: Sequence[Fact]) -> tuple[object, ...]:
    view = fold(facts)
    return (view.status.value, view.refunded, view.fee, maybe_ms(view.completed_at), view.dispute.value)


async def _details(reader: Reader, wrong: Sequence[str]) -> str:
    rows = {name: await reader.rows(f"{checks.QUERIES[name]} LIMIT 5") for name in wrong}
    return "\n".join(f"{name}: {found}" for name, found in rows.items())


def _statements() -> list[str]:
    """The doctor's queries, as many to a statement as stay prepared; each tells its name when it finds
    something."""
    found = [""]
    for name, query in checks.QUERIES.items():
        quoted = name.replace("'", "''")
        one = f"SELECT '{quoted}' WHERE EXISTS ({query})"
        if found[-1] and len(found[-1]) + len(one) > STATEMENT:
            found.append("")
        found[-1] += f" UNION ALL {one}" if found[-1] else one
    return found


STATEMENTS = _statements()
