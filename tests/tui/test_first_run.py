"""The first start, on an empty database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from paylink_tui.tui.screens.first_run import FirstRunScreen
from paylink_tui.tui.widgets.choice_row import ChoiceRow
from tests.tui.conftest import SIZES
from tests.tui.stage import Stage, until, until_reads


def first(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "new.db", FirstRunScreen, create=True)


async def test_a_firm_and_an_account_in_a_few_keys(tmp_path: Path) -> None:
    app = first(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Welcome to PayLink")
        await pilot.press(*"Hartwell & Ng LLP", "enter")
        await until(pilot, lambda: app.results == ["firm"])
        firm = await app.services.firm.require()
        (account,) = await app.services.firm.accounts()
        assert (firm.name, firm.country, firm.timezone) == ("Hartwell & Ng LLP", "US", "America/New_York")
        assert (account.name, account.kind.value, account.processor) == ("IOLTA trust", "trust", "sandbox")


async def test_another_country_plan_and_account(tmp_path: Path) -> None:
    app = first(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Welcome to PayLink")
        await pilot.press(*"Ng", "tab", "right", "tab", "right")
        await until_reads(pilot, "● CA", "● elite", "America/Toronto")
        app.screen.query_one("#kind", ChoiceRow).focus()
        await pilot.press("space")
        await until_reads(pilot, "● operating", "Operating")
        await pilot.press("enter")
        await until(pilot, lambda: app.results == ["firm"])
        assert (await app.services.firm.require()).plan.value == "elite"


async def test_what_cannot_be_is_said_inline_and_nothing_typed_is_lost(tmp_path: Path) -> None:
    app = first(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Welcome to PayLink")
        await pilot.press("enter")
        await until_reads(pilot, "the firm's name must be")
        await pilot.press(*"Ng LLP")
        app.screen.query_one("#zone", Input).value = "Mars/Olympus"
        await pilot.press("enter")
        await until_reads(pilot, "there is no time zone", "Ng LLP", "Mars/Olympus")
        assert await app.services.firm.get() is None


@pytest.mark.parametrize(("key", "result"), [("f2", "demo"), ("escape", None)])
async def test_the_other_ways_out(tmp_path: Path, key: str, result: str | None) -> None:
    app = first(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until_reads(pilot, "Welcome to PayLink")
        await pilot.press(key)
        await until(pilot, lambda: app.results == [result])
        assert await app.services.firm.get() is None


@pytest.mark.parametrize("size", SIZES)
def test_picture(tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await until_reads(pilot, "Welcome to PayLink")

    assert snap_compare(first(tmp_path), terminal_size=size, run_before=ready)
