"""The journals of the monthly pack: what came in, what went out, and what moved between ledgers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from paylink_tui.domain.pack_rows import Movement, PackData, Transfer
from paylink_tui.domain.pack_table import AMOUNT, DAY, NUMBER, Cell, Column, Section, Table

ELECTRONIC: Final = ("wire", "card", "echeck", "transfer")
"""Methods by which money leaves or comes without paper."""

_JOURNAL: Final = (
    DAY,
    NUMBER,
    Column("Party", width=1.9),
    Column("Client, matter", width=1.9),
    Column("Method", width=1.2),
    Column("Purpose, reference", width=2.1),
    Column("Authorised by", width=1.2),
    AMOUNT,
)


def receipts(pack: PackData) -> Section:
    """Everything that came in."""
    mine = [one for one in pack.movements if one.is_receipt]
    return Section("receipts", "Receipts journal", (_journal("Receipts", mine, 1),))


def disbursements(pack: PackData) -> Section:
    """Everything that went out: to whom, what for, how, and who allowed it."""
    mine = [one for one in pack.movements if not one.is_receipt]
    paid, brought = (
        -sum(one.amount for one in mine),
        sum(one.amount for one in pack.movements if one.is_receipt),
    )
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Book at the start of the month", pack.opening),
        ("plus receipts", brought),
        ("less disbursements", -paid),
    )
    columns = (Column("", width=4), AMOUNT)
    proof = Table("Proof", columns, rows, (("Book at the end of the month", pack.opening + brought - paid),))
    return Section("disbursements", "Disbursements journal", (_journal("Disbursements", mine, -1), proof))


def _journal(title: str, found: Iterable[Movement], sign: int) -> Table:
    rows: list[tuple[Cell, ...]] = []
    total = 0
    for one in found:
        told = " ".join(filter(None, ("reversal:" if one.reverses else "", one.purpose, one.reference)))
        amount = sign * one.amount
        total += amount
        rows.append((one.day, one.subject, one.party, one.owner, one.method, told, one.authorised_by, amount))
    return Table(title, _JOURNAL, tuple(rows), (("Total", *[None] * 6, total),))


def moves(pack: PackData) -> Section:
    """Money of one client that went from one of its ledgers to another."""
    columns = (
        DAY, NUMBER, Column("Client", width=2), Column("From", width=1.3), Column("To", width=1.3),
        Column("By", width=1), AMOUNT,
    )  # fmt: skip
    rows = _moved(pack.moves)
    return Section("moves", "Trust to trust moves", (Table("Moves", columns, rows),))


def fees(pack: PackData) -> Section:
    """Trust money that paid the firm's invoices."""
    columns = (
        DAY, NUMBER, Column("Client", width=2), Column("Matter", width=1.2), Column("Invoice", width=1.1),
        Column("By", width=1), AMOUNT,
    )  # fmt: skip
    rows = _moved(pack.fees)
    total = ("Total", *[None] * 5, sum(_signed(one) for one in pack.fees))
    return Section(
        "fees", "Fee transfers to operating", (Table("Invoices paid from trust", columns, rows, (total,)),)
    )


def _moved(found: Iterable[Transfer]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (one.day, one.subject, one.client, one.source, one.target, one.by, _signed(one)) for one in found
    )


def _signed(one: Transfer) -> int:
    """What it moved, in minor units; less than nothing when it takes an earlier one back."""
    return -one.amount if one.undone else one.amount


def electronic(pack: PackData) -> Section:
    """What was paid out without paper: who asked for it, who allowed it."""
    mine = [one for one in pack.movements if not one.is_receipt and one.method.split(" ")[0] in ELECTRONIC]
    return Section("electronic", "Electronic transfer record", (_journal("Electronic transfers", mine, -1),))
