"""Bank statements as files tell them: both dialects of OFX, CSV by many names, and nothing guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ofxtools.Parser import OFXTree

from paylink_tui.domain.export_ofx import BookLine, ofx_head, ofx_lines, ofx_tail
from paylink_tui.domain.file_problems import ImportFailed
from paylink_tui.domain.money import plain
from paylink_tui.domain.parties import AccountKind, BankAccount
from paylink_tui.domain.statement import ToldStatement
from paylink_tui.domain.statement_csv import read_csv
from paylink_tui.domain.statement_days import DayOrder
from paylink_tui.domain.statement_ofx import is_ofx, read_ofx
from tests.services import bank
from tests.services.desk import START

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
AMOUNTS = st.integers(-(10**11), 10**11).filter(bool)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)

CELLS = st.text(st.characters(codec="utf-8", exclude_characters='\0"\r\n'), max_size=40)


def failed(text: str, kind: str = "csv") -> str:
    with pytest.raises(ImportFailed) as no:
        read_csv(text, "bank.csv", "USD") if kind == "csv" else read_ofx(text, "bank.ofx", "USD")
    return no.value.message


def told(statement: ToldStatement) -> list[tuple[date, int]]:
    return [(one.posted_on, one.amount) for one in statement.lines]


@given(st.lists(st.tuples(DAYS, AMOUNTS, WORDS), max_size=12))
def test_ofx_of_either_version_is_read_as_it_was_written(lines: list[tuple[date, int, str]]) -> None:
    account = BankAccount(1, "IOLTA", AccountKind.TRUST, "USD", None)
    book = [BookLine(at, day, amount, words, words) for at, (day, amount, words) in enumerate(lines)]
    ends = date(2000, 1, 1), date(2099, 12, 31)
    text = ofx_head(account, "Firm", START, *ends) + ofx_lines(book, "USD") + ofx_tail(500, "USD", ends[1])
    assert is_ofx(text)
    xml = read_ofx(text, "a", "USD")
    assert told(xml) == [(day, amount) for day, amount, _ in lines]
    assert (xml.closing_balance, xml.closing_on) == (500, ends[1])
    old = bank.ofx([(day.isoformat(), amount, "x") for day, amount, _ in lines], -5, "2026-11-30").decode()
    sgml = read_ofx(old, "a", "USD")
    assert told(sgml) == [(day, amount) for day, amount, _ in lines]
    assert sgml.closing_balance == -5


def test_another_program_reads_our_own_sgml_the_same_way() -> None:
    from io import BytesIO

    data = bank.ofx([("2026-11-20", -1234, "A"), ("2026-11-21", 500, "B")], -734, "2026-11-30")
    data = data.replace(
        b"<BANKTRANLIST>",
        b"<BANKACCTFROM><BANKID>1<ACCTID>2<ACCTTYPE>CHECKING</BANKACCTFROM>"
        b"<BANKTRANLIST><DTSTART>20261101<DTEND>20261130",
    )
    tree = OFXTree()
    root = tree.parse(BytesIO(data))
    theirs = [(str(one.findtext("DTPOSTED"))[:8], one.findtext("TRNAMT")) for one in root.iter("STMTTRN")]
    ours = read_ofx(data.decode(), "a", "USD")
    assert theirs == [(f"{one.posted_on:%Y%m%d}", plain(one.amount)) for one in ours.lines]


def test_ofx_text_is_text_and_entities_are_the_five_of_xml() -> None:
    line = (
        "<STMTTRN><DTPOSTED>20261120<TRNAMT>5,00<FITID>&lt;1&gt;<NAME>A &amp; B&#60;script&#62;<MEMO>\x1b[31m"
    )
    text = f"<OFX><STMTRS><CURDEF>USD{line}</STMTTRN></STMTRS></OFX>"
    (one,) = read_ofx(text, "a", "USD").lines
    assert (one.fitid, one.amount, one.description) == ("<1>", 500, "A & B&#60;script&#62; \x1b[31m")
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + text.replace("A &amp; B", "&b;")
    assert "&b;" in read_ofx(bomb, "a", "USD").lines[0].description


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("<DTPOSTED>20261120<TRNAMT>5.00", "column FITID: is missing"),
        ("<FITID>1<TRNAMT>5.00", "column DTPOSTED: is missing"),
        ("<FITID>1<DTPOSTED>20261320<TRNAMT>5.00", 'column DTPOSTED: "20261320" is not a day'),
        ("<FITID>1<DTPOSTED>20261120<TRNAMT>5.005", 'column TRNAMT: "5.005" is not an amount'),
        ("<FITID>1<DTPOSTED>20261120<TRNAMT>1e9", 'column TRNAMT: "1e9" is not an amount'),
        ("<FITID>1<DTPOSTED>20261120<TRNAMT>99999999999999.00", "is too large"),
    ],
)
def test_a_bad_line_of_ofx_is_told_by_its_line_and_tag(line: str, reason: str) -> None:
    text = f"<OFX>\n<STMTRS>\n<STMTTRN>{line}</STMTTRN>\n</STMTRS></OFX>"
    message = failed(text, "ofx")
    assert "line 3, " in message
    assert reason in message


def test_a_file_says_that_it_is_ofx() -> None:
    assert is_ofx("<?xml version='1.0'?><ofx></ofx>")
    assert is_ofx("OFXHEADER:100")
    assert not is_ofx("Date,Description,Amount")


def test_a_file_of_another_kind_currency_or_number_of_accounts_is_refused() -> None:
    assert "no bank statement" in failed("<OFX></OFX>", "ofx")
    assert "2 bank statements" in failed("<OFX><STMTRS></STMTRS><STMTRS></STMTRS></OFX>", "ofx")
    assert "not the account's currency" in failed("<OFX><STMTRS><CURDEF>CAD</STMTRS></OFX>", "ofx")
    twice = "".join(f"<STMTTRN><FITID>1<DTPOSTED>20261120<TRNAMT>{amount}</STMTTRN>" for amount in ("5", "6"))
    assert "is that of another line too" in failed(f"<OFX><STMTRS>{twice}</STMTRS></OFX>", "ofx")


@given(st.lists(st.tuples(DAYS, AMOUNTS, CELLS), min_size=1, max_size=12), st.booleans())
def test_csv_is_read_as_it_was_written_upwards_or_downwards(
    lines: list[tuple[date, int, str]], newest_first: bool
) -> None:
    ordered = sorted(lines, key=lambda one: one[0])
    text = bank.csv([(day.isoformat(), amount, words) for day, amount, words in ordered], 700).decode()
    if newest_first:
        head, *rows = text.rstrip("\r\n").split("\r\n")
        text = "\r\n".join([head, *reversed(rows)])
        ordered.reverse()
    read = read_csv(text, "a", "USD")
    assert told(read) == [(day, amount) for day, amount, _ in ordered]
    assert read.closing_balance == 700 + sum(amount for _, amount, _ in ordered)
    assert len({one.fitid for one in read.lines}) == len(ordered)
    assert [one.fitid for one in read_csv(text, "b", "USD").lines] == [one.fitid for one in read.lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Posting Date;Details;Debit;Credit\n20.11.2026;x;5.00;\n21.11.2026;y;;7.00\n", [-500, 700]),
        ("Date\tAmount\tMemo\nNov 20, 2026\t(5.00)\tx\n21 Nov 2026\t1,234.50-\ty\n", [-500, -123450]),
        ("DATE,AMOUNT,CHECK NUMBER\n11/20/26,$5.00,1001\n", [500]),
        ("Date,Amount\n2026-11-20,0.00\n2026-11-20,5\n", [500]),
        ("Date,Debit,Credit\n2026-11-20,-5,\n2026-11-20,0,0\n2026-11-20,,0.01\n", [-500, 1]),
    ],
)
def test_banks_name_and_write_things_their_own_way(text: str, expected: list[int]) -> None:
    assert [one.amount for one in read_csv(text, "a", "USD").lines] == expected


@pytest.mark.parametrize(
    "text",
    ["Date,Amount\n2026-11-20,(C$5.00)\n", "Date,Debit,Credit\n2026-11-20,C$5.00,\n"],
)
def test_amounts_may_carry_the_sign_of_the_accounts_currency(text: str) -> None:
    assert [one.amount for one in read_csv(text, "a", "CAD").lines] == [-500]
    with pytest.raises(ImportFailed, match="is not an amount"):
        read_csv(text, "a", "USD")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("Date,Description\n2026-11-20,x\n", "column amount: is missing"),
        ("Amount\n5\n", "column date: is missing"),
        ("Date,Amount,Date\n2026-11-20,5,2026-11-20\n", "both name the date"),
        ("Date,Amount\n2026-11-20,five\n", 'line 2, column amount: "five" is not an amount'),
        ("Date,Amount\n2026-11-20,\n", "line 2, column amount: is missing"),
        ("Date,Amount\n2026-02-30,5\n", 'line 2, column date: "2026-02-30" is not a day'),
        ("Date,Amount\n2026-11-20,5,6\n", "has 3 fields where the header has 2"),
        ('Date,Amount\n2026-11-20,"5\n', "look at its quotes"),
        ("Date,Debit,Credit\n2026-11-20,5,6\n", "one line moves one way"),
        ("Date,Amount,Balance\n2026-11-20,5,5\n2026-11-21,5,11\n2026-11-22,5,15\n", "does not follow"),
    ],
)
def test_a_bad_row_of_csv_is_told_by_its_line_and_column(text: str, reason: str) -> None:
    assert reason in failed(text)


@given(st.dates(date(2001, 1, 1), date(2060, 12, 31)))
def test_days_that_could_be_read_two_ways_are_never_guessed(day: date) -> None:
    american = f"Date,Amount\n{day:%m/%d/%Y},5\n"
    if day.day == day.month or day.day > 12:
        assert told(read_csv(american, "a", "USD")) == [(day, 500)]
    else:
        assert "--dates mdy" in failed(american)
    assert told(read_csv(american, "a", "USD", DayOrder.MONTH_FIRST)) == [(day, 500)]
    british = f"Date,Amount\n{day:%d/%m/%Y},5\n"
    assert told(read_csv(british, "a", "USD", DayOrder.DAY_FIRST)) == [(day, 500)]


def test_one_row_that_can_only_be_read_one_way_tells_for_the_whole_file() -> None:
    text = "Date,Amount\n03/04/2026,5\n25/04/2026,6\n"
    assert told(read_csv(text, "a", "USD")) == [(date(2026, 4, 3), 500), (date(2026, 4, 25), 600)]
    assert "is not a day" in failed("Date,Amount\n13/25/2026,5\n")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for read in (read_csv, read_ofx):
        try:
            found = read(text, "x", "USD").lines
        except ImportFailed as no:
            found, told_why = (), no.message.splitlines()[0]
            if not told_why.endswith(("problem.", "problems.")):
                raise
        assert all(one.amount for one in found)
