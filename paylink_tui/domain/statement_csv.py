"""Bank statements in CSV, whose columns every bank names its own way and whose days can mean two things."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from paylink_tui.domain.csv_records import records
from paylink_tui.domain.errors import BadInput
from paylink_tui.domain.file_problems import Problems
from paylink_tui.domain.money import parse_amount
from paylink_tui.domain.statement import MAX_LINES, ToldLine, ToldStatement
from paylink_tui.domain.statement_days import DayOrder, read_days
from paylink_tui.domain.text import storable

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "posted", "posting date", "posted date", "transaction date", "booking date"),
    "amount": ("amount", "transaction amount", "value"),
    "debit": ("debit", "withdrawal", "withdrawals", "paid out", "money out"),
    "credit": ("credit", "deposit", "deposits", "paid in", "money in"),
    "description": ("description", "details", "memo", "name", "payee", "narrative", "transaction"),
    "number": ("reference", "check number", "cheque number", "check #", "number", "check", "cheque", "ref"),
    "balance": ("balance", "running balance", "running bal.", "ledger balance"),
}
"""What each column may be called, in small letters."""
_LONGEST: Final = 500
_SEPARATORS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class _Row:
    """A row with the line it starts on, and its fields by what they are."""

    line: int
    fields: dict[str, str]


def read_csv(text: str, name: str, currency: str, order: DayOrder | None = None) -> ToldStatement:
    """Read a statement whose first row names its columns.

    Args:
        text: The file.
        name: What it is called, for messages.
        currency: Of the account.
        order: How its days are written, when a person said so; None to find out.

    Raises:
        ImportFailed: with line, column and reason; days that can be read two ways are refused.
    """
    problems = Problems(name)
    rows = _rows(text, problems)
    problems.stop_if_any()
    days = read_days([(row.line, row.fields.get("date", "")) for row in rows], problems, order)
    amounts = [_amount(row, currency, problems) for row in rows]
    balances = [_balance(row, currency, problems) for row in rows]
    problems.stop_if_any()
    lines = _lines(rows, days, amounts)
    closing = _closing(rows, days, amounts, balances, problems)
    problems.stop_if_any()
    return ToldStatement("csv", lines, *closing)


def _rows(text: str, problems: Problems) -> list[_Row]:
    found = _raw(text, problems)
    header = next(found, None)
    if header is None:
        problems.add(1, "", "", "the file is empty; its first line names the columns")
        return []
    columns = _columns(header[1], header[0], problems)
    rows = []
    for line, fields in found:
        if len(fields) != len(header[1]):
            problems.add(line, "", "", f"has {len(fields)} fields where the header has {len(header[1])}")
        rows.append(_Row(line, {what: fields[at] for what, at in columns.items() if at < len(fields)}))
        if len(rows) > MAX_LINES:
            problems.add(line, "", "", f"the file has more than {MAX_LINES:,} lines")
            break
    return rows


def _raw(text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, trimmed, with the line it starts on."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    for line, row in records(text, separator, problems):
        yield line, [storable(one).strip() for one in row]


def _columns(header: Sequence[str], line: int, problems: Problems) -> dict[str, int]:
    """Where each known column stands; columns nobody knows are passed over."""
    found: dict[str, int] = {}
    for at, named in enumerate(header):
        word = " ".join(named.casefold().split())
        what = next((one for one, names in NAMES.items() if word in names), None)
        if what in found and what in ("date", "amount", "debit", "credit", "balance"):
            problems.add(line, named, "", f"and {header[found[what]]} both name the {what}")
        elif what is not None:
            found.setdefault(what, at)
    if "date" not in found:
        problems.add(line, "date", "", "is missing; the file needs a date and an amount")
    if "amount" not in found and not {"debit", "credit"} <= set(found):
        problems.add(line, "amount", "", "is missing; the file needs an amount, or debit and credit")
    return found


def _amount(row: _Row, currency: str, problems: Problems) -> int:
    if "amount" in row.fields:
        return _signed(row, "amount", currency, problems) or 0
    out, into = (_signed(row, what, currency, problems) or 0 for what in ("debit", "credit"))
    if out and into:
        problems.add(row.line, "debit", row.fields["debit"], "stands beside a credit; one line moves one way")
    return into - abs(out)


def _balance(row: _Row, currency: str, problems: Problems) -> int | None:
    return _signed(row, "balance", currency, problems) if row.fields.get("balance") else None


def _signed(row: _Row, what: str, currency: str, problems: Problems) -> int | None:
    """An amount with its sign: `-5.00`, `(5.00)`, `5.00-`; None when the field is empty or a problem."""
    text = row.fields[what]
    bare = text.replace("−", "-").strip()
    if not bare:
        if what == "amount":
            problems.add(row.line, what, "", "is missing")
        return None
    negative = bare.startswith("-") or bare.endswith("-") or (bare.startswith("(") and bare.endswith(")"))
    try:
        minor = parse_amount(bare.strip("-+()").strip(), currency)
    except BadInput:
        problems.add(row.line, what, text, "is not an amount like -1500.00")
        return None
    return -minor if negative else minor


def _lines(rows: Sequence[_Row], days: Sequence[date], amounts: Sequence[int]) -> tuple[ToldLine, ...]:
    """The lines that move something, each known by its content and which of the same it is."""
    seen: Counter[str] = Counter()
    lines = []
    for row, day, amount in zip(rows, days, amounts, strict=True):
        if not amount:
            continue
        words = [" ".join(row.fields.get(what, "").split())[:_LONGEST] for what in ("description", "number")]
        body = "\x1f".join((day.isoformat(), str(amount), *(word.casefold() for word in words)))
        digest = hashlib.sha256(body.encode()).hexdigest()[:32]
        seen[digest] += 1
        lines.append(ToldLine(row.line, f"csv:{digest}:{seen[digest]}", day, amount, *words))
    return tuple(lines)


def _closing(
    rows: Sequence[_Row],
    days: Sequence[date],
    amounts: Sequence[int],
    balances: Sequence[int | None],
    problems: Problems,
) -> tuple[int | None, date | None]:
    """The balance after the newest line: the rows run up or down the calendar, and must add up."""
    told = [
        (row, day, amount, held) for row, day, amount, held in zip(rows, days, amounts, balances, strict=True)
    ]
    known = [held for held in balances if held is not None]
    if not known or len(known) != len(told):
        return None, None
    up, down = _breaks(told), _breaks(told[::-1])
    if up is not None and down is not None:
        row = told[up][0]
        problems.add(row.line, "balance", row.fields["balance"], "does not follow from the line before it")
    last = told[-1] if up is None else told[0]
    if up is None and down is None and told[0][1] > told[-1][1]:
        last = told[0]
    return last[3], max(days)


def _breaks(told: Sequence[tuple[_Row, date, int, int | None]]) -> int | None:
    """Where a running balance, read downwards, first does not follow; None when it always does."""
    for at in range(1, len(told)):
        before, after = told[at - 1][3], told[at][3]
        if before is None or after is None or before + told[at][2] != after:
            return at
    return None
