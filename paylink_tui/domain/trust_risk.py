"""When a deposit of trust money is safe to spend, and what of a ledger is still at risk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from paylink_tui.domain.calendar import IsHoliday, add_business_days
from paylink_tui.domain.money import display
from paylink_tui.domain.trust import Deposit, TrustPosition

ECHECK_DAYS: Final = 2
"""Banking days after completion within which most eCheck returns arrive."""
MAY_RETURN: Final = {"echeck": timedelta(days=60), "card": timedelta(days=120)}
"""How long a payer's bank may take back what completed: an unauthorized debit, a chargeback."""


def safe_on(method: str, completed_on: date, is_holiday: IsHoliday, *, disputed: bool) -> date | None:
    """The first day a deposit may be spent without risk: for a card the day it completed, for an eCheck two
    banking days later; None while it is disputed. Another method is held to the longer wait."""
    if disputed:
        return None
    if method == "card":
        return completed_on
    return add_business_days(completed_on, ECHECK_DAYS, is_holiday)


def may_return_until(method: str, completed_on: date) -> date:
    """The last day the payer's bank may take a deposit back."""
    return completed_on + MAY_RETURN.get(method, max(MAY_RETURN.values()))


def at_risk(ledger: int, deposits: Sequence[Deposit], today: date) -> int:
    """What of a ledger is not safe yet, in minor units: the oldest money is spent first.

    What is disputed counts no more: it is held beside the ledger already.
    """
    return min(ledger, sum(one.amount for one in deposits if not one.disputed and not one.safe(today)))


def spending_warnings(position: TrustPosition, amount: int, today: date) -> tuple[str, ...]:
    """What to say before `amount` minor units of a ledger are spent; empty when it is safe."""
    over = amount - position.available
    if over <= 0 or amount > position.ledger:
        return ()
    unsafe = [one for one in position.deposits if not one.disputed and not one.safe(today)]
    names = ", ".join(f"{one.name} (safe on {one.safe_on})" for one in unsafe[:3])
    told = display(over, position.currency)
    return (f"{told} of this could still be taken back by the payer's bank: {names}.",)
