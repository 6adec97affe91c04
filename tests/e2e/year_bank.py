"""A bank as the bank sees it: lines that arrive on days of their own. Knows nothing of the program."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True)
class Line:
    """Money in (positive) or out (negative), in cents, on the day the bank books it."""

    day: date
    amount: int
    words: str
    number: str = ""


@dataclass
class Bank:
    """One account at the bank."""

    account: str
    lines: list[Line] = field(default_factory=list)
    acts: list[tuple[date, int]] = field(default_factory=list)
    """The day the firm knew of each amount: what its own book should hold."""
    told: int = 0
    """Lines told on statements so far, which numbers them."""

    def book(self, day: date, amount: int, words: str, number: str = "", known: date | None = None) -> None:
        """Something the bank will book on `day`; the firm knows of it from `known` on."""
        self.lines.append(Line(day, amount, words, number))
        self.acts.append((known or day, amount))

    def deposit(self, day: date, amount: int, known: date) -> None:
        """A part of the processor's deposit of a day, which is one line however many paid."""
        self.acts.append((known, amount))
        for place, one in enumerate(self.lines):
            if one.day == day and one.words == "SANDBOX DEPOSIT":
                self.lines[place] = Line(day, one.amount + amount, one.words)
                return
        self.lines.append(Line(day, amount, "SANDBOX DEPOSIT"))

    def adjusted(self, day: date) -> int:
        """What the account will hold once everything the firm knew of by `day` has arrived."""
        return sum(amount for known, amount in self.acts if known <= day)

    def balance(self, day: date) -> int:
        """What the account holds at the end of a day."""
        return sum(one.amount for one in self.lines if one.day <= day)

    def between(self, first: date, last: date) -> list[Line]:
        """The lines of a statement, in their order."""
        return sorted((one for one in self.lines if first <= one.day <= last), key=lambda one: one.day)


def statement(bank: Bank, first: date, last: date) -> str:
    """An OFX 1 statement, as banks send it."""
    rows = []
    for one in bank.between(first, last):
        bank.told += 1
        check = f"<CHECKNUM>{one.number}" if one.number else ""
        rows.append(
            f"<STMTTRN><TRNTYPE>{'CREDIT' if one.amount > 0 else 'DEBIT'}<DTPOSTED>{one.day:%Y%m%d}"
            f"<TRNAMT>{_dollars(one.amount)}<FITID>{bank.account}{bank.told:06d}{check}"
            f"<NAME>{one.words[:32]}</STMTTRN>"
        )
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n"
        "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n"
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<DTSERVER>{last:%Y%m%d}<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>"
        "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD"
        f"<BANKACCTFROM><BANKID>021000021<ACCTID>{bank.account}<ACCTTYPE>CHECKING</BANKACCTFROM>"
        f"<BANKTRANLIST><DTSTART>{first:%Y%m%d}<DTEND>{last:%Y%m%d}\n" + "\n".join(rows) + "\n</BANKTRANLIST>"
        f"<LEDGERBAL><BALAMT>{_dollars(bank.balance(last))}<DTASOF>{last:%Y%m%d}</LEDGERBAL>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )


def workday(day: date, after: int = 0) -> date:
    """The working day `after` working days after `day`, or the first from `day` on."""
    while day.weekday() > 4:
        day += timedelta(days=1)
    for _ in range(after):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


def _dollars(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
