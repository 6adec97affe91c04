"""Break a random sample of lines, one at a time, and see whether a test fails.

`python -m tests.mutation.sample --domain N --services N --seed S` needs the `mutation` extra. It works
in a copy (kept with `--directory`), on SQLite only, with the tests of the same two rooms.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
NEEDED = ("paylink_tui", "styles", "screenshots", "tests", "pyproject.toml", "README.md")

SETTINGS = r"""
[tool.mutmut]
source_paths = ["paylink_tui/domain/", "paylink_tui/services/"]
do_not_mutate = [
    "paylink_tui/domain/notice_words.py",
    "paylink_tui/domain/settings_example.py",
    "paylink_tui/domain/settings_words.py",
    "paylink_tui/services/demo/*",
    "paylink_tui/services/drill/*",
    "paylink_tui/services/pdf*",
    "paylink_tui/services/qr.py",
]
do_not_mutate_patterns = ['^\s*(fix=)?[fr]?"(?!SELECT|FROM|WHERE|AND|ORDER|JOIN)[^"]* [^"]*"\)*,?$']
also_copy = ["paylink_tui", "tests", "styles", "README.md", "screenshots"]
"""
"""Left out: rooms that are words, invented data, or drawing, and lines that are one sentence."""

PROFILE = """

from hypothesis import HealthCheck as _Check, settings as _settings  # noqa: E402

_settings.register_profile(
    "mutants", deadline=None, derandomize=True, database=None, max_examples=25,
    suppress_health_check=list(_Check),
)
_settings.load_profile("mutants")
"""
"""A verdict that depends on the dice of a property's examples could not be repeated."""


def copy_to(directory: Path) -> None:
    """A copy of the tree that may be broken, with the settings of the mutations in it."""
    for name in NEEDED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, directory / name)
    with (directory / "pyproject.toml").open("a") as file:
        file.write(SETTINGS)
    with (directory / "tests" / "conftest.py").open("a") as file:
        file.write(PROFILE)


def run_in(directory: Path, words: list[str]) -> int:
    """Let the trial run in the copy, where it finds the broken program and no other."""
    if not (directory / "pyproject.toml").exists():
        copy_to(directory)
    return subprocess.run([sys.executable, "tests/mutation/trial.py", *words], cwd=directory).returncode


def main() -> int:
    """Print the survivors and the score; the exit code tells whether the trial ran."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--directory", type=Path, help="keep the copy here, and use it again")
    own, words = asked.parse_known_args()
    if importlib.util.find_spec("mutmut") is None:
        print("mutmut is not installed: pip install '.[test,mutation]'", file=sys.stderr)
        return 2
    if own.directory:
        own.directory.mkdir(parents=True, exist_ok=True)
        return run_in(own.directory, words)
    with tempfile.TemporaryDirectory(prefix="paylink-mutants-") as made:
        return run_in(Path(made), words)


if __name__ == "__main__":
    sys.exit(main())
