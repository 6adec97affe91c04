from __future__ import annotations

from pathlib import Path

from tests.commands import INVOICES, Desk

BAD = """number,client_id,matter_number,issued,due,total,balance
3001,C1,,2026-09-01,2026-31-10,500.00,500.00
3002,C9,,2026-09-01,2026-10-10,500.00,500.00
3003,C1,,2026-09-01,2026-10-10,many,500.00
3004,C1,,2026-09-01,2026-10-10,10.00,10.00
"""


def test_importing_again_changes_nothing_and_a_changed_row_updates(both: Desk, tmp_path: Path) -> None:
    file = tmp_path / "again.csv"
    file.write_text(INVOICES)
    counted = {"kind": "invoices", "dry_run": False, "rows": 4, "created": 0, "updated": 0, "unchanged": 4}
    assert both.json("import", "invoices", str(file)) == counted
    file.write_text(
        INVOICES.replace("2001,C2,M-201,2026-10-01,2026-11-01", "2001,C2,M-201,2026-10-01,2026-12-01")
    )
    changed = counted | {"updated": 1, "unchanged": 3}
    assert both.json("import", "invoices", str(file), "--dry-run") == changed | {"dry_run": True}
    assert both.json("invoices", "show", "2001")["due"] == "2026-11-01"
    assert both.json("import", "invoices", str(file)) == changed
    assert both.json("invoices", "show", "2001")["due"] == "2026-12-01"


def test_a_bad_file_names_line_column_value_and_reason_and_imports_nothing(
    both: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(BAD)
    answer = both("import", "invoices", str(file), "--json")
    assert answer.code == 1
    error = answer.error
    assert error["rule"] is None
    assert error["file"] == str(file)
    told = {(one["line"], one["column"], one["value"]) for one in error["problems"]}
    assert {(2, "due", "2026-31-10"), (3, "client_id", "C9"), (4, "total", "many")} <= told
    assert all(one["reason"] for one in error["problems"])
    assert f'{file}:2: column "due": value "2026-31-10": ' in answer.err
    both.fails(4, "invoices", "show", "3004")


def test_ten_problems_are_told_and_the_rest_counted(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    rows = "".join(f"{number},C1,,2026-09-01,never,1.00,1.00\n" for number in range(5000, 5025))
    file.write_text(BAD.splitlines()[0] + "\n" + rows)
    answer = desk("import", "invoices", str(file), "--json")
    assert (answer.code, len(answer.error["problems"]), answer.error["more"]) == (1, 10, 15)
    assert "and 15 more" in answer.err


def test_a_missing_file_and_another_kind(desk: Desk, tmp_path: Path) -> None:
    assert "none.csv" in desk.fails(1, "import", "clients", str(tmp_path / "none.csv"))
    desk.fails(2, "import", "payments", str(tmp_path / "none.csv"))


def test_people_read_one_line(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "again.csv"
    file.write_text(INVOICES)
    answer = desk("import", "invoices", str(file))
    assert answer.out == "4 invoices imported: 0 new, 0 changed, 4 as they were.\n"
    assert answer.err == ""


def test_the_directory_is_listed_and_shown(both: Desk) -> None:
    both.json("transactions", "link", both.paid("L2", "90"), "--client", "C1", "--matter", "M-101")
    assert [one["id"] for one in both.json("clients", "list")] == ["C1", "C2", "C3"]
    assert [one["id"] for one in both.json("clients", "list", "--search", "lee")] == ["C2", "C3"]
    shown = both.json("clients", "show", "acme")
    assert (shown["id"], shown["open_balance"], shown["trust"]) == ("C1", "1450.00", "90.00")
    assert shown["ledgers"][0]["matter"] == "M-101"
    assert [one["number"] for one in both.json("matters", "list", "--client", "C1")] == ["M-101", "M-102"]
    matter = both.json("matters", "show", "M-101")
    assert (matter["client"], [one["number"] for one in matter["invoices"]]) == ("C1", ["1001"])
    assert both.json("invoices", "show", "1003") | {
        "number": "1003",
        "client": "C1",
        "matter": None,
        "issued": "2026-09-20",
        "due": "2026-09-30",
        "total": "300.00",
        "balance": "250.00",
        "state": "overdue",
    } == both.json("invoices", "show", "1003")
    for words in (("clients", "list"), ("clients", "show", "C1"), ("matters", "list"),
                  ("matters", "show", "M-101"), ("invoices", "list"), ("invoices", "show", "1001"),
                  ("trust", "ledger", "C1")):  # fmt: skip
        told = both(*words)
        assert (told.code, told.err) == (0, "")
        assert "Acme Holdings" in told.out
