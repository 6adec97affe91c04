"""Inside the copy that `sample.py` makes: breed the mutants, draw some, and try the tests on each.

Runs as a script: the tests and the program it imports must be those of the copy's `mutants/`. All is one
pytest session; each mutant is tried in a fork of it, which has nothing to import or collect.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from math import sqrt
from pathlib import Path

import pytest
from mutmut.__main__ import create_mutants
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths

BRED = Path("mutants")
DONE = BRED / "bred"
TESTS = ["tests/domain", "tests/services", "--ignore=tests/services/test_drill.py"]
"""The drill is not mutated and rehearses every service at length: it would judge late and say little."""
ARGUMENTS = ["-q", "-s", "-m", "not postgresql and not benchmark", "-p", "no:cacheprovider", "--rootdir=."]


def breed() -> None:
    """Write every mutant, once: a copy that has them keeps them."""
    set_mutant_under_test("mutant_generation")
    BRED.mkdir(exist_ok=True)
    if not DONE.exists():
        copy_src_dir()
        copy_also_copy_files()
        create_mutants(os.cpu_count() or 1)
        DONE.touch()
    setup_source_paths()


def draw(room: str, count: int, seed: int) -> list[str]:
    """So many mutants of a room, by nothing but chance."""
    names: list[str] = []
    for meta in sorted((BRED / "paylink_tui" / room).rglob("*.meta")):
        names += json.loads(meta.read_text())["exit_code_by_key"]
    count = min(count, len(names))
    print(f"{room}: {count} of {len(names)} mutants, seed {seed}")
    return random.Random(seed).sample(sorted(names), count)


def interval(part: int, whole: int) -> tuple[float, float]:
    """Where a share lies with 95 % certainty (Wilson)."""
    if not whole:
        return 0.0, 1.0
    z, share = 1.96, part / whole
    middle = share + z * z / (2 * whole)
    reach = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    return (middle - reach) / (1 + z * z / whole), (middle + reach) / (1 + z * z / whole)


def told(name: str, verdicts: list[str]) -> str:
    """One line of the table: how many, how many a test noticed, and the score with its interval."""
    caught = sum(v in ("killed", "timeout") for v in verdicts)
    low, high = interval(caught, len(verdicts))
    score = 100 * caught / max(len(verdicts), 1)
    return f"{name} | {len(verdicts)} | {caught} | {score:.1f} % | {100 * low:.1f} to {100 * high:.1f} %"


def asked() -> argparse.Namespace:
    """What to try, and how hard."""
    words = argparse.ArgumentParser()
    words.add_argument("--domain", type=int, default=250)
    words.add_argument("--services", type=int, default=250)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--longest", type=float, default=600.0, help="seconds of tests for each mutant")
    words.add_argument("--children", type=int, default=os.cpu_count() or 1)
    words.add_argument("--nice", type=int, default=0, help="how far the trials step back for other work")
    words.add_argument("--tests", nargs="*", default=TESTS)
    words.add_argument("--only", nargs="*", help="try these mutants, instead of a sample")
    return words.parse_args()


def main() -> int:
    """Breed, draw, try, and print the table and the survivors."""
    given = asked()
    breed()
    # From now on `tests` is the one in `mutants/`, as it is for pytest.
    from tests.mutation.session import Session

    drawn = given.only or [
        *draw("domain", given.domain, given.seed),
        *draw("services", given.services, given.seed),
    ]
    session = Session(drawn, given.longest, given.children, given.nice)
    os.chdir(BRED)
    pytest.main([*ARGUMENTS, *given.tests], plugins=[session])
    found = session.found
    print("where | tried | noticed | score | 95 %")
    for room in ("domain", "services"):
        print(told(room, [v for name, v in found.items() if f".{room}." in name]))
    print(told("both", list(found.values())))
    for name in sorted(n for n, v in found.items() if v not in ("killed", "timeout")):
        print("-", found[name], name)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
