"""The first page of the pack: the three numbers, what is in it, and where it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from paylink_tui.domain.money import display
from paylink_tui.domain.pack_table import Section
from paylink_tui.services.pdf import DIM, INK, MARGIN, RULE, Sheet

if TYPE_CHECKING:
    from datetime import datetime

    from paylink_tui.domain.pack_rows import PackData

GOOD, BAD = (36, 110, 66), (168, 42, 42)


def cover(sheet: Sheet, pack: PackData, sections: Sequence[Section]) -> None:
    """Draw it."""
    sheet.add_page()
    sheet.ln(8)
    sheet.type(24, "B", sheet.accent)
    sheet.multi_cell(
        sheet.epw, 11, sheet.letters.drawable(pack.firm), align="L", new_x="LMARGIN", new_y="NEXT"
    )
    sheet.type(14, "", INK)
    sheet.multi_cell(
        sheet.epw, 8, sheet.letters.drawable(f"Trust account {pack.account}"), new_x="LMARGIN", new_y="NEXT"
    )
    sheet.type(11, "", DIM)
    days = f"{pack.first:%B} {pack.first.year}  ({pack.first.isoformat()} to {pack.last.isoformat()})"
    sheet.cell(sheet.epw, 7, f"{days}, {pack.currency}", new_x="LMARGIN", new_y="NEXT")
    sheet.ln(8)
    _numbers(sheet, pack)
    _verdict(sheet, pack)
    _contents(sheet, sections)
    _signatures(sheet, pack)


def _numbers(sheet: Sheet, pack: PackData) -> None:
    """The three numbers side by side."""
    three = pack.reconciled
    figures = (("Bank, as adjusted", three.adjusted), ("Book", three.book), ("Client ledgers", three.ledgers))
    width, top = sheet.epw / 3, sheet.get_y()
    for number, (words, amount) in enumerate(figures):
        left = MARGIN + number * width
        sheet.set_xy(left, top)
        sheet.type(9, "", DIM)
        sheet.cell(width, 5, words)
        sheet.set_xy(left, top + 6)
        sheet.type(17, "B", INK)
        sheet.cell(width, 9, "not known" if amount is None else display(amount, pack.currency))
    sheet.set_xy(MARGIN, top + 18)


def _verdict(sheet: Sheet, pack: PackData) -> None:
    three = pack.reconciled
    if pack.agrees:
        told, colour = "The three agree to the cent.", GOOD
    elif three.bank_balance is None:
        told, colour = "No bank statement was imported: the bank's side is not known.", BAD
    elif three.shortage:
        told, colour = f"Trust is short of {display(three.shortage, pack.currency)}.", BAD
    else:
        told, colour = "The three do not agree; see the reconciliation.", BAD
    sheet.type(11, "B", colour)
    sheet.cell(sheet.epw, 7, told, new_x="LMARGIN", new_y="NEXT")
    sheet.ln(6)


def _contents(sheet: Sheet, sections: Sequence[Section]) -> None:
    sheet.type(10, "B", INK)
    sheet.cell(sheet.epw, 7, "In this pack", new_x="LMARGIN", new_y="NEXT")
    for number, one in enumerate(sections, 1):
        rows = sum(len(table.rows) for table in one.tables)
        sheet.type(9, "", INK)
        sheet.cell(sheet.epw * 0.7, 5.4, f"{number}  {one.title}")
        sheet.type(9, "", DIM)
        told = f"{rows:,} row{'' if rows == 1 else 's'}" if rows else "nothing"
        sheet.cell(sheet.epw * 0.3, 5.4, told, align="R", new_x="LMARGIN", new_y="NEXT")
        sheet.set_draw_color(*RULE)
        sheet.set_line_width(0.1)
        sheet.line(MARGIN, sheet.get_y(), sheet.w - MARGIN, sheet.get_y())
    sheet.ln(10)


def _signatures(sheet: Sheet, pack: PackData) -> None:
    """Who prepared, closed and approved it, with lines to sign on, and what they vouch for."""
    signed = pack.sign_off
    prepared = _said(signed.prepared_by, signed.prepared_at), "Prepared by"
    closed = _said(signed.closed_by, signed.closed_at), "Closed by"
    approved = _said(signed.approved_by, None), "Approved by"
    width, top = sheet.epw / 3, sheet.get_y()
    for number, (words, label) in enumerate((prepared, closed, approved)):
        left = MARGIN + number * width
        sheet.set_xy(left, top)
        sheet.type(9, "", INK)
        sheet.cell(width - 6, 5, sheet.letters.drawable(words))
        sheet.set_draw_color(*DIM)
        sheet.set_line_width(0.2)
        sheet.line(left, top + 13, left + width - 8, top + 13)
        sheet.set_xy(left, top + 13.5)
        sheet.type(8, "", DIM)
        sheet.cell(width - 6, 5, f"{label}: signature, date")
    sheet.set_xy(MARGIN, top + 24)
    state = "The month is closed." if signed.closed else "The month is not closed yet."
    sheet.type(8, "", DIM)
    head = signed.audit_head or "empty"
    told = f"{state} Head of the audit log: {head}"
    sheet.multi_cell(sheet.epw, 4.4, told, align="L", new_x="LMARGIN", new_y="NEXT")


def _said(who: str, when: datetime | None) -> str:
    return f"{who}, {when:%Y-%m-%d %H:%M %Z}" if who and when else who
