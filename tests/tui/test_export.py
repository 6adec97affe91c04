"""Exporting from the table by keys: what is marked, or what the filter shows."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from paylink_tui.tui.dialogs.export import ExportDialog
from tests.tui.conftest import SIZES
from tests.tui.test_home import desk_app, home_of, text_of, until, until_filled

WHERE = "/home/mia/Documents/paylink-transactions-2026-11-22.csv"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path / "Documents"))


def said(pilot: Pilot[Any], field: str) -> str:
    return str(pilot.app.screen.query_one(field, Static).content)


async def open_dialog(pilot: Pilot[Any]) -> Input:
    await pilot.press("e")
    await until(pilot, lambda: isinstance(pilot.app.screen, ExportDialog))
    await until(pilot, lambda: "transaction" in said(pilot, "#sums"))
    return pilot.app.screen.query_one("#path", Input)


def records(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


async def test_what_the_filter_shows_is_exported(desk: Path, tmp_path: Path) -> None:
    (tmp_path / "Documents").mkdir()
    async with desk_app(desk).run_test(size=(120, 40)) as pilot:
        await until_filled(pilot)
        home_of(pilot.app).find("account:trust status:completed")
        path = await open_dialog(pilot)
        assert said(pilot, "#told").startswith("Filter: ")
        counted, told = int(said(pilot, "#sums").split()[0]), said(pilot, "#sums")
        assert Path(path.value) == tmp_path / "Documents" / "paylink-transactions-2026-11-22.csv"
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ExportDialog))
        rows = records(Path(path.value))
    assert [row["record"] for row in rows].count("transaction") == counted > 1
    assert {row["account_type"] for row in rows[:counted]} == {"trust"}
    (total,) = [row for row in rows if row["record"] == "total"]
    assert told.replace(",", "").endswith(f"${total['amount']}")


async def test_marked_rows_are_exported_and_nothing_is_replaced(desk: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken.csv"
    taken.write_text("mine")
    async with desk_app(desk).run_test(size=(80, 24)) as pilot:
        await until_filled(pilot)
        await pilot.press("space", "down", "space")
        path = await open_dialog(pilot)
        assert said(pilot, "#sums").startswith("2 transactions, $")
        path.value = str(taken)
        await pilot.press("enter")
        await until(pilot, lambda: "exists already" in text_of(pilot.app))
        path.value = "other.csv"
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ExportDialog))
        assert home_of(pilot.app).rows_marked() == ()
    assert taken.read_text() == "mine"
    rows = records(tmp_path / "other.csv")
    assert [row["record"] for row in rows].count("transaction") == 2
    assert rows[-1]["note"] == "2 marked transactions"


@pytest.mark.parametrize("size", SIZES)
def test_the_dialog_looks_right(
    snap_compare: Any, desk: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paylink_tui.tui.dialogs.export.free_name", lambda *_: Path(WHERE))

    async def show(pilot: Pilot[Any]) -> None:
        await until_filled(pilot)
        path = await open_dialog(pilot)
        path.cursor_blink = False

    assert snap_compare(desk_app(desk), terminal_size=size, run_before=show)
