"""A month of a trust account from the command line: entered, matched with the bank, reconciled, closed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.commands import Desk

LAST = date.today().replace(day=1) - timedelta(days=1)
"""The last day of the month before this one."""
MONTH = f"{LAST:%Y-%m}"
ACCOUNT = "IOLTA 4411"


def day(number: int) -> str:
    return f"{MONTH}-{number:02d}"


def receive(desk: Desk, amount: str, *more: str) -> str:
    paid = ("--method", "cheque", "--date", day(3), "--number", "77", "--from", "Acme's bank")
    made = desk.json("trust", "receive", ACCOUNT, "--client", "C1", "--amount", amount, *paid, *more)
    assert made["state"] == "posted"
    return str(made["id"])


def disburse(desk: Desk, amount: str, *more: str) -> tuple[str, ...]:
    paid = ("--method", "cheque", "--number", "1001", "--payee", "County court", "--purpose", "Filing fee")
    owner = ("trust", "disburse", ACCOUNT, "--client", "C1", "--amount", amount)
    return (*owner, *paid, "--date", day(5), *more)


def test_a_month_from_the_first_receipt_to_its_close(both: Desk, tmp_path: Path) -> None:
    assert receive(both, "1500") == "E1"
    planned = both.json(*disburse(both, "400"), "--dry-run")
    assert (planned["id"], planned["held_before"], planned["held_after"]) == (None, "1500.00", "1100.00")
    both.refused("trust-never-negative", *disburse(both, "1500.01"))
    assert both.json(*disburse(both, "400"))["id"] == "E2"
    moved = both.json(
        "trust",
        "move",
        ACCOUNT,
        "--client",
        "C1",
        "--amount",
        "100",
        "--to-matter",
        "M-101",
        "--date",
        day(6),
    )
    assert (moved["id"], moved["to_matter"]) == ("E3", "M-101")
    postings = both.json("trust", "ledger", "C1")["postings"]
    assert [one["what"] for one in postings] == [
        "E3 moved between ledgers",
        "E3 moved between ledgers",
        "E2 paid out",
        "E1 received",
    ]
    listing = both.json("trust", "listing", ACCOUNT)
    assert ([one["balance"] for one in listing["ledgers"]], listing["total"]) == (
        ["1000.00", "100.00"],
        "1100.00",
    )
    file = tmp_path / "bank.csv"
    file.write_text(
        f"Date,Description,Withdrawals,Deposits,Balance\n{day(4)},DEPOSIT,,1500.00,1500.00\n"
        f"{day(9)},CHECK 1001,400.00,,1100.00\n{LAST},SERVICE CHARGE,12.00,,1088.00\n"
    )
    both.refused("trust-three-way", "trust", "reconcile", ACCOUNT, "--month", MONTH, "--save")
    report = both.json("trust", "import", ACCOUNT, str(file))
    assert (report["new"], report["closing_balance"]) == (3, "1088.00")
    assert both.json("trust", "import", ACCOUNT, str(file))["repeated"]
    solved = both.json("trust", "match", ACCOUNT, "--accept")
    assert solved["accepted"] == 2
    (left,) = both.json("trust", "lines", ACCOUNT, "--unmatched")["lines"]
    assert (left["amount"], left["offer"]) == ("-12.00", "shortage")
    shown = both.json("trust", "reconcile", ACCOUNT, "--month", MONTH)
    assert (shown["difference"], shown["in_balance"], shown["saved"]) == ("-12.00", False, False)
    both.json("trust", "shortage", ACCOUNT, "--amount", "12", "--date", str(LAST), "--purpose", "bank charge")
    assert both.json("trust", "match", str(left["line"]), "E4")["postings"]
    restored = both.json("trust", "restore", ACCOUNT, "--date", str(LAST))
    assert (restored["amount"], restored["held_after"]) == ("12.00", "0.00")
    kept = both.json("trust", "reconcile", ACCOUNT, "--month", MONTH, "--save")
    assert (kept["saved"], kept["adjusted_bank"], kept["book"], kept["outstanding_in"]) == (
        True,
        "1100.00",
        "1100.00",
        "12.00",
    )
    assert both.json("trust", "close", MONTH)["month"] == MONTH
    assert [(one["month"], one["closed"]) for one in both.json("trust", "months")["months"]][1] == (
        MONTH,
        True,
    )
    both.refused("trust-three-way", *disburse(both, "1"))
    both.refused("trust-three-way", "trust", "unmatch", str(left["line"]))
    both.refused("trust-three-way", "trust", "undo", "E1", "--reason", "bounced")
    assert both.json("doctor")["ok"]


def test_entries_are_listed_and_undone(both: Desk) -> None:
    receive(both, "1500", "--matter", "M-101")
    undone = both.json("trust", "undo", "e1", "--reason", "typed twice")
    assert (undone["undone"], undone["reason"]) == (True, "typed twice")
    both.refused("link-undo", "trust", "undo", "E1", "--reason", "again", code=5)
    assert [one["id"] for one in both.json("trust", "entries", "--account", ACCOUNT)["entries"]] == ["E1"]
    assert both.json("trust", "entries", "--state", "requested")["entries"] == []
    assert "no trust entry" in both.fails(4, "trust", "undo", "E99", "--reason", "x")


def test_large_disbursements_wait_for_another_person(both: Desk) -> None:
    receive(both, "5000")
    both.json("roles", "set", "ann", "--role", "approver")
    asked = both.json(*disburse(both, "1000.01"))
    assert (asked["state"], asked["second_person_needed"]) == ("requested", True)
    both.refused("role-approver", "trust", "approve", asked["id"])
    withdrawn = both.json("trust", "withdraw", asked["id"], "--reason", "paid by card")
    assert (withdrawn["state"], withdrawn["reason"]) == ("withdrawn", "paid by card")


def test_the_three_numbers_now_and_with_a_typed_balance(both: Desk) -> None:
    receive(both, "100")
    now = both.json("trust", "reconcile", ACCOUNT)
    assert (now["bank_balance"], now["book"], now["ledgers"], now["in_balance"]) == (
        None,
        "100.00",
        "100.00",
        True,
    )
    wrong = both.json("trust", "reconcile", ACCOUNT, "--bank-balance", "99.99")
    assert (wrong["difference"], wrong["in_balance"]) == ("-0.01", False)
    both.refused("trust-three-way", "trust", "reconcile", "Operating")
    (line,) = both.json("trust", "ledger", "C1")["positions"]
    assert (line["ledger"], line["available"], line["at_risk"], line["held"]) == (
        "100.00",
        "100.00",
        "0.00",
        "0.00",
    )
    assert both.json("trust", "profile")["reconcile_by"] == 25


def test_a_file_that_is_no_statement_is_told_and_the_days_are_never_guessed(
    both: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "bank.csv"
    file.write_text("Date,Amount\n03/04/2026,5.00\n")
    assert "--dates mdy" in both.fails(1, "trust", "import", ACCOUNT, str(file))
    dry = both.json("trust", "import", ACCOUNT, str(file), "--dates", "dmy", "--dry-run")
    assert (dry["first"], dry["dry_run"]) == ("2026-04-03", True)
    assert both.json("trust", "lines", ACCOUNT)["lines"] == []
    both.fails(1, "trust", "import", ACCOUNT, str(tmp_path / "none.csv"))
    both.fails(2, "trust", "match", ACCOUNT, "E1")
    both.fails(2, "trust", "close", "november")


def test_people_read_tables(both: Desk) -> None:
    receive(both, "100")
    for words, expected in (
        (("trust", "entries"), "Acme Holdings"),
        (("trust", "reconcile", ACCOUNT), "in balance"),
        (("trust", "reconcile", ACCOUNT, "--month", MONTH), "shown only"),
        (("trust", "months"), MONTH),
        (("trust", "outstanding", ACCOUNT), "deposit by hand"),
        (("trust", "match", ACCOUNT), "Nothing to match"),
        (("trust", "listing", ACCOUNT), "$100.00"),
        (("trust", "ledger", "C1"), "(client level)"),
        (("trust", "profile"), "Reconcile by"),
    ):
        answer = both(*words)
        assert answer.code == 0, answer.err
        assert expected in answer.out
