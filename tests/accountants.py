"""The real `hledger` and `bean-check`: whether they accept a book, and what they say its balances are."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from paylink_tui.domain.export_book import OPENING
from paylink_tui.services.bundle import Services
from paylink_tui.services.export import ExportRequest
from paylink_tui.store.read import book

Balances = dict[tuple[str, str], int]
"""Debits minus credits in minor units, by account name and currency; empty ones are left out."""


def program(name: str) -> str:
    """Where a program is; without it the test is skipped, but in CI it fails."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        assert not os.environ.get("CI"), f"{name} is missing, and CI must have it"
        pytest.skip(f"{name} is not installed here")
    return found


def hledger(file: Path) -> Balances:
    """Check a journal strictly and tell its balances."""
    name = program("hledger")
    _accepts([name, "-f", str(file), "check", "--strict"])
    told = _accepts([name, "-f", str(file), "balance", "--flat", "--no-total", "-O", "csv"])
    found: Balances = {}
    for account, amounts in list(csv.reader(told.splitlines()))[1:]:
        for amount in filter(None, amounts.split(", ")):
            number, currency = amount.split(" ") if " " in amount else (amount, "")
            if Decimal(number):
                found[account, currency] = int(Decimal(number) * 100)
    return found


def beancount(file: Path) -> Balances:
    """Check a file and tell its balances."""
    _accepts([program("bean-check"), str(file)])
    from beancount import loader
    from beancount.core.data import Transaction

    entries, errors, _ = loader.load_file(str(file))
    assert not errors
    found: Balances = {}
    for posting in (leg for one in entries if isinstance(one, Transaction) for leg in one.postings):
        assert posting.units is not None
        assert posting.units.number is not None
        key = posting.account, posting.units.currency
        found[key] = found.get(key, 0) + int(posting.units.number * 100)
    return {key: amount for key, amount in found.items() if amount}


READERS = {"hledger": hledger, "beancount": beancount}


async def ours(desk: Services) -> Balances:
    """The balances the ledger itself keeps."""
    rows = await desk.database.reader.rows("SELECT id, debits - credits FROM ledger_account")
    kept = {int(number): int(held) for number, held in rows}
    found: Balances = {}
    async for account, currency in book.accounts(desk.database.reader):
        key = account.name, currency
        assert key not in found, f"two ledgers are called {key}"
        found[key] = kept[account.id]
    return {key: amount for key, amount in found.items() if amount}


async def agree(desk: Services, folder: Path) -> None:
    """Both programs accept the book and say what the ledger says."""
    expected = await ours(desk)
    for form, read in READERS.items():
        file = folder / f"book.{form}"
        await desk.export.write(ExportRequest(form), file, force=True)
        assert without_opening(read(file)) == expected, form


def without_opening(balances: Balances) -> Balances:
    """The balances of the firm's own accounts."""
    return {key: amount for key, amount in balances.items() if key[0] != OPENING}


def _accepts(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout
