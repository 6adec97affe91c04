"""Bank statements in OFX, as banks export them: 1.x (SGML, leaves without an end tag) and 2.x (XML).

Only tags are read. There is no document type, no entity but the five of XML, and nothing is fetched, so
that a hostile file is text and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from paylink_tui.domain.file_problems import Problems
from paylink_tui.domain.money import EXPONENTS, MAX_MINOR
from paylink_tui.domain.statement import MAX_LINES, ToldLine, ToldStatement
from paylink_tui.domain.text import storable

_TAG: Final = re.compile(r"<(/?)([A-Za-z0-9._]{1,60})>([^<]*)")
_ENTITY: Final = re.compile(r"&(amp|lt|gt|quot|apos|nbsp);")
_TEXT: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_AMOUNT: Final = re.compile(r"([+-]?)([0-9]{1,15})(?:[.,]([0-9]{0,6}))?")
_LONGEST: Final = 500


def is_ofx(text: str) -> bool:
    """Whether a file says that it is OFX."""
    head = text[:4096].upper()
    return "<OFX>" in head or "OFXHEADER" in head


def read_ofx(text: str, name: str, currency: str) -> ToldStatement:
    """Read the one bank statement of a file.

    Args:
        text: The file.
        name: What it is called, for messages.
        currency: Of the account; a statement in another is refused.

    Raises:
        ImportFailed: with line, tag and reason.
    """
    problems = Problems(name)
    found = _Found()
    for row, closes, tag, value in _tags(text):
        _take(found, row, tag, value, closes=closes)
    if found.statements != 1:
        told = f"{found.statements} bank statements" if found.statements else "no bank statement"
        problems.add(1, "STMTRS", "", f"the file has {told}; import one account's at a time")
    if found.currency and found.currency != currency:
        problems.add(1, "CURDEF", found.currency, f"is not the account's currency, {currency}")
    if len(found.rows) > MAX_LINES:
        problems.add(1, "", "", f"the file has more than {MAX_LINES:,} lines")
    problems.stop_if_any()
    lines = [line for row, fields in found.rows if (line := _line(row, fields, currency, problems))]
    closing = _closing(found, currency, problems)
    _refuse_doubles(lines, problems)
    problems.stop_if_any()
    distinct = {line.fitid: line for line in reversed(lines)}
    return ToldStatement("ofx", tuple(reversed(distinct.values())), *closing)


Fields = tuple[int, dict[str, str]]
"""The line of the file an element starts on, and its leaves."""


@dataclass(slots=True)
class _Found:
    """What the tags so far have told."""

    statements: int = 0
    currency: str = ""
    rows: list[Fields] = field(default_factory=list)
    balance: Fields | None = None
    inside: str = ""


def _tags(text: str) -> Iterator[tuple[int, bool, str, str]]:
    """Each tag with the line of the file it stands on and the text after it."""
    row, at = 1, 0
    for match in _TAG.finditer(text):
        row += text.count("\n", at, match.start())
        at = match.start()
        yield row, bool(match[1]), match[2].upper(), match[3].strip()


def _take(found: _Found, row: int, tag: str, value: str, *, closes: bool) -> None:
    if tag in ("STMTTRN", "LEDGERBAL"):
        found.inside = "" if closes else tag
        if not closes and tag == "STMTTRN":
            found.rows.append((row, {}))
        elif not closes:
            found.balance = (row, {})
    elif closes:
        return
    elif tag in ("STMTRS", "CCSTMTRS", "INVSTMTRS"):
        found.statements += 1
    elif tag == "CURDEF":
        found.currency = value.upper()
    elif found.inside == "STMTTRN" and value:
        found.rows[-1][1].setdefault(tag, value)
    elif found.inside == "LEDGERBAL" and found.balance is not None:
        found.balance[1].setdefault(tag, value)


def _line(row: int, fields: dict[str, str], currency: str, problems: Problems) -> ToldLine | None:
    """A line of the bank; None when it moves nothing, or is noted as a problem."""
    fitid = _words(fields.get("FITID", ""))
    if not fitid:
        problems.add(row, "FITID", "", "is missing, so the line could count twice")
    day = _day(row, "DTPOSTED", fields, problems)
    amount = _amount(row, "TRNAMT", fields, currency, problems)
    if not fitid or day is None or not amount:
        return None
    told = dict.fromkeys(filter(None, (_words(fields.get(tag, "")) for tag in ("NAME", "PAYEE", "MEMO"))))
    number = _words(fields.get("CHECKNUM", "") or fields.get("REFNUM", ""))
    return ToldLine(row, fitid, day, amount, " ".join(told), number)


def _closing(found: _Found, currency: str, problems: Problems) -> tuple[int | None, date | None]:
    if found.balance is None:
        return None, None
    row, fields = found.balance
    balance = _amount(row, "BALAMT", fields, currency, problems)
    return balance, _day(row, "DTASOF", fields, problems)


def _refuse_doubles(lines: list[ToldLine], problems: Problems) -> None:
    """One FITID that names two different lines is a file to ask the bank about."""
    known: dict[str, ToldLine] = {}
    for line in lines:
        first = known.setdefault(line.fitid, line)
        if (first.posted_on, first.amount) != (line.posted_on, line.amount):
            problems.add(line.row, "FITID", line.fitid, f"is that of another line too, on line {first.row}")


def _day(row: int, tag: str, fields: dict[str, str], problems: Problems) -> date | None:
    text = fields.get(tag, "")
    try:
        digits = text[:8]
        if not (digits.isascii() and digits.isdecimal() and len(digits) == 8):
            raise ValueError
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        problems.add(row, tag, text, "is not a day like 20261122" if text else "is missing")
        return None


def _amount(row: int, tag: str, fields: dict[str, str], currency: str, problems: Problems) -> int | None:
    text = fields.get(tag, "")
    match = _AMOUNT.fullmatch(text)
    digits = EXPONENTS.get(currency, 2)
    if match is None or len((match[3] or "").rstrip("0")) > digits:
        problems.add(row, tag, text, "is not an amount like -1500.00" if text else "is missing")
        return None
    minor = int(match[2] + (match[3] or "")[:digits].ljust(digits, "0"))
    if minor > MAX_MINOR:
        problems.add(row, tag, text, "is too large")
        return None
    return -minor if match[1] == "-" else minor


def _words(text: str) -> str:
    plain = _ENTITY.sub(lambda match: _TEXT[match[1]], text)
    return " ".join(storable(plain).split())[:_LONGEST]
