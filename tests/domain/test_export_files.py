"""Exported files, exact to the letter: transactions as CSV, a book as OFX, a ledger for two programs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from paylink_tui.domain.export_beancount import BeancountWriter
from paylink_tui.domain.export_book import BookAccount, BookWriter, Claim, Entry, Leg, segment
from paylink_tui.domain.export_csv import CsvTotals, csv_head, csv_rows, csv_tail, safe
from paylink_tui.domain.export_hledger import HledgerWriter
from paylink_tui.domain.export_ofx import BookLine, ofx_head, ofx_lines, ofx_tail
from paylink_tui.domain.facts import Status
from paylink_tui.domain.parties import AccountKind, BankAccount
from paylink_tui.domain.views import AppliedTo, LinkedPart, Transaction
from tests.domain.golden import same

AT = datetime(2026, 11, 20, 15, 30, 12, tzinfo=UTC)
DAY = date(2026, 11, 20)


def transaction(number: int, amount: int, **more: object) -> Transaction:
    told: dict[str, object] = {
        "account_id": 1,
        "account_name": "IOLTA 4411",
        "account_kind": AccountKind.TRUST,
        "currency": "USD",
        "status": Status.COMPLETED,
        "completed_at": datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC),
        "refunded": 0,
        "fee": 0,
        "linked": False,
        "parts": (),
        "allocations": (),
        "applied": 0,
        **more,
    }
    return Transaction(
        id=number, link_id=1, amount=amount, method="card", brand="Visa", last4="4242",
        payer_name="=Dana \u202eRuiz", payer_email="dana@ruiz.example", reference='He said "pay"; then\nleft',
        processor="sandbox", payment_ref="ch_1", paid_at=AT, due_at=None, failure="", conflict="",
        linked_by="", linked_at=None, intent_client_id=None, intent_client_name="", intent_matter_id=None,
        intent_matter_number="", intent_apply=None, version=1, **told,  # type: ignore[arg-type]
    )  # fmt: skip


LINKED = transaction(
    17,
    150_000,
    linked=True,
    refunded=2_000,
    fee=4_380,
    applied=100_000,
    parts=(
        LinkedPart(1, "C1", "Ruiz & Co", 5, "M-101", 100_000, True),
        LinkedPart(1, "C1", "Ruiz & Co", 6, "M-102", 30_000, False),
        LinkedPart(2, "C2", "Ng", None, "", 20_000, False),
    ),
    allocations=(AppliedTo(1, "INV-1", 60_000, None), AppliedTo(2, "INV-2", 40_000, 3)),
)
OTHERS = (
    transaction(18, 500),
    transaction(19, 7, status=Status.PENDING, completed_at=None),
    transaction(
        20, 900, account_name="Operating", account_kind=AccountKind.OPERATING, currency="CAD", fee=30
    ),
)


def test_transactions_are_a_csv_file_with_totals_and_what_was_asked_for() -> None:
    totals = CsvTotals()
    body = csv_rows([LINKED], totals) + csv_rows(OTHERS, totals)
    same("transactions csv", csv_head() + body + csv_tail(totals, "status:completed"))
    assert totals.count == 4
    assert csv_tail(CsvTotals(), "") == '"filter",' + '"",' * 20 + '"0","everything"\r\n'


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_cell_starts_as_a_formula(sign: str) -> None:
    assert safe(f" {sign}1") == f"'{sign}1"
    assert safe(f"1{sign}") == f"1{sign}"


def test_a_cell_is_cut_at_two_thousand_characters() -> None:
    assert safe("a" * 2000) == "a" * 2000
    assert safe("a" * 2001) == "a" * 1999 + "\u2026"


def test_the_book_of_a_bank_account_is_an_ofx_file() -> None:
    account = BankAccount(7, "IOLTA 4411", AccountKind.TRUST, "CAD", None)
    lines = (
        BookLine(1, DAY, 123_456, "Ruiz & Co <Dana>", "T17"),
        BookLine(2, date(2026, 1, 2), -5, "", "n" * 300),
        BookLine(3, DAY, 100, "m" * 33, "m" * 255),
    )
    head = ofx_head(account, "Hartwell & Ng " * 4, AT, date(2026, 1, 1), date(2026, 12, 31))
    same("book ofx", head + ofx_lines(lines, "CAD") + ofx_tail(-1_234, "CAD", date(2026, 11, 30)))


ENTRIES = (
    Entry(
        1, "payment", DAY, "T17", 'Dana; "D" | Ruiz', "mia", "", None,
        (Leg("settle", "Assets:Bank:IOLTA", "Assets:Processor:IOLTA", 150_000, "USD"),),
    ),
    Entry(
        2, "link", DAY, "", "", "ben: a, b", "wrong \\ client", 1,
        (
            Leg("apply, now", "Liabilities:Trust:IOLTA:C1:M-1", "Income:Earned", 5, "USD", "INV: 1, 2"),
            Leg("clear", "Liabilities:Uncleared", "Liabilities:Unidentified", 100, "CAD"),
        ),
    ),
    Entry(3, "note", date(2026, 1, 5), "R3", "", "", "", None),
)  # fmt: skip
CLAIMS = (
    Claim("Assets:Bank:IOLTA", 150_000, "USD"),
    Claim("Liabilities:Trust:IOLTA", -5, "CAD", whole=True),
)


@pytest.mark.parametrize(("name", "writer"), [("hledger", HledgerWriter()), ("beancount", BeancountWriter())])
def test_a_ledger_is_written_as_each_program_reads_it(name: str, writer: BookWriter) -> None:
    roots = ("Assets:Bank", "Liabilities:Trust", "Income:Earned", "Expenses:Losses", "Equity:Opening")
    pieces = (
        writer.head('Hartwell & Ng; "the firm" | books', ["CAD", "USD"]),
        *(writer.account(one, DAY) for one in roots),
        *map(writer.entry, ENTRIES),
        writer.claims(date(2026, 11, 30), "end of  the month; all", CLAIMS),
    )
    same(f"ledger {name}", "".join(pieces))
    assert writer.claims(DAY, "nothing", ()) == ""


@pytest.mark.parametrize("writer", [HledgerWriter(), BeancountWriter()])
def test_a_text_is_cut_at_five_hundred_characters(writer: BookWriter) -> None:
    for text, kept in (("a" * 500, "a" * 500), ("a" * 501, "a" * 499 + "\u2026")):
        assert kept in writer.head(text, ())
        assert kept in writer.claims(DAY, text, CLAIMS)
        assert kept in writer.entry(Entry(1, text, DAY, "", "", "", "", None))


def test_a_tag_of_hledger_is_cut_at_two_hundred_characters() -> None:
    for text, kept in (("a" * 200, "a" * 200), ("a" * 201, "a" * 199 + "\u2026")):
        assert f"actor: {kept}\n" in HledgerWriter().entry(Entry(1, "note", DAY, "", "", text, "", None))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("M-101", "M-101"),
        ("m-101", "M-101-x9"),
        ("", "X-x9"),
        ("--", "X-x9"),
        ("ClientLevel", "ClientLevel-x9"),
        ("C1-x2", "C1-x2-x9"),
        ("A" * 39, "A" * 39),
        ("A" * 40, "A" * 32 + "-x9"),
        ("a" * 31 + " b", "A" + "a" * 30 + "-x9"),
        ("Smith & Co.", "Smith-Co-x9"),
        (" Ng", "Ng-x9"),
        ("X & X", "X-X-x9"),
        ("b" * 31 + " X", "B" + "b" * 30 + "-x9"),
        ("c" * 33, "C" + "c" * 31 + "-x9"),
        ("e\u00e9 f", "E-f-x9"),
    ],
)
def test_a_part_of_a_name_is_kept_when_it_can_be_and_numbered_when_not(text: str, part: str) -> None:
    assert segment(text, 9) == part


def test_an_account_without_a_bank_or_an_owner_is_its_root_alone() -> None:
    assert BookAccount(1, "losses").name == "Expenses:Losses"
    assert BookAccount(1, "losses").parents == ()
    assert BookAccount(1, "earned", 0, "", 7, "C1").name == "Income:Earned:C1:ClientLevel"


@pytest.mark.parametrize(
    ("entry", "title"),
    [
        (ENTRIES[0], 'payment T17 - Dana; "D" | Ruiz'),
        (ENTRIES[1], "link (reverses J1) - wrong \\ client"),
        (ENTRIES[2], "note R3"),
    ],
)
def test_an_entry_is_told_in_one_line(entry: Entry, title: str) -> None:
    assert entry.title == title
