"""The monthly pack as values and as CSV: every section of a month full of things, and of an empty one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from paylink_tui.domain.bank_words import item_word
from paylink_tui.domain.ledger import TransferKind
from paylink_tui.domain.pack import age, reconciliation, sections
from paylink_tui.domain.pack_rows import (
    BankLine,
    CardLine,
    ClientLedger,
    Finding,
    Movement,
    PackData,
    SignOff,
    Transfer,
)
from paylink_tui.domain.pack_table import AMOUNT, DAY, Cell, Column, Section, Table, as_csv, paper
from paylink_tui.domain.trust import BankItem, Outstanding, StatementLine, ThreeWay
from tests.domain.golden import same


def on(day: int) -> date:
    return date(2026, 11, day)


def movement(number: int, kind: str, amount: int, **more: object) -> Movement:
    told: dict[str, object] = {
        "subject": f"E{number}",
        "party": "Dana Ruiz",
        "owner": "C1 Ruiz, M-101",
        "method": "wire",
        "reference": f"ref {number}",
        "purpose": "filing fee",
        "authorised_by": "mia",
        "reverses": None,
        **more,
    }
    return Movement(number, number, kind, on(number), amount, **told)  # type: ignore[arg-type]


def ledger(code: str, matter: str, kind: str, opening: int, closing: int, *lines: CardLine) -> ClientLedger:
    last = lines[-1].day if lines else None
    return ClientLedger(code, f"Client {code}", matter, kind, opening, closing, last, lines)


def waits(number: int, amount: int, days: int, kind: str, *, at_bank: bool = False) -> Outstanding:
    item = BankItem(number, on(1), amount, kind, f"E{number}", f"Payee {number}")
    return Outstanding(item, amount, days, at_bank)


MOVEMENTS = (
    movement(1, "settle", 150_000, subject="T1", method="card Visa", authorised_by=""),
    movement(2, "trust receipt", 20_000, method="cheque 77"),
    movement(3, "restore", 300, method="transfer", purpose=""),
    movement(4, "disburse", -12_345, method="wire out"),
    movement(5, "disburse", -2_000, method="cheque 1001"),
    movement(6, "trust receipt", -20_000, method="cheque 77", reverses=2),
    movement(7, "return", -5_000, method="echeck", reference=""),
    movement(8, "disburse", 2_000, method="card back", reverses=5),
    movement(9, "trust to operating", -1_000, method="transfer"),
)
LEDGERS = (
    ledger(
        "C1", "M-101", "trust", 10_000, 147_655,
        CardLine(on(2), "deposit", "T1", 150_000, ""),
        CardLine(on(4), "payment", "E4", -12_345, "INV-9"),
    ),
    ledger("C1", "", "held", 700, 700),
    ledger("C2", "", "trust", 0, 1, CardLine(on(9), "deposit", "T9", 1, "")),
    ledger("C3", "M-9", "trust", 0, 0),
    ledger("C4", "", "trust", 500, 0, CardLine(on(5), "payment", "E5", -500, "")),
)  # fmt: skip
UNEXPLAINED = (
    StatementLine(1, 1, on(28), -1_250, "SERVICE FEE", ""),
    StatementLine(2, 1, on(29), 5_000, "DEPOSIT", "77"),
)
THREE = ThreeWay(
    1, "IOLTA 4411", "USD", on(30),
    bank_balance=160_000, bank_on=on(29), outstanding_in=4_000, outstanding_out=2_500,
    book=161_000, trust=150_000, held=700, refunding=900, unidentified=9_000, shortage=125,
    unexplained=UNEXPLAINED,
)  # fmt: skip
FULL = PackData(
    firm="Hartwell & Ng LLP",
    country="US",
    account="IOLTA 4411",
    currency="USD",
    month="2026-11",
    first=on(1),
    last=on(30),
    made_at=datetime(2026, 12, 1, 9, tzinfo=UTC),
    made_by="mia",
    opening=28_000,
    movements=MOVEMENTS,
    ledgers=LEDGERS,
    reconciled=THREE,
    outstanding=(
        waits(1, 4_000, 30, "settle"),
        waits(2, -2_000, 31, "disburse"),
        waits(3, -500, 91, "trust to operating", at_bank=True),
    ),
    bank_lines=(
        BankLine(on(2), 150_000, "PAYLINK BATCH", "", ("T1", "T2")),
        BankLine(on(5), -2_000, "CHECK", "1001", ("E5",)),
        BankLine(on(28), -1_250, "=SERVICE FEE", "", ()),
    ),
    moves=(
        Transfer(on(6), "C1 Ruiz", "M-101", "M-102", 1_200, "E20", "mia", False),
        Transfer(on(7), "C1 Ruiz", "M-101", "M-102", 1_200, "E20", "ben", True),
    ),
    fees=(
        Transfer(on(8), "C1 Ruiz", "M-101", "INV-9", 2_500, "R3", "mia", False),
        Transfer(on(9), "C1 Ruiz", "client level", "INV-9", 1_000, "R4", "ben", True),
    ),
    findings=(
        Finding("stale cheque", "E5", "County court", on(5), 2_000, "older than 90 days"),
        Finding("bank fee", "", "", None, -1_250, "not explained"),
    ),
    sign_off=SignOff(False, "mia", None, "", None, "", "abc"),
)
QUIET = replace(
    FULL,
    opening=0,
    movements=(),
    ledgers=(),
    reconciled=replace(
        THREE,
        bank_balance=None, bank_on=None, outstanding_in=0, outstanding_out=0, book=0,
        trust=0, held=0, refunding=0, unidentified=0, shortage=0, unexplained=(),
    ),
    outstanding=(),
    bank_lines=(),
    moves=(),
    fees=(),
    findings=(),
)  # fmt: skip
AGREED = replace(
    FULL,
    outstanding=(),
    reconciled=replace(QUIET.reconciled, bank_balance=900, bank_on=on(30), book=900, trust=900),
)


def drawn(section: Section) -> str:
    """A section with everything in it, a row to a line."""
    head = f"# {section.name!r}: {section.title!r}, note {section.note!r}\n"
    return head + "".join(map(_table, section.tables))


def _table(one: Table) -> str:
    columns = " | ".join(f"{column.heading} {column.kind} {column.width}" for column in one.columns)
    told = f"## {one.title!r}, note {one.note!r}, empty {one.empty!r}"
    rows = [" | ".join(map(_cell, row)) for row in one.rows]
    totals = ["= " + " | ".join(map(_cell, row)) for row in one.totals]
    return "\n".join([told, columns, *rows, *totals]) + "\n"


def _cell(cell: Cell) -> str:
    return cell.isoformat() if isinstance(cell, date) else repr(cell)


@pytest.mark.parametrize(("name", "pack"), [("full", FULL), ("quiet", QUIET)])
def test_every_section_has_these_tables_with_these_rows_and_totals(name: str, pack: PackData) -> None:
    same(f"pack {name}", "\n".join(map(drawn, sections(pack))))


def test_a_month_in_which_all_agrees_says_so_and_that_nothing_is_outstanding() -> None:
    same("pack agreed", drawn(reconciliation(AGREED)))


def test_a_section_is_one_csv_file_of_all_its_tables_and_totals() -> None:
    same("pack csv", "".join(f"## {one.name}\n{as_csv(one, 'USD')}" for one in sections(FULL)))


def test_bank_and_book_are_one_only_when_the_bank_has_spoken_and_nothing_is_short() -> None:
    assert AGREED.agrees
    assert not QUIET.agrees
    assert not FULL.agrees
    for name in ("bank_balance", "book", "trust", "shortage"):
        wrong = replace(AGREED.reconciled, **{name: getattr(AGREED.reconciled, name) + 1})
        assert not replace(AGREED, reconciled=wrong).agrees


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, "up to 30 days"),
        (30, "up to 30 days"),
        (31, "31 to 60 days"),
        (60, "31 to 60 days"),
        (61, "61 to 90 days"),
        (90, "61 to 90 days"),
        (91, "over 90 days"),
    ],
)
def test_an_outstanding_item_has_the_age_of_its_last_day(days: int, told: str) -> None:
    assert age(days) == told


@pytest.mark.parametrize(
    ("cell", "column", "printed"),
    [
        (None, AMOUNT, ""),
        (0, AMOUNT, "0.00"),
        (5, AMOUNT, "0.05"),
        (-1, AMOUNT, "(0.01)"),
        (123_456_789, AMOUNT, "1,234,567.89"),
        (-123_456, AMOUNT, "(1,234.56)"),
        (1234, Column("Days", "count"), "1234"),
        ("text", AMOUNT, "text"),
        (on(3), DAY, "2026-11-03"),
    ],
)
def test_a_cell_is_printed_by_what_its_column_is(cell: Cell, column: Column, printed: str) -> None:
    assert paper(cell, column) == printed


def test_every_kind_of_posting_has_its_word_at_the_bank() -> None:
    said = {
        "settle": "deposit",
        "trust receipt": "deposit by hand",
        "disburse": "payment",
        "trust to operating": "transfer",
        "chargeback": "transfer",
        "restore": "transfer",
        "return": "returned payment",
    }
    for kind in TransferKind:
        assert item_word(kind.value) == said.pop(kind.value, kind.value)
    assert not said
