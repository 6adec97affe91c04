from __future__ import annotations

from tests.commands import Desk

HOSTILE = "[/foo] Ltd\x1b]0;owned\x07\u202egnp.exe[@click=app.quit]x[/]"


def test_a_payment_is_authorized_at_once_and_completes_with_the_batch(both: Desk) -> None:
    paid = both.json(
        "sandbox", "pay", "L1", "--amount", "12.34", "--name", "Dana Ruiz", "--reference", "rent"
    )
    assert (paid["id"], paid["status"], paid["amount"]) == ("T1", "authorized", "12.34")
    assert (paid["completed_at"], paid["reference"]) == (None, "rent")
    assert both.json("transactions", "list", "--query", "status:authorized") == [paid]
    [done] = both.json("sandbox", "settle")
    assert (done["status"], done["display_state"]) == ("completed", "to link")
    assert both.json("sandbox", "settle") == []


def test_settling_one_that_cannot_be_settles_the_others(both: Desk) -> None:
    both.paid("L1", "1")
    both.paid("L1", "2", settle=False)
    both.refused("txn-states", "sandbox", "settle", "T1", "T2")
    assert both.json("transactions", "show", "T2")["status"] == "completed"


def test_a_declined_card_fails_and_was_never_authorized(both: Desk) -> None:
    answer = both(
        "sandbox", "pay", "L1", "--amount", "5", "--name", "A", "--card", "4000000000000002", "--json"
    )
    assert answer.code == 0
    assert (answer.json["status"], answer.json["authorized_at"]) == ("failed", None)
    assert answer.json["failure"] in answer.err
    both.refused("link-only-completed", "transactions", "link", "T1", "--client", "C1")


def test_only_test_cards_are_taken(desk: Desk) -> None:
    assert "test card" in desk.fails(
        2, "sandbox", "pay", "L1", "--amount", "5", "--name", "A", "--card", "4111222233334444"
    )
    assert desk.json("transactions", "list") == []


def test_an_echeck_is_returned_by_the_bank(both: Desk) -> None:
    number = both.paid("L1", "80", "--echeck")
    both.json("transactions", "link", number, "--client", "C1")
    back = both.json("sandbox", "return", number, "--reason", "R01 insufficient funds")
    assert (back["status"], back["applied"]) == ("returned", "0.00")
    assert "R01" in back["failure"]
    assert ("1003", "250.00") in both.open_numbers()


def test_a_payment_fails_after_it_was_authorized(desk: Desk) -> None:
    number = desk.paid("L1", "80", settle=False)
    failed = desk.json("sandbox", "fail", number)
    assert failed["status"] == "failed"
    assert failed["authorized_at"] is not None
    desk.refused("txn-states", "sandbox", "settle", number)


def test_void_only_while_authorized(both: Desk) -> None:
    both.paid("L1", "80", settle=False)
    assert both.json("transactions", "void", "T1")["status"] == "voided"
    both.paid("L1", "80")
    both.refused("txn-void-authorized", "transactions", "void", "T2")


def test_queries_limits_and_newest_first(both: Desk) -> None:
    for amount in ("10", "600", "700"):
        both.paid("L1", amount)
    ids = [one["id"] for one in both.json("transactions", "list")]
    assert ids == ["T3", "T2", "T1"]
    assert [one["id"] for one in both.json("transactions", "list", "--limit", "1")] == ["T3"]
    big = both.json("transactions", "list", "--query", "amount:>500 linked:no")
    assert [one["id"] for one in big] == ["T3", "T2"]
    assert "colour" in both.fails(2, "transactions", "list", "--query", "colour:red")
    both.fails(2, "transactions", "list", "--limit", "0")


def test_show_tells_the_history_and_why(both: Desk) -> None:
    number = both.paid("L1", "10")
    shown = both.json("transactions", "show", number)
    assert [event["what"] for event in shown["timeline"]][:3] == ["submitted", "authorized", "captured"]
    why = {line["action"]: line for line in shown["why"]}
    assert why["link"]["allowed"] is True
    assert (why["void"]["allowed"], why["void"]["rule"]) == (False, "txn-void-authorized")
    assert both.json("transactions", "show", "acme")["id"] == number


def test_names_that_mean_nobody_or_several(desk: Desk) -> None:
    number = desk.paid("L1", "10")
    desk.fails(4, "transactions", "show", "T99")
    desk.fails(4, "transactions", "link", number, "--client", "Nobody")
    answer = desk("transactions", "link", number, "--client", "Lee", "--json")
    assert answer.code == 4
    assert answer.error["rule"] is None
    assert len(answer.error["candidates"]) == 2
    assert all(name in " ".join(answer.error["candidates"]) for name in ("C2", "C3"))
    assert "C2" in answer.err


def test_a_hostile_payer_is_only_data(both: Desk) -> None:
    answer = both("sandbox", "pay", "L1", "--amount", "1", "--name", HOSTILE, "--json")
    assert answer.json["payer_name"] == HOSTILE
    assert answer.out.isascii()
    for words in (
        ("transactions", "list"),
        ("transactions", "show", "T1"),
        ("transactions", "show", HOSTILE),
    ):
        told = both(*words)
        assert "[/foo] Ltd" in told.out
        for character in "\x1b\x07\u202e":
            assert character not in told.out + told.err


def test_a_very_long_name_is_whole_in_json_and_cut_for_people(desk: Desk) -> None:
    answer = desk("sandbox", "pay", "L1", "--amount", "1", "--name", "x" * 10_000, "--json")
    assert answer.json["payer_name"] == "x" * 10_000
    told = desk("transactions", "list")
    assert max(map(len, told.out.splitlines())) < 250
