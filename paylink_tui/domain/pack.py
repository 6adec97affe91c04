"""The monthly pack of a trust account: which sections it has and what stands in each."""

from __future__ import annotations

from typing import Final

from paylink_tui.domain.bank_words import item_word
from paylink_tui.domain.pack_journals import disbursements, electronic, fees, moves, receipts
from paylink_tui.domain.pack_rows import ClientLedger, PackData
from paylink_tui.domain.pack_table import AMOUNT, DAY, NUMBER, Cell, Column, Section, Table
from paylink_tui.domain.trust import ThreeWay

AGES: Final = ((30, "up to 30 days"), (60, "31 to 60 days"), (90, "61 to 90 days"))
OLDEST: Final = "over 90 days"


def sections(pack: PackData) -> tuple[Section, ...]:
    """Every section, in the order they are bound."""
    return (
        reconciliation(pack),
        receipts(pack),
        disbursements(pack),
        listing(pack),
        cards(pack),
        bank(pack),
        moves(pack),
        fees(pack),
        electronic(pack),
        exceptions(pack),
    )


def reconciliation(pack: PackData) -> Section:
    """Three-way: the bank as adjusted, the book, and the client ledgers."""
    told = "The three agree." if pack.agrees else "The three do not agree; the month cannot be closed."
    tables = (_three_way(pack.reconciled), _outstanding(pack), _unexplained(pack), _ledger_parts(pack))
    return Section("reconciliation", "Three-way reconciliation", tables, told)


def _three_way(three: ThreeWay) -> Table:
    on = f" on {three.bank_on.isoformat()}" if three.bank_on else ""
    known = three.bank_balance is not None
    rows: list[tuple[Cell, ...]] = [
        (f"Balance of the bank's statement{on}" if known else "No bank statement yet", three.bank_balance),
        ("plus deposits the bank has not credited", three.outstanding_in),
        ("less payments the bank has not debited", -three.outstanding_out),
        ("1  Bank, as adjusted", three.adjusted),
        ("2  Book of the account", three.book),
        ("3  Client ledgers", three.ledgers),
    ]
    if three.shortage:
        rows.append(("Shortage, to be restored from operating", three.shortage))
    apart = three.difference if known else None
    totals = (("Bank less book", apart), ("Book less client ledgers", three.book - three.ledgers))
    return Table("The three numbers", (Column("", "text", 4), AMOUNT), tuple(rows), totals)


def _outstanding(pack: PackData) -> Table:
    columns = (
        DAY, NUMBER, Column("Who", width=2.2), Column("What", width=1.6), Column("Age", width=1.2),
        Column("Days", "count", 0.6), AMOUNT,
    )  # fmt: skip
    rows = tuple(
        (
            *(one.item.day, one.item.about, one.item.who),
            *(
                "at the bank before the book" if one.at_bank else item_word(one.item.kind),
                age(one.age),
                one.age,
            ),
            one.amount,
        )
        for one in pack.outstanding
    )
    total = ("Total", *[None] * 5, sum(one.amount for one in pack.outstanding))
    known = pack.reconciled.bank_balance is not None
    empty = "Nothing is outstanding." if known else "Not known without a bank statement."
    return Table("Outstanding items", columns, rows, (total,), empty=empty)


def _unexplained(pack: PackData) -> Table:
    columns = (DAY, Column("Bank's words", width=4), AMOUNT)
    found = pack.reconciled.unexplained
    rows = tuple((one.posted_on, one.description, one.amount) for one in found)
    total = ("Total", None, sum(one.amount for one in found))
    empty = "Every line of the bank is matched."
    return Table("Bank lines that match nothing in the book", columns, rows, (total,), empty=empty)


def _ledger_parts(pack: PackData) -> Table:
    three = pack.reconciled
    parts = (
        ("Client ledgers", three.trust),
        ("Held: disputed", three.held),
        ("Not linked to a client yet", three.unidentified),
        ("Refunds sent and not done", three.refunding),
    )
    columns = (Column("What the client ledgers are made of", width=4), AMOUNT)
    rows = tuple(part for part in parts if part[1])
    return Table("Client ledgers", columns, rows, (("Total", three.ledgers),), empty="Nothing is held.")


def age(days: int) -> str:
    """How old an outstanding item is at the end of the month, in words."""
    return next((name for most, name in AGES if days <= most), OLDEST)


def listing(pack: PackData) -> Section:
    """What is held for whom at the end of the month."""
    columns = (
        Column("Client", width=2.4),
        Column("Matter", width=1.4),
        Column("Last moved", "day", 1.1),
        Column("Held in dispute", "money", 1.3),
        Column("Balance", "money", 1.3),
    )
    rows = tuple(
        (
            f"{one.client_code} {one.client_name}",
            one.matter or "client level",
            one.last_moved,
            one.closing if one.kind == "held" else None,
            one.closing if one.kind != "held" else None,
        )
        for one in pack.ledgers
        if one.closing
    )
    held = sum(one.closing for one in pack.ledgers if one.kind == "held")
    rest = sum(one.closing for one in pack.ledgers if one.kind != "held")
    totals = (("Total", None, None, held, rest),)
    return Section(
        "listing", "Client trust listing", (Table(f"On {pack.last.isoformat()}", columns, rows, totals),)
    )


def cards(pack: PackData) -> Section:
    """Each client's ledger with its running balance."""
    found = tuple(_card(one, pack) for one in pack.ledgers if one.lines or one.opening)
    return Section("cards", "Client ledger cards", found)


def _card(one: ClientLedger, pack: PackData) -> Table:
    columns = (
        DAY,
        Column("What", width=2.6),
        NUMBER,
        Column("Invoice", width=0.9),
        Column("In", "money", 1.2),
        Column("Out", "money", 1.2),
        Column("Balance", "money", 1.3),
    )
    balance = one.opening
    rows: list[tuple[Cell, ...]] = [(pack.first, "Brought forward", "", "", None, None, balance)]
    for line in one.lines:
        balance += line.amount
        paid_in, out = (line.amount, None) if line.amount > 0 else (None, -line.amount)
        rows.append((line.day, line.what, line.subject, line.invoice, paid_in, out, balance))
    brought = sum(line.amount for line in one.lines if line.amount > 0)
    out = -sum(line.amount for line in one.lines if line.amount < 0)
    totals = (("Total", None, None, None, brought, out, balance),)
    return Table(one.name, columns, tuple(rows), totals)


def bank(pack: PackData) -> Section:
    """The bank's own lines, and what in the book each of them is."""
    columns = (
        DAY,
        Column("Bank's words", width=2.6),
        Column("No.", width=0.8),
        Column("Matched to", width=2.2),
        AMOUNT,
    )
    rows = tuple(
        (one.day, one.description, one.number, ", ".join(one.matches) or "nothing", one.amount)
        for one in pack.bank_lines
    )
    total = ("Total", None, None, None, sum(one.amount for one in pack.bank_lines))
    table = Table(
        "Bank lines", columns, rows, (total,), empty="No bank statement was imported for this month."
    )
    return Section("bank", "Bank statement and matches", (table,))


def exceptions(pack: PackData) -> Section:
    """What somebody must look at."""
    columns = (
        Column("What", width=1.8), NUMBER, Column("Who", width=1.8), Column("Since", "day", 1.1),
        Column("Detail", width=2.4), AMOUNT,
    )  # fmt: skip
    rows = tuple((one.what, one.subject, one.who, one.day, one.detail, one.amount) for one in pack.findings)
    table = Table("To look at", columns, rows, empty="Nothing was found that needs a look.")
    return Section("exceptions", "Exceptions", (table,))
