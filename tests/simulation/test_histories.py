"""No history of the desk, however odd, leaves one cent in the wrong place."""

from __future__ import annotations

import os
import secrets
import shutil

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from paylink_tui.store.database import open_database
from tests.databases import FreshPostgresql, FreshSqlite, in_thread
from tests.services.desk import KEY, furnish, services_over
from tests.simulation.machine import Histories
from tests.simulation.stage import Place
from tests.simulation.walk import walk

STEPS = 40
EXAMPLES = int(os.environ.get("PAYLINK_HISTORIES", "0"))
"""How many histories to play instead of the usual number."""
SEED = int(os.environ.get("PAYLINK_SEED", "0")) or (
    20_261_122 if os.environ.get("CI") else secrets.randbits(32)
)
"""Where the dice start; always the same in CI."""


@pytest.fixture(autouse=True)
def _link_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)


async def _furnish(url: str) -> None:
    database = await open_database(url)
    try:
        await furnish(services_over(database))
    finally:
        await database.close()


def _play(place: Place, examples: int) -> None:
    machine = type("Histories", (Histories,), {"place": place})
    derandomized = bool(os.environ.get("CI")) and not EXAMPLES
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES or examples,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=derandomized,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _walk(place: Place, walks: int, steps: int) -> None:
    machine = type("Histories", (Histories,), {"place": place})
    for seed in range(SEED, SEED + (EXAMPLES or walks)):
        print(f"PAYLINK_SEED={seed}")
        one = machine()
        try:
            walk(one, seed, steps)
        finally:
            one.teardown()


@pytest.fixture
def on_sqlite(fresh_sqlite: FreshSqlite) -> Place:
    template = fresh_sqlite.migrated()
    in_thread(_furnish(template))

    def make() -> str:
        url = fresh_sqlite.empty()
        shutil.copyfile(template, url)
        return url

    return Place(make, fresh_sqlite.drop)


@pytest.fixture
def on_postgresql(fresh_postgresql: FreshPostgresql) -> Place:
    def make() -> str:
        url = fresh_postgresql.migrated()
        in_thread(_furnish(url))
        return url

    return Place(make, fresh_postgresql.drop)


def test_every_history_balances_on_sqlite(on_sqlite: Place) -> None:
    _play(on_sqlite, examples=10)


def test_every_long_walk_balances_on_sqlite(on_sqlite: Place) -> None:
    _walk(on_sqlite, walks=3, steps=150)


@pytest.mark.postgresql
def test_every_history_balances_on_postgresql(on_postgresql: Place) -> None:
    _play(on_postgresql, examples=3)


@pytest.mark.postgresql
def test_every_long_walk_balances_on_postgresql(on_postgresql: Place) -> None:
    _walk(on_postgresql, walks=1, steps=120)
