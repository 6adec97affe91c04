"""The live bar of trust: bank, book and clients of each trust account, and what is off."""

from __future__ import annotations

from datetime import date

from textual.content import Content
from textual.reactive import reactive

from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.trust import ThreeWay
from paylink_tui.tui.paint import DIM, dim, fill
from paylink_tui.tui.widgets.cells import COLOURS, day
from paylink_tui.tui.widgets.kept_lines import KeptLines

ACCOUNTS = 3
"""Accounts whose numbers are told; those that are off come first."""
REASONS = 2
"""Reasons told of each account that is off."""


class TrustBar(KeptLines):
    """Three numbers an account in a line, and below it why they differ."""

    shown: reactive[tuple[ThreeWay, ...]] = reactive((), layout=True)
    """As read last."""
    today: reactive[date] = reactive(date.min)
    restore: reactive[str] = reactive("")
    """The key that restores what is short."""

    def render(self) -> Content:
        """The accounts, those that are off first."""
        width = max(20, self.content_size.width)
        if not self.shown:
            return dim("Reading the trust accounts ...")
        lines: list[Content] = []
        ordered = sorted(self.shown, key=lambda one: one.in_balance)
        for one in ordered[:ACCOUNTS]:
            lines += three_lines(one, self.today, self.restore, width)
        if len(ordered) > ACCOUNTS:
            lines.append(dim(f"and {len(ordered) - ACCOUNTS} more trust accounts"))
        return Content("\n").join(fill(line, width) for line in lines)


def three_lines(one: ThreeWay, today: date, restore: str, width: int) -> list[Content]:
    """One account: its name and verdict, the three numbers, and the reasons when they differ."""
    head = Content.assemble((visible(one.account_name, 30), "bold"), "  ", _verdict(one))
    lines = [head, *_numbers(one, today, width)]
    lines += [Content.styled(f"  ! {visible(why, 160)}", COLOURS["bad"]) for why in one.why[:REASONS]]
    if one.shortage:
        amount = display(one.shortage, one.currency)
        lines.append(
            Content.styled(
                f"  ! {amount} is short: press {restore} to restore it from operating.", COLOURS["bad"]
            )
        )
    return lines


def _verdict(one: ThreeWay) -> Content:
    if not one.in_balance:
        return Content.styled("✗ OUT OF BALANCE", COLOURS["bad"])
    if one.bank_balance is None:
        return Content.styled("○ Book and clients agree", COLOURS["good"]) + dim("  no bank statement yet")
    return Content.styled("✓ In balance", COLOURS["good"])


def _numbers(one: ThreeWay, today: date, width: int) -> list[Content]:
    """`Bank $5.00 = Book $5.00 = Clients $5.00`, with what the bank's number is made of where it fits."""
    bank = "–" if one.adjusted is None else display(one.adjusted, one.currency)
    line = Content.assemble(
        ("  Bank ", DIM),
        (bank, "bold"),
        Content("     ") if one.adjusted is None else _sign(one.difference == 0),
        ("Book ", DIM),
        (display(one.book, one.currency), "bold"),
        _sign(one.book == one.ledgers and not one.shortage),
        ("Clients ", DIM),
        (display(one.ledgers, one.currency), "bold"),
    )
    if one.bank_on is None:
        return [line]
    told = dim("   " + _bank_words(one, today))
    if line.cell_length + told.cell_length <= width:
        return [line + told]
    # The day the bank told it comes last, and is worth more than the words before it.
    return [line, dim(f"     {_bank_words(one, today, short=told.cell_length + 2 > width)}")]


def _sign(equal: bool) -> Content:
    return Content("  =  ") if equal else Content.styled("  ≠  ", COLOURS["bad"])


def _bank_words(one: ThreeWay, today: date, *, short: bool = False) -> str:
    """What the adjusted number is made of, and the day the bank told it."""
    assert one.bank_on is not None
    way = "" if short else "on the way "
    parts = [f"bank {display(one.bank_balance or 0, one.currency)}"]
    if one.outstanding_in:
        parts.append(f"+ {display(one.outstanding_in, one.currency)} {way}in")
    if one.outstanding_out:
        parts.append(f"− {display(one.outstanding_out, one.currency)} {way}out")
    return f"{' '.join(parts)}, told {day(one.bank_on, today)}"
