from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import Desk, Runner


def test_init_makes_the_firm_and_again_changes_what_differs(run: Runner, database_url: str) -> None:
    desk = Desk(run, database_url)
    made = desk.json("init", "--firm", "Hartwell & Ng LLP")
    assert made == {
        "name": "Hartwell & Ng LLP",
        "country": "US",
        "plan": "boutique",
        "timezone": "America/New_York",
        "payments_enabled": True,
        "demo": False,
    }
    again = desk.json("init", "--plan", "elite", "--country", "CA", "--timezone", "America/Toronto")
    assert again == made | {"plan": "elite", "country": "CA", "timezone": "America/Toronto"}
    assert desk.json("init", "--firm", "Hartwell LLP")["name"] == "Hartwell LLP"


def test_what_init_cannot_read_is_said(empty: Desk) -> None:
    assert "name" in empty.fails(2, "init")
    assert "Mars" in empty.fails(2, "init", "--firm", "X", "--timezone", "Mars/Base")
    assert "gold" in empty.fails(2, "init", "--firm", "X", "--plan", "gold")
    empty.fails(2, "init", "--firm", " ")


@pytest.mark.parametrize("words", [("init",), ("init", "--plan", "elite")])
def test_init_without_a_name_leaves_nothing_behind(
    run: Runner, database_url: str, words: tuple[str, ...]
) -> None:
    desk = Desk(run, database_url)
    answer = desk(*words)
    assert (answer.code, "paylink init --firm NAME" in answer.err) == (1, True), answer.err
    assert not Path(database_url).exists()
    assert "is empty" in answer.err or "There is no database" in answer.err
    assert desk.json("init", "--firm", "Hartwell LLP")["name"] == "Hartwell LLP"


def test_commands_before_init_say_what_to_do(run: Runner, tmp_path: Path, empty: Desk) -> None:
    missing = Desk(run, str(tmp_path / "none.db"))
    assert "no database" in missing.fails(1, "transactions", "list")
    assert "paylink init" in missing("transactions", "list").err
    assert not (tmp_path / "none.db").exists()
    empty.fails(4, "accounts", "add", "X", "--type", "trust")
    assert "paylink init" in empty("links", "create", "--account", "X").err or empty.fails(
        4, "links", "create", "--account", "X"
    )


def test_accounts_are_added_once_and_connected_later(both: Desk) -> None:
    assert both.json("accounts", "add", "Second", "--type", "operating")["connected"] is False
    both.refused("access-account", "links", "create", "--account", "Second")
    done = both.json("accounts", "add", "Second", "--type", "operating", "--processor", "sandbox")
    assert done["connected"] is True
    assert [one["name"] for one in both.json("accounts", "list")] == ["IOLTA 4411", "Operating", "Second"]
    assert "already" in both.fails(2, "accounts", "add", "Second", "--type", "trust")
    assert "bank9" in both.fails(2, "accounts", "add", "Third", "--type", "trust", "--processor", "bank9")


def test_a_firm_without_payments_mints_no_link(desk: Desk) -> None:
    create = ("links", "create", "--account", "Operating")
    desk.json("init", "--plan", "starter")
    assert "Starter" in desk.refused("access-plan", *create)["error"]["message"]
    desk.json("init", "--plan", "elite", "--country", "FR")
    assert "FR" in desk.refused("access-plan", *create)["error"]["message"]
    desk.json("init", "--country", "CA", "--payments", "off")
    assert "not enabled" in desk.refused("access-plan", *create)["error"]["message"]
    desk.json("init", "--payments", "on")
    desk.json(*create)


def test_the_database_may_be_named_before_the_noun_or_after_the_verb(desk: Desk) -> None:
    before = desk.run("--db", desk.url, "--json", "accounts", "list")
    after = desk.run("accounts", "list", "--db", desk.url, "--json")
    assert before.code == after.code == 0
    assert before.json == after.json != []


def test_readonly_reads_and_refuses_to_write(desk: Desk) -> None:
    assert desk.run("--readonly", "--db", desk.url, "accounts", "list").code == 0
    answer = desk.run("--readonly", "--db", desk.url, "links", "create", "--account", "Operating", "--json")
    assert answer.code == 1
    assert "read-only" in answer.error["message"]
    assert len(desk.json("links", "list")) == 2
