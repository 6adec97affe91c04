from __future__ import annotations

import csv
import io
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.accountants import READERS
from tests.commands import Desk, program

HOSTILE = (
    '=cmd|"/c calc"!A1',
    "+1 (555) 0100",
    "@SUM(A1)",
    'Quote " back \\ slash',
    "semi; colon  two spaces",
    "bar | pipe ; tag: value, other: x",
    "new\nline\r\nAssets:Bank  -1.00 USD",
    "\u202egnirts\u2066 \u200b",
    "Zoë 中村 \U0001f600",
    "2026-01-01 * not a date",
    "* (x) [y]",
)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def hostile(desk: Desk) -> Desk:
    """Payments of payers whose names mean harm, linked to a client."""
    for number, name in enumerate(HOSTILE):
        link = f"L{number % 2 + 1}"
        paid = desk.paid(link, "10.01", "--name", name, "--reference", name)
        desk.json("transactions", "link", paid, "--client", "C2")
    return desk


@pytest.mark.parametrize("form", READERS)
def test_programs_read_hostile_names(hostile: Desk, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"book.{form}"
    hostile("transactions", "unlink", "T1", "--reason", 'wrong; "client"\\')
    assert hostile("export", form, "-o", str(file)).code == 0
    told = READERS[form](file)
    bank = {
        name.split(":")[2]: amount for (name, _), amount in told.items() if name.startswith("Assets:Bank")
    }
    assert bank == {"IOLTA-4411-x1": 5 * 1001, "Operating": 6 * 1001}
    assert told["Liabilities:Unidentified:Operating", "USD"] == -1001


@pytest.mark.parametrize("form", READERS)
def test_programs_read_an_empty_book(desk: Desk, empty: Desk, tmp_path: Path, form: str) -> None:
    for number, one in enumerate((desk, empty)):
        file = tmp_path / f"book{number}.{form}"
        assert one("export", form, "-o", str(file)).code == 0
        assert READERS[form](file) == {}


@pytest.mark.parametrize("form", READERS)
def test_a_book_may_start_in_the_middle(hostile: Desk, tmp_path: Path, form: str) -> None:
    file, whole = tmp_path / f"book.{form}", tmp_path / f"whole.{form}"
    hostile("export", form, "-o", str(whole))
    assert hostile("export", form, "--since", "2099-01-01", "-o", str(file)).code == 0
    opened = READERS[form](file)
    assert sum(opened.values()) == 0
    assert {key: amount for key, amount in opened.items() if key[0] != "Equity:Opening"} == READERS[form](
        whole
    )


def test_a_false_balance_is_found_by_both(hostile: Desk, tmp_path: Path) -> None:
    for form, read in READERS.items():
        file = tmp_path / f"book.{form}"
        hostile("export", form, "-o", str(file))
        text = file.read_text("utf-8")
        (first,) = [line for line in text.splitlines() if line.strip().startswith("Liabilities:Trust")][:1]
        file.write_text(text.replace(first, first.replace("10.01", "10.02"), 1), "utf-8")
        with pytest.raises(AssertionError):
            read(file)


def test_no_cell_is_a_formula(hostile: Desk) -> None:
    rows = rows_of(hostile("export", "csv").out)
    assert len(rows) == len(HOSTILE) + 3
    for row in rows:
        assert None not in row
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (name, cell)
            assert "\n" not in cell
            assert "\u202e" not in cell
    names = {row["payer_name"] for row in rows}
    assert '\'=cmd|"/c calc"!A1' in names
    assert "Zoë 中村 \U0001f600" in names


def test_csv_tells_its_filter_and_totals(hostile: Desk) -> None:
    asked = ("export", "csv", "--query", "account:trust status:completed")
    rows = rows_of(hostile(*asked).out)
    kinds = [row["record"] for row in rows]
    assert kinds == ["transaction"] * 5 + ["total", "filter"]
    total, told = rows[-2:]
    assert (total["account"], total["currency"], total["amount"], total["count"]) == (
        *("IOLTA 4411", "USD"),
        *("50.05", "5"),
    )
    assert (told["note"], told["count"]) == ("account:trust status:completed", "5")
    assert sum(round(float(row["amount"]) * 100) for row in rows[:-2]) == 5005
    only = rows_of(hostile("export", "csv", "--account", "Operating").out)
    assert {row["account"] for row in only if row["record"] == "transaction"} == {"Operating"}
    none = rows_of(hostile("export", "csv", "--since", "2099-01-01").out)
    assert [(row["record"], row["note"]) for row in none] == [("filter", "paid:2099-01-01..")]


def test_csv_is_what_the_standard_says(firm_file: Path) -> None:
    """As a program of its own, so that the bytes are those a pipe gets."""
    done = program("--db", str(firm_file), "export", "csv")
    assert (done.code, done.err) == (0, "")
    assert rows_of(done.out)[-1]["note"] == "everything"


def test_ofx_is_the_book_of_the_account(hostile: Desk, tmp_path: Path) -> None:
    first, again = (hostile("export", "ofx", "--account", "IOLTA 4411").out for _ in range(2))
    body = first.partition("?>\r\n<OFX>")
    found = ElementTree.fromstring("<OFX>" + body[2])
    amounts = [one.text for one in found.iter("TRNAMT")]
    assert amounts == ["10.01"] * 5
    assert [one.text for one in found.iter("BALAMT")] == ["50.05"]
    numbers = [one.text for one in found.iter("FITID")]
    assert len(set(numbers)) == 5
    assert [line for line in again.splitlines() if "FITID" in line] == [
        line for line in first.splitlines() if "FITID" in line
    ]
    file = tmp_path / "book.ofx"
    file.write_bytes(first.encode())
    _another_program_reads(file)


def _another_program_reads(file: Path) -> None:
    from ofxtools.Parser import OFXTree

    tree = OFXTree()
    tree.parse(str(file))
    (statement,) = tree.convert().statements
    assert str(statement.ledgerbal.balamt) == "50.05"
    assert len(statement.transactions) == 5


def test_a_file_is_private_and_replaces_nothing_unasked(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    desk.json("export", "csv", "-o", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_text("mine")
    assert "exists already" in desk.fails(1, "export", "csv", "-o", str(file))
    assert file.read_text() == "mine"
    desk.json("export", "csv", "-o", str(file), "--force")
    assert file.read_text("utf-8").startswith('"record"')
    assert "cannot be written" in desk.fails(1, "export", "csv", "-o", str(tmp_path / "no" / "where.csv"))
    assert [one.name for one in tmp_path.iterdir() if ".part" in one.name] == []


def test_nothing_is_left_of_an_export_that_fails(desk: Desk, tmp_path: Path) -> None:
    desk.fails(2, "export", "csv", "--query", "status:nonsense", "-o", str(tmp_path / "out.csv"))
    assert not [one for one in tmp_path.iterdir() if "out.csv" in one.name]


def test_what_does_not_fit_together_is_said(desk: Desk) -> None:
    assert "--account" in desk("export", "ofx").err
    for words in (
        ("export", "ofx"),
        ("export", "hledger", "--query", "x"),
        ("export", "beancount", "--account", "Operating"),
        ("export", "csv", "--since", "2026-02-01", "--until", "2026-01-01"),
        ("export", "csv", "--since", "yesterday"),
        ("export", "csv"),
    ):
        desk.fails(2, *words)
    desk.fails(4, "export", "ofx", "--account", "Nowhere", "-o", "x.ofx")
