"""Other accounting programs accept every history of the desk and agree with it to the cent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.accountants import agree
from tests.simulation.machine import Histories
from tests.simulation.stage import Place
from tests.simulation.test_histories import FIRST, _link_key, on_postgresql, on_sqlite
from tests.simulation.walk import walk

__all__ = ["_link_key", "on_postgresql", "on_sqlite"]


def _walked_book_agrees(place: Place, folder: Path, seed: int, steps: int) -> None:
    print(f"PAYLINK_SEED={seed}")
    machine = type("Histories", (Histories,), {"place": place})()
    try:
        walk(machine, seed, steps)
        machine.run(agree(machine.desk, folder))
    finally:
        machine.teardown()


def test_other_programs_agree_on_sqlite(on_sqlite: Place, tmp_path: Path) -> None:
    for seed in (FIRST, FIRST + 1):
        _walked_book_agrees(on_sqlite, tmp_path, seed, 120)


@pytest.mark.postgresql
def test_other_programs_agree_on_postgresql(on_postgresql: Place, tmp_path: Path) -> None:
    _walked_book_agrees(on_postgresql, tmp_path, FIRST, 80)
