from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.commands import Desk


def now() -> str:
    return datetime.now(UTC).isoformat()


@pytest.fixture
def told(both: Desk) -> tuple[Desk, str, str]:
    """A payment that was linked; the desk, its number, and the moment before that."""
    number = both.paid("L1", "300")
    before = now()
    both.json("transactions", "link", number, "--client", "C1", "--no-apply")
    return both, number, before


def test_every_reading_command_reads_the_past(told: tuple[Desk, str, str]) -> None:
    desk, number, before = told
    assert desk.json("transactions", "show", number)["linked"]
    then = desk("--asof", before, "transactions", "show", number, "--json")
    assert not then.json["linked"]
    assert "as of" in then.err
    assert not desk.json("transactions", "list", "--query", "linked:yes", "--asof", before)
    assert desk.json("clients", "show", "C1", "--asof", before)["credit"] == "0.00"
    assert desk.json("clients", "show", "C1")["credit"] == "300.00"
    assert desk.json("audit", "verify", "--asof", before)["ok"]
    assert desk("--asof", before, "doctor").code == 0


def test_today_is_as_it_is_now(told: tuple[Desk, str, str]) -> None:
    desk, number, _ = told
    today = desk.json("transactions", "show", number, "--asof", "today")
    assert today == desk.json("transactions", "show", number)


def test_the_past_is_not_changed(told: tuple[Desk, str, str]) -> None:
    desk, number, before = told
    desk.refused("as-of", "transactions", "link", number, "--client", "C1", "--asof", before)
    desk.refused("as-of", "links", "disable", "L1", "--asof", before)
    assert desk("init", "--firm", "Other", "--asof", before).code == 2
    assert desk("config", "path", "--asof", before).code == 2


@pytest.mark.parametrize(
    "moment", ["2199-01-01", "1999-01-01", "the other day", "2026-13-01", "2026-10-31Tx"]
)
def test_what_is_no_moment_of_the_past_is_a_sentence(desk: Desk, moment: str) -> None:
    answer = desk("clients", "list", "--asof", moment, "--json")
    assert answer.code == 2
    assert answer.error["message"]
