"""The book of one bank account as an OFX 2 statement, which banking and accounting programs read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from xml.sax.saxutils import escape

from paylink_tui.domain.money import plain
from paylink_tui.domain.parties import BankAccount
from paylink_tui.domain.text import visible

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\r\n'
    '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\r\n'
)
BANK: Final = "PAYLINK"
"""What stands for a routing number: this is our book, not the bank's."""


@dataclass(frozen=True, slots=True)
class BookLine:
    """A transfer into (positive) or out of (negative) a bank account's book, in minor units."""

    transfer_id: int
    day: date
    amount: int
    name: str
    """Whose payment, or what it is about."""
    memo: str


def ofx_head(account: BankAccount, firm: str, now: datetime, start: date, end: date) -> str:
    """Everything before the lines; `start` and `end` are the first and the last day they may have."""
    stamp = now.strftime("%Y%m%d%H%M%S")
    status = "<STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"
    organization = f"<FI><ORG>{_text(firm, 32)}</ORG><FID>{BANK}</FID></FI>"
    return (
        f"{_HEAD}<OFX><SIGNONMSGSRSV1><SONRS>{status}<DTSERVER>{stamp}</DTSERVER>"
        f"<LANGUAGE>ENG</LANGUAGE>{organization}</SONRS></SIGNONMSGSRSV1>\r\n"
        f"<BANKMSGSRSV1><STMTTRNRS><TRNUID>0</TRNUID>{status}<STMTRS><CURDEF>{account.currency}</CURDEF>"
        f"<BANKACCTFROM><BANKID>{BANK}</BANKID><ACCTID>{account.id}</ACCTID>"
        "<ACCTTYPE>CHECKING</ACCTTYPE></BANKACCTFROM>\r\n"
        f"<BANKTRANLIST><DTSTART>{_day(start)}</DTSTART><DTEND>{_day(end)}</DTEND>\r\n"
    )


def ofx_lines(lines: Iterable[BookLine], currency: str) -> str:
    """One element for each line. FITID is the transfer's own number, which never changes."""
    return "".join(
        f"<STMTTRN><TRNTYPE>{'CREDIT' if one.amount > 0 else 'DEBIT'}</TRNTYPE>"
        f"<DTPOSTED>{_day(one.day)}</DTPOSTED><TRNAMT>{plain(one.amount, currency)}</TRNAMT>"
        f"<FITID>{BANK}-{one.transfer_id}</FITID><NAME>{_text(one.name, 32)}</NAME>"
        f"<MEMO>{_text(one.memo, 255)}</MEMO></STMTTRN>\r\n"
        for one in lines
    )


def ofx_tail(balance: int, currency: str, end: date) -> str:
    """The balance of the book at the end of the last day, in minor units, and everything after it."""
    return (
        f"</BANKTRANLIST><LEDGERBAL><BALAMT>{plain(balance, currency)}</BALAMT>"
        f"<DTASOF>{_day(end)}</DTASOF></LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n"
    )


def _day(day: date) -> str:
    return day.strftime("%Y%m%d")


def _text(text: str, limit: int) -> str:
    return escape(visible(text, limit).strip() or "-")
