"""`paylink doctor` over whole books, against a bare sequential read of the same tables in the same run.

`PAYLINK_BENCH_ROWS=1000000` measures the full size; the default is a tenth of it. `PAYLINK_BENCH_BOOKS`
is for these books alone, which take longer to make than to examine.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.books import books
from tests.benchmarks.test_screen import ROWS, env, pytestmark

__all__ = ["env", "pytestmark"]

TRANSACTIONS = int(os.environ.get("PAYLINK_BENCH_BOOKS", str(ROWS)))
READ = ("payment", "fact", "journal", "transfer", "allocation", "linking", "linking_part", "invoice", "audit")
MOST = 8.0
"""Times the bare read that every check together may take."""
MEGABYTES = 200
"""That it may hold in memory, however large the books are."""


def bare(path: Path) -> float:
    """Seconds to read every row of the tables the checks look at, and to do nothing with them."""
    began = time.perf_counter()
    base = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    for table in READ:
        for _ in base.execute(f"SELECT * FROM {table}"):
            pass
    base.close()
    return time.perf_counter() - began


EXAMINE = """
import sys
from paylink_tui.__main__ import main
code = main(["--db", sys.argv[1], "doctor", "--json"])
told = open("/proc/self/status").read()  # what the parent held before it became us does not count there
print(told.partition("VmHWM:")[2].split()[0], file=sys.stderr)
sys.exit(code)
"""


def test_the_whole_book_is_examined_in_bounded_time_and_memory(env: dict[str, str]) -> None:
    path = books(TRANSACTIONS)
    floor = bare(path)
    done = subprocess.run(
        [sys.executable, "-c", EXAMINE, str(path)], env=env, capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout)
    assert done.returncode == 0, [one for one in told["checks"] if not one["ok"]]
    megabytes = int(done.stderr.splitlines()[-1]) / 1024
    ratio = told["seconds"] / floor
    print(
        f"\ndoctor over {TRANSACTIONS:,} transactions  {told['seconds']:.1f} s  bare read {floor:.1f} s"
        f"  ratio {ratio:.1f}  goal {MOST}  memory {megabytes:.0f} MB  goal {MEGABYTES} MB"
    )
    assert ratio <= MOST
    assert megabytes <= MEGABYTES
