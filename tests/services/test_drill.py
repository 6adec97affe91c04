"""The drill: a bad day on a copy, scored honestly, and never a byte of the books touched."""

from __future__ import annotations

import hashlib
import os
from contextlib import aclosing
from pathlib import Path

from paylink_tui.services import keys
from paylink_tui.services.bundle import Services
from paylink_tui.services.drill.exercises import EXERCISES, Exercise, Told
from paylink_tui.services.drill.rehearsal import DOCTOR, THREE_WAY, Scored, rehearse
from paylink_tui.services.drill.stage import OPERATING, TRUST, Stage
from paylink_tui.services.linking import Part
from tests.services.desk import authorized, completed

_TABLES = ("payment", "fact", "transfer", "audit", "change", "sandbox_event", "message", "client", "setting")


async def books_of(desk: Services) -> tuple[object, ...]:
    """Everything that would show a write: the file's bytes, or what PostgreSQL counted and told."""
    if desk.database.dialect == "sqlite":
        path = desk.database.place.path
        names = (path, Path(f"{path}-wal"))
        return tuple(hashlib.sha256(one.read_bytes()).hexdigest() for one in names if one.exists())
    counts = [(await desk.database.reader.rows(f"SELECT count(*) FROM {name}"))[0][0] for name in _TABLES]
    (newest,) = await desk.database.reader.rows("SELECT max(seq) FROM change")
    (firm,) = await desk.database.reader.rows("SELECT plan, country, link_key_id FROM firm")
    return (*counts, *newest, *firm)


async def play(desk: Services, exercises: dict[str, Exercise], seed: int = 1) -> list[Scored]:
    async with aclosing(rehearse(desk, seed, exercises)) as going:
        return [one async for one in going]


async def test_everything_holds_and_the_books_are_not_touched(desk: Services) -> None:
    await desk.roles.set("ann", "approver")
    paid = await completed(desk, "IOLTA")
    await desk.linking.link(paid.name, [Part("C2")])
    await authorized(desk)
    before, key = await books_of(desk), os.environ[keys.VARIABLE]
    scored = await play(desk, EXERCISES)
    assert [one.name for one in scored] == list(EXERCISES)
    assert {one.name: one.failed for one in scored if not one.ok} == {}
    assert all(len(one.held) >= 5 for one in scored)
    assert await books_of(desk) == before
    assert os.environ[keys.VARIABLE] == key


async def test_another_seed_is_another_day_and_holds_too(desk: Services) -> None:
    name = next(iter(EXERCISES))
    for seed in range(3):
        (one,) = await play(desk, {name: EXERCISES[name]}, seed)
        assert one.ok, one.failed


async def loses_money(stage: Stage) -> Told:
    """A cent is added to a trust ledger behind the program's back."""
    code, _ = await stage.client()
    await stage.owned(TRUST, 1_000, code)
    async with stage.desk.database.write() as connection:
        await connection.exec_driver_sql("DROP TRIGGER ledger_account_guard_update")
        await connection.exec_driver_sql(
            "UPDATE ledger_account SET credits = credits + 1 WHERE kind = 'trust'"
        )
    return Told("a cent appeared", {"nobody looked": True})


async def claims_too_much(stage: Stage) -> Told:
    """What is said to hold does not."""
    return Told("nothing", {"the moon is full": False})


async def stops(stage: Stage) -> Told:
    """It cannot be carried through."""
    await stage.pays(OPERATING, 0)
    return Told("never", {})


async def test_planted_failures_are_scored_as_failures(desk: Services) -> None:
    planted: dict[str, Exercise] = {"claim": claims_too_much, "stop": stops, "money": loses_money}
    claim, stop, money = await play(desk, planted)
    assert any(one.startswith(DOCTOR) and "ledger-balanced" in one for one in money.failed)
    assert any(one.startswith(THREE_WAY) and TRUST in one for one in money.failed)
    assert money.held == ("nobody looked",)
    assert claim.failed == ("the moon is full",)
    assert claim.score == (2, 3)
    assert stop.failed == ("carried through",)
    assert "it stopped" in stop.what
