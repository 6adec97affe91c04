"""Transactions as CSV that a spreadsheet opens without obeying it, with the filter and the totals in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from paylink_tui.domain.money import plain
from paylink_tui.domain.text import visible
from paylink_tui.domain.times import iso
from paylink_tui.domain.views import Transaction

COLUMNS: Final = (
    "record", "transaction", "status", "paid_at", "completed_at", "account", "account_type", "payer_name",
    "payer_email", "reference", "method", "last4", "clients", "matters", "invoices", "currency", "amount",
    "applied", "unapplied", "refunded", "fee", "count", "note",
)  # fmt: skip
"""`record` tells the rows apart: `transaction`, and after them `total` (one per account and currency, with
its count) and `filter` (what was asked for, in `note`). Every row has every column."""

_FORMULA: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a cell may not start with: a spreadsheet would run it (the last four are their wide twins)."""

_AMOUNTS: Final = ("amount", "applied", "unapplied", "refunded", "fee")


@dataclass
class CsvTotals:
    """Sums by account and currency, in minor units."""

    sums: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    count: int = 0

    def add(self, one: Transaction) -> None:
        """Count a transaction in."""
        key = (one.account_name, one.account_kind.value, one.currency)
        row = self.sums.setdefault(key, [0] * 6)
        figures = (one.amount, one.applied, one.unapplied, one.refunded, one.fee, 1)
        for place, figure in enumerate(figures):
            row[place] += figure
        self.count += 1


def csv_head() -> str:
    """The row of column names."""
    return _written([COLUMNS])


def csv_rows(found: Iterable[Transaction], totals: CsvTotals) -> str:
    """The rows of some transactions, counted into `totals`."""
    rows = []
    for one in found:
        totals.add(one)
        rows.append(_row(_cells(one)))
    return _written(rows)


def csv_tail(totals: CsvTotals, asked: str) -> str:
    """The totals, and what was asked for."""
    rows = []
    for (account, kind, currency), sums in sorted(totals.sums.items()):
        amounts = dict(zip(_AMOUNTS, (plain(one, currency) for one in sums[:5]), strict=True))
        named = {"record": "total", "account": safe(account), "account_type": kind, "currency": currency}
        rows.append(_row({**named, **amounts, "count": str(sums[5])}))
    rows.append(_row({"record": "filter", "count": str(totals.count), "note": safe(asked or "everything")}))
    return _written(rows)


def safe(text: str) -> str:
    """Other people's text as a cell: one visible line that no spreadsheet takes for a formula."""
    shown = visible(text, 2000).strip()
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _cells(one: Transaction) -> dict[str, str]:
    clients = dict.fromkeys(f"{part.client_code} {part.client_name}".strip() for part in one.parts)
    matters = dict.fromkeys(part.matter_number for part in one.parts if part.matter_number)
    invoices = [f"{line.invoice_number} {plain(line.amount, one.currency)}" for line in one.allocations]
    amounts = (one.amount, one.applied, one.unapplied, one.refunded, one.fee)
    return {
        "record": "transaction",
        "transaction": one.name,
        "status": one.display_state,
        "paid_at": iso(one.paid_at) or "",
        "completed_at": iso(one.completed_at) or "",
        "account": safe(one.account_name),
        "account_type": one.account_kind.value,
        "payer_name": safe(one.payer_name),
        "payer_email": safe(one.payer_email),
        "reference": safe(one.reference),
        "method": one.method,
        "last4": safe(one.last4),
        "clients": safe("; ".join(clients)),
        "matters": safe("; ".join(matters)),
        "invoices": safe("; ".join(invoices)),
        "currency": one.currency,
        **dict(zip(_AMOUNTS, (plain(amount, one.currency) for amount in amounts), strict=True)),
    }


def _row(cells: dict[str, str]) -> list[str]:
    return [cells.get(name, "") for name in COLUMNS]


def _written(rows: Sequence[Sequence[str]]) -> str:
    """RFC 4180. Every cell is quoted: where a semicolon separates, none inside a name starts a new cell."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue()
