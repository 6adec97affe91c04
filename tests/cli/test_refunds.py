"""`paylink transactions refund` and its kin, on both databases, as a bookkeeper types them."""

from __future__ import annotations

import pytest

from tests.commands import Desk


@pytest.fixture
def linked(both: Desk) -> str:
    """A completed payment of 600.00 that pays Acme's invoices and leaves nothing."""
    number = both.paid("L1", "600.00", "--email", "pay@acme.example")
    both.json("transactions", "link", number, "--client", "C1")
    return number


def test_a_dry_run_shows_the_cascade_and_the_real_run_posts_it(both: Desk, linked: str) -> None:
    words = ("transactions", "refund", linked, "--amount", "300.00")
    shown = both.json(*words, "--dry-run")
    assert (shown["amount"], shown["refundable"], shown["link_frozen"]) == ("300.00", "600.00", True)
    assert shown["invoices"] == [
        {
            "invoice": "1001",
            "paid_before": "350.00",
            "paid_after": "50.00",
            "balance_before": "150.00",
            "balance_after": "450.00",
        }
    ]
    assert [(one["client"], one["amount"]) for one in shown["owners"]] == [("C1", "300.00")]
    assert both.json("transactions", "show", linked)["refunded"] == "0.00"
    done = both.json(*words, "--reason", "paid twice")
    assert (done["id"], done["state"], done["transaction"]) == ("F1", "done", linked)
    after = both.json("transactions", "show", linked)
    assert (after["refunded"], after["refunding"], after["applied"]) == ("300.00", "0.00", "300.00")
    assert [one["id"] for one in both.json("transactions", "refunds")] == ["F1"]
    assert both.json("transactions", "refunds", "--state", "sent") == []


def test_what_a_refund_needs_is_said(both: Desk, linked: str) -> None:
    assert both("transactions", "refund", linked).code == 2
    assert both("transactions", "refund", linked, "--matter", "M-101", "--reason", "x").code == 2
    no = both("transactions", "refund", linked, "--amount", "600.01", "--reason", "x", "--json")
    assert (no.code, no.error["rule"]) == (3, "txn-refund-completed")
    assert both("transactions", "approve", "F7").code == 4
    told = both("transactions", "refund", linked, "--dry-run")
    assert (told.code, "would go back to" in told.out) == (0, True)


def test_several_are_done_or_refused_each_on_its_own(both: Desk, linked: str) -> None:
    other = both.paid("L1", "50.00")
    tried = both.json("transactions", "link", linked, other, "--client", "C2")
    assert (tried["done"], tried["refused"], tried["totals"]) == (1, 1, {"USD": "50.00"})
    shown = both.json("transactions", "refund", linked, other, "--dry-run")
    assert (shown["done"], shown["totals"]) == (2, {"USD": "650.00"})
    assert both("transactions", "void", linked, other, "--dry-run").code == 3
    undone = both.json("transactions", "unlink", linked, other, "--reason", "both wrong")
    assert (undone["done"], undone["refused"]) == (2, 0)


def test_relink_in_one_go(both: Desk, linked: str) -> None:
    words = ("transactions", "relink", linked, "--client", "C2")
    assert both(*words).code == 2
    assert both.json(*words, "--dry-run")["client"] == "C2"
    assert both.json("transactions", "show", linked)["client"] == "C1"
    both.json(*words, "--reason", "of Ng")
    after = both.json("transactions", "show", linked)
    assert (after["client"], after["applied"]) == ("C2", "400.00")


def test_a_dispute_played_and_foreseen(both: Desk, linked: str) -> None:
    told = both.json("transactions", "what-if", linked, "--chargeback")
    assert (told["event"], told["amount"], len(told["invoices"])) == ("chargeback", "600.00", 2)
    assert both.json("sandbox", "dispute", linked, "--open")["dispute"] == "open"
    no = both("transactions", "refund", linked, "--reason", "x", "--json")
    assert (no.code, no.error["rule"]) == (3, "txn-refund-completed")
    lost = both.json("sandbox", "dispute", linked, "--lost")
    assert (lost["dispute"], lost["status"], lost["applied"]) == ("lost", "returned", "0.00")
    assert both("doctor").code == 0
