"""The command line's start against python's own, in the same run (DESIGN, section 7).

It lists from a million rows; `PAYLINK_BENCH_ROWS=100000` from fewer.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from statistics import median

import pytest

from tests.benchmarks.dataset import dataset

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]
ROUNDS = 15
ROWS = int(os.environ.get("PAYLINK_BENCH_ROWS", "1000000"))
FLOOR = (sys.executable, "-c", "pass")
PAYLINK = (sys.executable, "-m", "paylink_tui")


def seconds(command: Sequence[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return time.perf_counter() - begun


def ratio(command: Sequence[str]) -> float:
    """Medians of interleaved runs, the first pair thrown away."""
    pairs = [(seconds(FLOOR), seconds(command)) for _ in range(ROUNDS + 1)][1:]
    floor: float = median(one for one, _ in pairs)
    measured: float = median(one for _, one in pairs)
    print(f"\n{' '.join(command[2:5])}: {measured * 1000:.0f} ms, {measured / floor:.1f} x python -c pass")
    return measured / floor


def test_help_starts_within_8_pythons() -> None:
    assert ratio((*PAYLINK, "--help")) <= 8


def test_listing_50_of_a_million_takes_at_most_25_pythons() -> None:
    words = ("transactions", "list", "--limit", "50")
    assert ratio((*PAYLINK, *words, "--db", str(dataset(ROWS)))) <= 25
