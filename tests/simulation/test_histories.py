"""No history of the desk, however odd, leaves one cent in the wrong place."""

from __future__ import annotations

import os
import secrets

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.databases import FreshPostgresql, FreshSqlite
from tests.services.desk import KEY
from tests.simulation.machine import Histories
from tests.simulation.places import furnished
from tests.simulation.stage import Place
from tests.simulation.walk import walk

STEPS = 40
EXAMPLES = int(os.environ.get("PAYLINK_HISTORIES", "0"))
"""How many histories to play instead of the usual number."""
GIVEN = int(os.environ.get("PAYLINK_SEED", "0"))
FIRST = GIVEN or 20_261_122
"""Where the dice start: always the same, or where somebody says. The last of several walks starts anew."""


@pytest.fixture(autouse=True)
def _link_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYLINK_LINK_KEY", KEY)


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
    many = EXAMPLES or walks
    seeds = [FIRST + number for number in range(many)]
    if not GIVEN:
        seeds[-1] = secrets.randbits(32)
    for seed in seeds:
        print(f"PAYLINK_SEED={seed}")
        one = machine()
        try:
            walk(one, seed, steps)
        finally:
            one.teardown()


@pytest.fixture
def on_sqlite(_link_key: None, fresh_sqlite: FreshSqlite) -> Place:
    return furnished(fresh_sqlite)


@pytest.fixture
def on_postgresql(_link_key: None, fresh_postgresql: FreshPostgresql) -> Place:
    return furnished(fresh_postgresql)


def test_every_history_balances_on_sqlite(on_sqlite: Place) -> None:
    _play(on_sqlite, examples=10)


def test_every_long_walk_balances_on_sqlite(on_sqlite: Place) -> None:
    _walk(on_sqlite, walks=3, steps=150)


@pytest.mark.postgresql
def test_every_history_balances_on_postgresql(on_postgresql: Place) -> None:
    _play(on_postgresql, examples=3)


@pytest.mark.postgresql
def test_every_long_walk_balances_on_postgresql(on_postgresql: Place) -> None:
    _walk(on_postgresql, walks=2, steps=60)
