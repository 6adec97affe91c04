from __future__ import annotations

from tests.commands import Desk

KEYS = {
    "id", "status", "amount", "currency", "account", "account_type", "payer_name", "payer_email",
    "reference", "client", "matter", "linked", "applied", "unapplied", "refunded", "authorized_at",
    "completed_at", "allocations",
}  # fmt: skip


def test_a_dry_run_shows_what_is_then_posted(both: Desk) -> None:
    number = both.paid("L1", "1200.00", "--email", "pay@acme.example", "--reference", "rent")
    words = ("transactions", "link", number, "--client", "C1")
    shown = both.json(*words, "--dry-run")
    assert shown["transaction"] == number
    assert shown["allocations"] == [
        {"invoice": "1003", "amount": "250.00", "balance_before": "250.00", "balance_after": "0.00"},
        {"invoice": "1001", "amount": "500.00", "balance_before": "500.00", "balance_after": "0.00"},
        {"invoice": "1002", "amount": "450.00", "balance_before": "700.00", "balance_after": "250.00"},
    ]
    assert shown["remainder"] == "0.00"
    assert both.json("transactions", "show", number)["linked"] is False

    posted = both.json(*words)
    assert (posted["dry_run"], posted["posted"]) == (False, True)
    assert (posted["allocations"], posted["remainder"]) == (shown["allocations"], shown["remainder"])
    assert both.open_numbers() == [("1002", "250.00"), ("2001", "400.00")]


def test_a_linked_transaction_has_the_promised_keys(both: Desk) -> None:
    number = both.paid("L1", "600", "--email", "pay@acme.example")
    both.json("transactions", "link", number, "--client", "acme", "--matter", "M-101")
    [one] = both.json("transactions", "list")
    assert one.keys() >= KEYS
    assert (
        one
        | {
            "id": "T1",
            "status": "completed",
            "amount": "600.00",
            "currency": "USD",
            "account": "Operating",
            "account_type": "operating",
            "payer_name": "Acme Holdings",
            "payer_email": "pay@acme.example",
            "reference": None,
            "client": "C1",
            "matter": "M-101",
            "linked": True,
            "applied": "500.00",
            "unapplied": "100.00",
            "refunded": "0.00",
            "allocations": [{"invoice": "1001", "amount": "500.00"}],
            "intent": None,
            "display_state": "completed",
        }
        == one
    )
    assert one["authorized_at"].endswith("Z")
    assert one["completed_at"].endswith("Z")


def test_linking_early_is_refused_but_the_choice_is_kept_and_posts_by_itself(both: Desk) -> None:
    number = both.paid("L1", "250", settle=False)
    words = ("transactions", "link", number, "--client", "C1", "--matter", "M-101", "--no-apply")
    both.refused("link-only-completed", *words, "--dry-run")
    assert both.json("transactions", "show", number)["intent"] is None

    document = both.refused("link-only-completed", *words)
    intent = {"client": "C1", "client_name": "Acme Holdings", "matter": "M-101", "apply": False}
    assert document["intent"] == intent
    assert both.json("transactions", "show", number)["intent"] == intent

    [done] = both.json("sandbox", "settle")
    assert (done["linked"], done["client"], done["matter"]) == (True, "C1", "M-101")
    assert (done["applied"], done["unapplied"], done["intent"]) == ("0.00", "250.00", None)


def test_a_choice_made_too_early_can_be_dropped(desk: Desk) -> None:
    number = desk.paid("L1", "250", settle=False)
    desk.refused("link-only-completed", "transactions", "link", number, "--client", "C1")
    dropped = desk.json("transactions", "unlink", number, "--reason", "wrong client")
    assert dropped["intent"] is None
    [done] = desk.json("sandbox", "settle")
    assert (done["linked"], done["display_state"]) == (False, "to link")


def test_trust_money_is_never_applied(both: Desk) -> None:
    number = both.paid("L2", "300")
    both.refused("apply-default", "transactions", "link", number, "--client", "C1", "--apply")
    both.refused("apply-default", "transactions", "link", number, "--client", "C1", "--invoice", "1001=1")
    done = both.json("transactions", "link", number, "--client", "C1")
    assert (done["allocations"], done["remainder"]) == ([], "300.00")
    assert both.json("clients", "show", "C1")["trust"] == "300.00"


def test_amounts_can_be_overridden(desk: Desk) -> None:
    number = desk.paid("L1", "400")
    link = ("transactions", "link", number, "--client", "C1")
    desk.refused("apply-over", *link, "--invoice", "1001=400", "--invoice", "1002=0.01")
    desk.refused("apply-over", *link, "--invoice", "1003=250.01")
    desk.refused("apply-order", *link, "--invoice", "2001=1")
    done = desk.json(*link, "--invoice", "1002=100", "--invoice", "1001=50.50")
    assert [(one["invoice"], one["amount"]) for one in done["allocations"]] == [
        ("1001", "50.50"),
        ("1002", "100.00"),
    ]
    assert done["remainder"] == "249.50"


def test_a_transaction_is_split_to_the_cent(both: Desk) -> None:
    number = both.paid("L1", "1000")
    words = ("transactions", "link", number, "--part", "C1/M-101=600")
    both.refused("link-split", *words, "--part", "C2=399.99")
    done = both.json(*words, "--part", "C2")
    assert [(one["client"], one["matter"], one["amount"], one["remainder"]) for one in done["parts"]] == [
        ("C1", "M-101", "600.00", "100.00"),
        ("C2", None, "400.00", "0.00"),
    ]
    shown = both.json("transactions", "show", number)
    assert (shown["client"], shown["matter"], shown["applied"]) == (None, None, "900.00")
    assert [part["client"] for part in shown["parts"]] == ["C1", "C2"]


def test_the_second_to_link_is_told_who_was_first(both: Desk) -> None:
    number = both.paid("L1", "100")
    both.json("transactions", "link", number, "--client", "C1")
    for words in ((), ("--dry-run",)):
        document = both.refused("link-race", "transactions", "link", number, "--client", "C2", *words, code=5)
        assert "Acme Holdings" in document["error"]["message"]
        assert "mia" in document["error"]["message"]
    assert both.json("transactions", "show", number)["client"] == "C1"


def test_unlinking_reverses_and_keeps_the_reason(both: Desk) -> None:
    number = both.paid("L1", "250")
    both.json("transactions", "link", number, "--client", "C1")
    undone = both.json("transactions", "unlink", number, "--reason", "it was Lee's")
    assert (undone["linked"], undone["applied"], undone["display_state"]) == (False, "0.00", "to link")
    assert ("1003", "250.00") in both.open_numbers()
    assert "it was Lee's" in [
        event["detail"] for event in both.json("transactions", "show", number)["timeline"]
    ]
    both.refused("link-undo", "transactions", "unlink", number, "--reason", "again")
    both.json("transactions", "link", number, "--client", "C2")


def test_the_matter_must_be_the_clients_own(both: Desk) -> None:
    number = both.paid("L1", "100")
    both.refused("link-client", "transactions", "link", number, "--client", "C1", "--matter", "M-201")


def test_words_that_contradict_each_other_are_usage_errors(desk: Desk) -> None:
    link = ("transactions", "link", "T1")
    desk.fails(2, *link)
    desk.fails(2, *link, "--client", "C1", "--part", "C2=1")
    desk.fails(2, *link, "--part", "C2=1", "--matter", "M-201")
    desk.fails(2, *link, "--client", "C1", "--no-apply", "--invoice", "1001=1")
    desk.fails(2, *link, "--client", "C1", "--no-apply", "--apply")
    desk.fails(2, *link, "--client", "C1", "--invoice", "1001")


def test_people_see_the_preview_as_a_table(desk: Desk) -> None:
    number = desk.paid("L1", "800")
    told = desk("transactions", "link", number, "--client", "C1", "--matter", "M-101", "--dry-run").out
    assert told.splitlines() == [
        "T1: $800.00 would be linked to C1 Acme Holdings, M-101.",
        "Invoice  Due          Before     Paid  After",
        "1001     2026-10-01  $500.00  $500.00  $0.00",
        "$300.00 stays in Operating in the name of C1 Acme Holdings, M-101.",
    ]
