"""When money may be refunded, and how much of whose: refusals that need no more than what is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from paylink_tui.domain import standing as standings
from paylink_tui.domain.cascade import Choice, choose
from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import Dispute, Status
from paylink_tui.domain.money import display
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.standing import OwnerLedger, Standing
from paylink_tui.domain.views import Transaction
from paylink_tui.processors.port import Capabilities

RULE: Final = "txn-refund-completed"

Mine = Callable[[OwnerLedger], bool]


def check_refund(one: Transaction) -> None:
    """`txn-refund-completed`: only completed money that nobody disputes, one refund at a time."""
    if one.status is not Status.COMPLETED:
        fix = "Void it instead (x)." if one.status is Status.AUTHORIZED else ""
        raise Refused(RULE, f"{one.name} is {one.status.value}; only completed money can be refunded.", fix)
    if one.dispute is Dispute.OPEN:
        raise Refused(
            RULE,
            f"The payer's bank disputes {one.name}, and a refund beside it would pay twice.",
            "Wait until the dispute is decided.",
        )
    if one.refunding:
        raise Refused(
            RULE,
            f"A refund of {display(one.refunding, one.currency)} of {one.name} is on its way.",
            "Wait until the processor has answered.",
        )
    if one.refunded >= one.amount:
        raise Refused(RULE, f"All of {one.name} was refunded.")


def check_window(one: Transaction, can: Capabilities, now: datetime) -> None:
    """The processor must be able to refund at all, and still."""
    if not can.can_refund:
        raise Refused(RULE, f"{one.processor} cannot refund payments.", "Pay the money back by hand.")
    until = one.paid_at + timedelta(days=can.refund_window)
    if now > until:
        raise Refused(
            RULE,
            f"{one.processor} refunds for {can.refund_window} days after the payment;"
            f" for {one.name} they ended on {until:%Y-%m-%d}.",
            "Pay the money back by hand.",
        )


def refuse_unsettled(transaction: Transaction) -> None:
    """Refuse money that somebody else decides on: a dispute is open, or a refund is on its way."""
    if transaction.dispute is Dispute.OPEN:
        raise Refused(
            "link-only-completed",
            f"T{transaction.id} is disputed; whose it is can be said once that is decided.",
            "Wait until the dispute is won or lost.",
        )
    if transaction.refunded >= transaction.amount:
        raise Refused(
            "link-only-completed", f"All of T{transaction.id} was refunded; nothing is left to link."
        )
    if transaction.refunding:
        raise Refused(
            "link-only-completed",
            f"A refund of {display(transaction.refunding, transaction.currency)} of T{transaction.id}"
            " is on its way; what stays can be linked afterwards.",
            "Wait until the processor has answered.",
        )


def whose(client_id: int | None, matter_id: int | None) -> Mine:
    """Which parts a refund is of: those of a client, of one of its matters, or all."""

    def mine(owner: OwnerLedger) -> bool:
        return client_id in (None, owner.client_id) and matter_id in (None, owner.matter_id)

    return mine


def available(standing: Standing, mine: Mine) -> list[int]:
    """What each part can give: of trust what no invoice has and its ledger holds, of operating all of it."""
    if standing.till.kind is AccountKind.OPERATING:
        return standing.lefts(mine)
    pairs = enumerate(standing.owners)
    return [min(standing.unapplied(at), max(0, owner.holds)) if mine(owner) else 0 for at, owner in pairs]


def overpayment(standing: Standing, mine: Mine) -> int:
    """What no invoice has taken of a payment that was applied to some; 0 of any other."""
    if not standing.applied or standing.till.kind is AccountKind.TRUST:
        return 0
    return sum(standing.unapplied(at) for at, owner in enumerate(standing.owners) if mine(owner))


def choice_of(standing: Standing, amount: int, mine: Mine) -> Choice:
    """What a refund takes and undoes; trust money is never un-applied for one."""
    if standing.till.kind is AccountKind.OPERATING:
        return standings.choose_from(standing, amount, mine)
    gives = choose(amount, available(standing, mine), ()).gives
    return Choice(gives, tuple(one.amount for one in standing.applied))


def check_amount(standing: Standing, name: str, amount: int, mine: Mine, spent_by: str) -> Choice:
    """The choice for an amount that can be refunded.

    Args:
        standing: How the money stands.
        name: `T17`.
        amount: Minor units to refund.
        mine: The parts it is of.
        spent_by: `R3` or `E5`, which spent trust money of it; or empty.

    Raises:
        Refused: `txn-refund-completed` when so much was not paid, or of this part; `trust-never-negative`
            when trust no longer holds it.
    """
    currency, most = standing.till.currency, sum(available(standing, mine))
    paid = sum(standing.lefts(mine))
    if amount > paid:
        raise Refused(
            RULE,
            f"{display(amount, currency)} is more than the {display(paid, currency)} that is left of {name}.",
            f"Refund at most {display(most, currency)}.",
        )
    choice = choice_of(standing, amount, mine)
    _, short = standings.shares(standing, choice)
    if amount > most or short:
        most = min(most, amount - short)
        undo = f"Undo {spent_by} first" if spent_by else "Put the money back first"
        raise Refused(
            "trust-never-negative",
            f"Of {name} the client's ledger holds {display(most, currency)},"
            f" less than {display(amount, currency)}; nobody else's money is refunded.",
            f"{undo}, or refund at most {display(most, currency)}.",
        )
    return choice
