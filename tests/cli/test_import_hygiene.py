from __future__ import annotations

import subprocess
import sys

import pytest

from tests.commands import Desk


def imported(*words: str) -> set[str]:
    """The top-level packages that a command imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "paylink_tui", *words],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if "import time:" in line}
    assert "paylink_tui" in names
    return {name.partition(".")[0] for name in names}


def test_help_imports_nothing_heavy() -> None:
    for words in (("--help",), ("--version",), ("transactions", "--help")):
        assert not imported(*words) & {"asyncio", "sqlalchemy", "alembic", "textual", "asyncpg", "aiosqlite"}


@pytest.mark.parametrize(
    "words",
    [
        ("transactions", "list", "--query", "linked:no payer"),
        ("transactions", "show", "T1"),
        ("links", "list"),
        ("clients", "list"),
        ("invoices", "list", "--open"),
        ("accounts", "list"),
        ("doctor",),
        ("notify", "list"),
        ("export", "csv"),
        ("export", "hledger"),
        ("export", "ofx", "--account", "Operating"),
    ],
    ids=" ".join,
)
def test_reading_never_imports_sqlalchemy(desk: Desk, words: tuple[str, ...]) -> None:
    desk.paid("L1", "10")
    heavy = {"sqlalchemy", "alembic", "textual", "asyncpg", "segno", "fpdf"}
    assert not imported("--db", desk.url, *words) & heavy
