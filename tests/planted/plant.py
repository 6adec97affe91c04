"""Plant each bug in a copy of the tree and see the tests fail.

`python -m tests.planted.plant [WORDS OF A NAME]` prints which test caught which.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.planted.bugs import BUGS, Bug

ROOT = Path(__file__).parents[2]
NEEDED = ("paylink_tui", "styles", "tests", "pyproject.toml", "README.md")
LONGEST = 240
"""Seconds that the tests of one bug may take."""


def plant(bug: Bug, copy: Path) -> None:
    """Break the copy as the bug says."""
    file = copy / bug.file
    text = file.read_text("utf-8")
    assert text.count(bug.sound) == 1, (
        f"{bug.name}: what is to be broken stands {text.count(bug.sound)} times"
    )
    file.write_text(text.replace(bug.sound, bug.broken), "utf-8")


def caught_by(bug: Bug) -> str:
    """The first test that fails in a tree with the bug; empty when none does."""
    with tempfile.TemporaryDirectory(prefix="paylink-planted-") as directory:
        copy = Path(directory)
        for name in NEEDED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        plant(bug, copy)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *bug.tests]
        try:
            said = _said_by(command, copy)
        except subprocess.TimeoutExpired:
            return f"no end within {LONGEST} s: {' '.join(bug.tests)}"
    failed = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return failed[0].split(" - ")[0].split(" ", 1)[1] if failed else ""


def _said_by(command: list[str], copy: Path) -> str:
    """What a command says in the copy, where it finds the broken program and no other."""
    return subprocess.run(
        command,
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    ).stdout


def main(words: str) -> int:
    """Print the table bug, caught by, seconds; the exit code tells whether all were caught."""
    missed = 0
    for bug in BUGS:
        if words not in bug.name:
            continue
        began = time.monotonic()
        test = caught_by(bug)
        missed += not test
        print(f"{bug.name} | {test or 'NOT CAUGHT'} | {time.monotonic() - began:.0f} s", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
