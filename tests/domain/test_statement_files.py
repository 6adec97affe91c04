"""What is read of bank statements, or told against them: each file beside its answer, exact to the letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from paylink_tui.domain import statement_csv, statement_ofx
from paylink_tui.domain.file_problems import ImportFailed
from paylink_tui.domain.money import MAX_MINOR, plain
from paylink_tui.domain.statement import MAX_LINES, ToldStatement
from paylink_tui.domain.statement_csv import NAMES, read_csv
from paylink_tui.domain.statement_days import DayOrder
from paylink_tui.domain.statement_ofx import is_ofx, read_ofx
from tests.domain.golden import same

SIGNED = ("5", "+5", "-5", "5-", "(5)", "\u22125", "( 5.00 )", "-(5)", " 5 ", "1,500.25", "0", "(5", "5)")
MONTHS = ("January", "FEBRUARY", "mar.", "april", "May", "Jun", "july", "Aug.", "Sept", "oct", "Nov", "Dec")
NO_AMOUNTS = ("", "x", "1.234", "1.2300", "--5", "1e5", "1 000", "1,000.00", "1.2340001")
NO_DAYS = ("2026110", "20261301", "2026-11-01", "\u0662\u0660261101", "20260230", "20260228")

CSV = {
    "empty": "",
    "blank lines": " \n\t\n",
    "names alone": "Date,Amount\n",
    "no date, no amount": "When,What\n",
    "debit without credit": "Date,Debit\n2026-11-01,5\n",
    "two names for the date": "Date,Posted,Amount\n2026-11-01,2026-11-02,5\n",
    "two names for the amount": "Date,Amount,Value\n2026-11-01,1,2\n",
    "two names for the balance": "Date,Amount,Balance,Running  Balance\n2026-11-01,1,2,3\n",
    "two names for debit and for credit": "Date,Debit,Withdrawal,Credit,Deposit\n2026-11-01,1,,,\n",
    "two names for words: the first holds": (
        "date,amount,description,memo,reference,number,whatever\n2026-11-01,5,first,second,R1,R2,x\n"
    ),
    "amount beside debit and credit: amount holds": "Date,Amount,Debit,Credit\n2026-11-01,5,7,9\n",
    "semicolons": "Date;Amount;Description\n2026-11-01;-5.00;a, b, c, d, e\n",
    "tabs": "Date\tAmount\tDescription\n2026-11-01\t1,234.50\tx; y\n",
    "blank line first": "\n \nDate,Amount\n\n2026-11-01,5\n",
    "too few and too many": "Date,Amount,Memo\n2026-11-01,5\n2026-11-02,5,x,y\n2026-11-03,5,z\n",
    "signs": "Date,Amount\n" + "".join(f'2026-11-01,"{one}"\n' for one in SIGNED),
    "no amounts": "Date,Amount\n2026-11-01,\n2026-11-01,x5\n2026-11-01,1.234\n2026-11-01,-\n2026-11-01,X5X\n",
    "debit and credit": (
        "Date,Debit,Credit\n2026-11-01,5,\n2026-11-02,,7\n2026-11-03,-5,\n2026-11-04,0,3\n2026-11-05,,\n"
    ),
    "debit beside credit": "Date,Debit,Credit\n2026-11-01,5,7\n2026-11-02,z,\n2026-11-02,,y\n",
    "the same line twice": (
        "Date,Amount,Details,Check #\n2026-11-01,5,Rent  paid,7\n2026-11-01,5,rent paid,7\n"
        "2026-11-01,5,Rent,7\n"
        "2026-11-01,6,Rent,7\n2026-11-02,5,Rent paid,8\n"
    ),
    "long words": f"Date,Amount,Memo,Ref\n2026-11-01,5,{'m' * 501},{'r' * 500}\n",
    "balance downwards": "Date,Amount,Balance\n2026-11-01,5,105\n2026-11-02,-3,102\n2026-11-03,0,102\n",
    "balance upwards": "Date,Amount,Balance\n2026-11-03,1,103\n2026-11-02,-3,102\n2026-11-01,5,105\n",
    "balance upwards that reads both ways": "Date,Amount,Balance\n2026-11-02,0,9\n2026-11-01,0,9\n",
    "balance upwards that reads both ways and moves": (
        "Date,Amount,Balance\n2026-11-02,5,10\n2026-11-01,-5,5\n"
    ),
    "balance downwards that reads both ways": "Date,Amount,Balance\n2026-11-01,5,5\n2026-11-01,5,10\n",
    "one line with its balance": "Date,Amount,Balance\n2026-11-03,1,-1.03\n",
    "balance that does not follow": (
        "Date,Amount,Balance\n2026-11-01,5,105\n2026-11-02,-3,102\n2026-11-03,1,104\n2026-11-04,1,100\n"
    ),
    "balance of some lines": "Date,Amount,Balance\n2026-11-01,5,105\n2026-11-02,-3,\n",
    "balance that is none": "Date,Amount,Balance\n2026-11-01,5,x\n2026-11-02,-3,102\n",
    "quote that does not end": 'Date,Amount,Memo\n2026-11-01,5,"x\n',
    "a text over two lines": 'Date,Amount,Memo\n2026-11-01,5,"x\ny"\n2026-11-02,bad,z\n',
    "days in numbers": (
        "Date,Amount\n2026-11-01,1\n2026/1/2,1\n2026.11.03,1\n20261104,1\n2026-11-05T10:00,1\n"
        "2026-11-06 at 9,1\n"
        "11/23/2026,1\n1-24-26,1\n12.25.2026,1\n"
    ),
    "days day first": "Date,Amount\n23/11/2026,1\n1/2/26,1\n",
    "days in words": "Date,Amount\n"
    + "".join(f'"{at} {name} 2026",1\n"{name[:3]} {at}, 2026",1\n' for at, name in enumerate(MONTHS, 1))
    + "5-Nov-2026,1\nNov. 6 2026,1\n",
    "days that are none": (
        "Date,Amount\n,1\n2026-13-01,1\n2026-02-30,1\nsoon,1\n5 Foo 2026,1\nFoo 5 2026,1\n2026-11-01,1\n"
        "31/31/2026,1\n"
    ),
    "days that can be two": "Date,Amount\n2026-11-01,1\n05/05/2026,1\n03/04/2026,1\n04/05/2026,1\n",
}

LINE = "<STMTTRN><DTPOSTED>20261101<TRNAMT>{amount}<FITID>{fitid}</STMTTRN>\n"


def ofx(body: str, *, currency: str = "USD", closing: str = "") -> str:
    told = f"<CURDEF>{currency}\n" if currency else ""
    return f"<OFX><STMTRS>\n{told}<BANKTRANLIST>\n{body}</BANKTRANLIST>{closing}</STMTRS></OFX>\n"


OFX = {
    "nothing": "",
    "no statement": "<OFX></OFX>",
    "two statements": "<OFX><STMTRS></STMTRS><CCSTMTRS></CCSTMTRS></OFX>",
    "a statement of a card": "<OFX><CCSTMTRS></CCSTMTRS></OFX>",
    "a statement of stocks": "<OFX><INVSTMTRS></INVSTMTRS></OFX>",
    "another currency": ofx("", currency="cad"),
    "the currency in small letters": ofx("", currency="usd"),
    "no currency": ofx("", currency=""),
    "everything": ofx(
        "<STMTTRN>\n<TRNTYPE>CHECK\n<DTPOSTED>20261120120000[-5:EST]\n<TRNAMT>-12.5\n<FITID> F 1 \n"
        "<CHECKNUM>1001\n<REFNUM>R9\n<NAME>County  court\n"
        "<MEMO>Fee &amp; &lt;tax&gt;&nbsp;&quot;&apos;&euro;\n"
        "</STMTTRN>\n<STMTTRN><dtposted>20261121</dtposted><trnamt>+7,1</trnamt><fitid>F2</fitid>"
        "<REFNUM>R2</REFNUM><NAME>A</NAME><PAYEE>P</PAYEE><MEMO>A</MEMO></STMTTRN>\n"
        "<STMTTRN><DTPOSTED>20261122<TRNAMT>3.<FITID>F3<FITID>F4<CHECKNUM><NAME>one<NAME>two</STMTTRN>\n",
        closing="<LEDGERBAL><BALAMT>-8.40<BALAMT>9<DTASOF>20261130000000</LEDGERBAL>"
        "<AVAILBAL><BALAMT>77<DTASOF>20261231</AVAILBAL><DTPOSTED>20260101",
    ),
    "leaves outside of a line": "<FITID>F0" + ofx(LINE.format(amount="5", fitid="F1") + "<FITID>F9\n"),
    "a line that moves nothing": ofx(LINE.format(amount="0.00", fitid="F1")),
    "amounts that are none": ofx(
        "".join(LINE.format(amount=one, fitid=f"F{at}") for at, one in enumerate(NO_AMOUNTS))
    ),
    "amounts too large": ofx(
        LINE.format(amount=plain(MAX_MINOR), fitid="F1")
        + LINE.format(amount=plain(MAX_MINOR + 1), fitid="F2")
        + LINE.format(amount=plain(-MAX_MINOR), fitid="F3")
    ),
    "lines without what they need": ofx(
        "<STMTTRN><TRNAMT>5<FITID>F1</STMTTRN>\n<STMTTRN><DTPOSTED>20261101<TRNAMT>5</STMTTRN>\n"
        "<STMTTRN><DTPOSTED>20261101<FITID>F3</STMTTRN>\n<STMTTRN></STMTTRN>\n"
    ),
    "days that are none": ofx(
        "".join(
            f"<STMTTRN><DTPOSTED>{one}<TRNAMT>1<FITID>F{at}</STMTTRN>\n" for at, one in enumerate(NO_DAYS)
        )
    ),
    "a balance that is none": ofx("", closing="\n<LEDGERBAL><BALAMT>x<DTASOF>soon</LEDGERBAL>"),
    "a balance without its leaves": ofx("", closing="\n\n<LEDGERBAL></LEDGERBAL>"),
    "one number for two days, two amounts, and one line twice": ofx(
        LINE.format(amount="5", fitid="F1")
        + LINE.format(amount="5", fitid="F1")
        + LINE.format(amount="6", fitid="F1")
        + LINE.format(amount="5", fitid="F1").replace("20261101", "20261102")
        + LINE.format(amount="7", fitid="F2")
    ),
    "one line twice": ofx(
        LINE.format(amount="5", fitid="F1")
        + LINE.format(amount="7", fitid="F2")
        + LINE.format(amount="5", fitid="F1").replace("<FITID>", "<NAME>again<FITID>")
    ),
    "long words": ofx(
        f"<STMTTRN><DTPOSTED>20261101<TRNAMT>1<FITID>{'f' * 501}<NAME>{'n' * 501}"
        f"<CHECKNUM>{'c' * 501}</STMTTRN>"
    ),
}


Reader = Callable[[str], ToldStatement]


def csv_of(text: str) -> ToldStatement:
    return read_csv(text, "bank.csv", "USD")


def ofx_of(text: str) -> ToldStatement:
    return read_ofx(text, "bank.ofx", "USD")


def answer(read: Reader, text: str) -> str:
    try:
        one = read(text)
    except ImportFailed as failed:
        return failed.message
    lines = [
        f"{line.row} {line.posted_on} {line.amount} {line.fitid!r} {line.description!r} {line.number!r}"
        for line in one.lines
    ]
    return "\n".join([*lines, f"{one.format}, closing {one.closing_balance} on {one.closing_on}"])


def answers(read: Reader, files: Mapping[str, str]) -> str:
    return "\n".join(f"## {name}\n{text}\n--\n{answer(read, text)}\n" for name, text in files.items())


def test_every_csv_file_is_read_or_refused_like_this() -> None:
    same("statements csv", answers(csv_of, CSV))


def test_every_ofx_file_is_read_or_refused_like_this() -> None:
    same("statements ofx", answers(ofx_of, OFX))


@pytest.mark.parametrize(
    ("order", "day"), [(DayOrder.MONTH_FIRST, "2026-03-04"), (DayOrder.DAY_FIRST, "2026-04-03")]
)
def test_a_person_says_which_number_is_the_month(order: DayOrder, day: str) -> None:
    (one,) = read_csv("Date,Amount\n03/04/2026,1\n", "bank.csv", "USD", order).lines
    assert one.posted_on.isoformat() == day


@pytest.mark.parametrize(("what", "name"), [(what, name) for what, names in NAMES.items() for name in names])
def test_every_name_of_a_column_is_known(what: str, name: str) -> None:
    values = {
        "date": "2026-11-01",
        "amount": "5",
        "debit": "",
        "credit": "9",
        "description": "d",
        "balance": "5",
    }
    told = {
        "date": "date",
        "amount": "amount",
        "description": "description",
        "balance": "balance",
        what: name.upper(),
    }
    if what in ("debit", "credit"):
        del told["amount"]
        told |= {"debit": "debit", "credit": "credit", what: name}
    row = {what: values.get(what, "N1") for what in told}
    (one,) = read_csv(f"{','.join(told.values())}\n{','.join(row.values())}\n", "bank.csv", "USD").lines
    assert one.amount == (900 if "credit" in told else 500)
    assert (one.description, one.number) == ("d", "N1" if what == "number" else "")


def test_a_currency_nobody_knows_has_two_digits() -> None:
    (one,) = read_ofx(ofx(LINE.format(amount="15.00", fitid="F1"), currency="EUR"), "a", "EUR").lines
    assert one.amount == 1_500


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("OFXHEADER:100", True),
        ("x<ofx>", True),
        (" " * 4091 + "<OFX>", True),
        (" " * 4092 + "<OFX>", False),
        ("ofxheader", True),
        ("OFX", False),
    ],
)
def test_a_file_says_within_its_first_4096_characters_that_it_is_ofx(text: str, is_one: bool) -> None:
    assert is_ofx(text) == is_one


def test_a_statement_has_a_most_of_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The most is lowered here: as many as are allowed take half a minute to read."""
    assert MAX_LINES == 200_000
    monkeypatch.setattr(statement_csv, "MAX_LINES", 2)
    monkeypatch.setattr(statement_ofx, "MAX_LINES", 2)
    line = LINE.format(amount="0", fitid="F")
    for lines, csv, told in ((2, "csv", "closing None on None"), (3, "4", "the file has more than 2 lines")):
        end = f"{csv}, {told}" if lines == 2 else f"line {csv}: {told}"
        assert answer(csv_of, "Date,Amount\n" + "2026-11-01,0\n" * lines).endswith(end)
        assert answer(ofx_of, ofx(line * lines)).endswith(told)
