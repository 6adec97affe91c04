"""Bank, book and client ledgers of a trust account: what is outstanding, and why they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from paylink_tui.domain.money import display
from paylink_tui.domain.text import visible
from paylink_tui.domain.trust import BankItem, Outstanding, StatementLine, ThreeWay

_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class BankSide:
    """What the bank says at the end of a day."""

    balance: int | None
    on: date | None
    unlisted: int
    """What of its balance no imported line explains."""
    unexplained: tuple[StatementLine, ...]


def outstanding(
    waiting: Sequence[BankItem], at_bank: Sequence[BankItem], day: date
) -> tuple[Outstanding, ...]:
    """Everything the book and the bank do not both have by a day, the oldest first."""
    found = [Outstanding(one, one.amount, (day - one.day).days) for one in waiting]
    found += [Outstanding(one, -one.amount, 0, at_bank=True) for one in at_bank]
    return tuple(sorted(found, key=lambda one: (-one.age, one.item.transfer_id)))


def sums(found: Sequence[Outstanding]) -> tuple[int, int]:
    """Outstanding in and out, neither negative, in minor units."""
    return (
        sum(one.amount for one in found if one.amount > 0),
        -sum(one.amount for one in found if one.amount < 0),
    )


def reasons(three: ThreeWay, bank: BankSide) -> tuple[str, ...]:
    """Why the three numbers differ, a sentence each; empty when they agree."""
    told = [_line(one, three.currency) for one in bank.unexplained[:_TOLD]]
    if len(bank.unexplained) > _TOLD:
        told.append(f"{len(bank.unexplained) - _TOLD} more lines of the bank are in no book.")
    if bank.unlisted:
        what = display(bank.unlisted, three.currency)
        told.append(
            f"{what} of the bank's balance is on no imported line: a statement of earlier days is missing."
        )
    if three.book != three.ledgers - three.shortage:
        gap = display(three.book - three.ledgers + three.shortage, three.currency)
        told.append(f"The book and the client ledgers are {gap} apart: run paylink doctor.")
    if three.shortage:
        short = display(three.shortage, three.currency)
        told.append(f"Trust is short of {short}; restore it from operating.")
    return tuple(told)


def _line(one: StatementLine, currency: str) -> str:
    what = visible(one.description, 40).strip() or one.number or "no text"
    told = f"The bank's line of {one.posted_on}, {display(one.amount, currency)} ({what}), is in no book"
    return f"{told}: match it, or enter it as a {one.offer}."
