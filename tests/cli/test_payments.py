from __future__ import annotations

import pytest

from tests.commands import Desk


@pytest.fixture
def held(both: Desk) -> Desk:
    """C1 has 300.00 of unapplied credit and 400.00 of cleared trust money."""
    both.json("transactions", "link", both.paid("L1", "300"), "--client", "C1", "--no-apply")
    both.json("transactions", "link", both.paid("L2", "400"), "--client", "C1")
    return both


def test_credit_pays_oldest_first_and_never_more_than_it_holds(held: Desk) -> None:
    record = ("payments", "record", "--client", "C1", "--source", "credit", "--amount")
    held.refused("record-credit", *record, "300.01")
    planned = held.json(*record, "300", "--dry-run")
    assert planned["id"] is None
    done = held.json(*record, "300")
    assert done | {"id": "R1", "dry_run": False, "client": "C1", "source": "credit"} == done
    assert (
        done["allocations"]
        == planned["allocations"]
        == [
            {"invoice": "1003", "amount": "250.00", "balance_before": "250.00", "balance_after": "0.00"},
            {"invoice": "1001", "amount": "50.00", "balance_before": "500.00", "balance_after": "450.00"},
        ]
    )
    assert (done["available_before"], done["available_after"]) == ("300.00", "0.00")
    assert held.open_numbers("--client", "C1") == [("1001", "450.00"), ("1002", "700.00")]
    assert held.json("invoices", "show", "1003")["payments"][0]["amount"] == "250.00"


def test_trust_pays_only_that_clients_chosen_invoices(held: Desk) -> None:
    record = ("payments", "record", "--source", "trust", "--amount")
    held.refused("record-from-trust", *record, "400.01", "--client", "C1")
    held.refused("record-from-trust", *record, "1", "--client", "C2")
    held.refused("trust-named", *record, "1", "--client", "C1", "--invoice", "2001")
    done = held.json(*record, "400", "--client", "C1", "--invoice", "1002", "1001")
    assert [(one["invoice"], one["amount"]) for one in done["allocations"]] == [("1001", "400.00")]
    ledger = held.json("trust", "ledger", "C1")
    assert [one["balance"] for one in ledger["ledgers"]] == ["0.00"]
    assert [one["amount"] for one in ledger["postings"]] == ["-400.00", "400.00"]


def test_uncleared_trust_money_cannot_be_spent(held: Desk) -> None:
    held.paid("L2", "1000", settle=False)
    held.refused("link-only-completed", "transactions", "link", "T3", "--client", "C1")
    held.refused(
        "record-from-trust", "payments", "record", "--client", "C1", "--source", "trust", "--amount", "401"
    )


def test_money_from_outside_carries_date_reference_and_payee(held: Desk) -> None:
    done = held.json(
        "payments", "record", "--client", "Lee Ng", "--matter", "M-201", "--source", "cheque",
        "--amount", "400", "--date", "2026-11-02", "--reference", "0042", "--payee", "Hartwell & Ng",
    )  # fmt: skip
    assert (done["applied"], done["available_before"]) == ("400.00", None)
    [paid] = held.json("invoices", "show", "2001")["payments"]
    assert (paid["payment"], paid["source"], paid["paid_on"]) == ("R1", "cheque", "2026-11-02")
    held.fails(
        2, "payments", "record", "--client", "C2", "--source", "cash", "--amount", "1", "--date", "May"
    )


def test_a_recorded_payment_is_undone_once(held: Desk) -> None:
    held.json("payments", "record", "--client", "C1", "--source", "credit", "--amount", "250")
    held.refused("link-undo", "transactions", "unlink", "T1", "--reason", "wrong")
    assert held.json("payments", "undo", "R1", "--reason", "typo") == {"id": "R1", "undone": True}
    held.refused("link-undo", "payments", "undo", "R1", "--reason", "typo", code=5)
    assert ("1003", "250.00") in held.open_numbers()
    held.json("transactions", "unlink", "T1", "--reason", "wrong")


def test_a_trust_ledger_of_one_matter(held: Desk) -> None:
    number = held.paid("L2", "70")
    held.json("transactions", "link", number, "--client", "C1", "--matter", "M-101")
    ledger = held.json("trust", "ledger", "C1", "--matter", "M-101")
    assert [(one["matter"], one["balance"]) for one in ledger["ledgers"]] == [("M-101", "70.00")]
    assert [one["matter"] for one in ledger["postings"]] == ["M-101"]
    held.refused("link-client", "trust", "ledger", "C1", "--matter", "M-201")


def test_the_doctor_finds_nothing(held: Desk) -> None:
    held.json("payments", "record", "--client", "C1", "--source", "trust", "--amount", "100")
    found = held.json("doctor")
    assert found["ok"] is True
    assert len(found["checks"]) > 10
    assert held("doctor").out.count("ok") >= 10
