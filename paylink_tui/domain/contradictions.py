"""What a processor cannot mean: contradictions found before anything of a telling is merged."""

from __future__ import annotations

from collections.abc import Iterable

from paylink_tui.domain.facts import Fact, FactConflict, FactKind, merge
from paylink_tui.domain.money import display

_WHOLE = (FactKind.SUBMITTED, FactKind.AUTHORIZED, FactKind.CAPTURED)
"""Kinds that are told of a payment as a whole, and so for its amount."""
_BACK = (FactKind.RETURNED, FactKind.DISPUTE_OPENED, FactKind.DISPUTE_LOST)
"""Kinds that may be told of what a refund has left of it."""

_ASKED = "op_"
"""How the ids of our own calls begin, of which a processor does each once."""


def contradiction(amount: int, currency: str, known: Iterable[Fact], told: Iterable[Fact]) -> str:
    """Why news of a payment cannot be, in words; empty when it can (`txn-facts`).

    Args:
        amount: What was to be paid, minor units.
        currency: Its currency.
        known: Facts that were merged before.
        told: What is told now.
    """
    told = list(told)
    try:
        merged = merge(known, told).values()
    except FactConflict as conflict:
        return str(conflict)
    paid = display(amount, currency)
    for one in told:
        wrong = one.kind in _WHOLE and one.amount != amount
        wrong = wrong or (one.kind in _BACK and not 0 < one.amount <= amount)
        if wrong or one.currency != currency:
            return (
                f"told as {one.kind.value} for {display(one.amount, one.currency)}, but {paid} was to be paid"
            )
    refunded = sum(one.amount for one in merged if one.kind is FactKind.REFUNDED)
    if refunded > amount:
        return f"told as refunded by {display(refunded, currency)}, but {paid} was to be paid"
    asked = [one.detail for one in merged if one.kind is FactKind.REFUNDED and one.detail.startswith(_ASKED)]
    if len(asked) > len(set(asked)):
        return "told twice, under two references, of a refund that was asked for once"
    return ""
