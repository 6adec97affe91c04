"""Posting disputes: debited from operating and held when opened, given back when won, given up when lost.

Everything here runs inside a write transaction that holds the payment's row. What stands in the books
follows from what was told, in whatever order it was told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from paylink_tui.domain import givebacks
from paylink_tui.domain import standing as standings
from paylink_tui.domain.errors import Refused
from paylink_tui.domain.facts import Dispute, Fact, FactKind, undecided
from paylink_tui.domain.ledger import Till, TransferKind
from paylink_tui.domain.parties import AccountKind
from paylink_tui.domain.standing import Standing
from paylink_tui.services import drawing, posting, unapplying
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import ledger as books
from paylink_tui.store.write import payments, refunds

TOLD = (FactKind.DISPUTE_OPENED, FactKind.DISPUTE_WON, FactKind.DISPUTE_LOST)
"""What tells how the disputes about a payment stand."""


def stake(row: Any, facts: Iterable[Fact]) -> int:
    """What disputes are about: what was lost, else asked for and not won, and no more than no refund has
    given back."""
    known = list(facts)
    lost = [fact for fact in known if fact.kind is FactKind.DISPUTE_LOST]
    told = sum(fact.amount for fact in lost or undecided(known))
    return min(told, int(row.amount - row.refunded - row.refunding))


async def release(unit: UnitOfWork, row: Any) -> None:
    """Let disputed money go to its owners' ledgers, before something else about it is posted."""
    live = await books.live_journals(unit, "hold", payment_id=row.id)
    await books.reverse(unit, live, "release", await posting.day_of(unit, unit.at), "")


async def follow(unit: UnitOfWork, row: Any, after: Dispute, facts: Iterable[Fact]) -> None:
    """Bring the books to how a dispute stands now; nothing of it is held when this begins.

    Args:
        unit: The transaction.
        row: The payment, locked, with its refunds posted.
        after: How the dispute stands.
        facts: Everything known of the payment.
    """
    if after is Dispute.OPEN:
        amount = await _open(unit, row, facts)
        await _hold(unit, row, amount)
    elif after is Dispute.WON:
        await _close(unit, row)
    elif row.dispute == Dispute.LOST:
        await _lose_more(unit, row, facts)
    elif after is Dispute.LOST:
        await _lose(unit, row, await _open(unit, row, facts))
    if row.dispute != after.value:
        await payments.change(unit, row, dispute=after.value)


async def follow_again(unit: UnitOfWork, row: Any, facts: Iterable[Fact]) -> None:
    """What a refund that was not done had set aside is at stake as well, once it is put back.

    Args:
        unit: The transaction.
        row: The payment, locked, disputed or lost, with the refund's money back in its ledgers.
        facts: Everything known of the payment.
    """
    if row.dispute == Dispute.OPEN:
        await release(unit, row)
        await follow(unit, row, Dispute.OPEN, facts)
        return
    await _lose_more(unit, row, facts)


async def _lose_more(unit: UnitOfWork, row: Any, facts: Iterable[Fact]) -> None:
    """What is lost beyond what was lost already."""
    more = stake(row, facts) - await refunds.live_of(unit, row.id, TransferKind.DISPUTE)
    if more > 0:
        await _post(unit, row, "dispute", givebacks.open_dispute(row.currency, more))
        await _lose(unit, row, more)


async def _open(unit: UnitOfWork, row: Any, facts: Iterable[Fact]) -> int:
    """The claim of the firm is what is at stake, whatever it was before."""
    amount = stake(row, facts)
    claimed = await refunds.live_of(unit, row.id, TransferKind.DISPUTE)
    if claimed == amount:
        return amount
    await _close(unit, row)
    if amount:
        await _post(unit, row, "dispute", givebacks.open_dispute(row.currency, amount))
    return amount


async def _close(unit: UnitOfWork, row: Any) -> None:
    live = await books.live_journals(unit, "dispute", payment_id=row.id)
    await books.reverse(unit, live, "dispute won", await posting.day_of(unit, unit.at), "")


async def _hold(unit: UnitOfWork, row: Any, amount: int) -> None:
    """Keep from being spent what the owners' ledgers still have of it."""
    standing = await unapplying.locked(unit, row)
    transfers, left = [], amount
    for at in range(len(standing.owners) - 1, -1, -1):
        owner = standing.owners[at]
        held = min(left, standing.unapplied(at), max(0, owner.holds))
        if owner.client_id is not None and held:
            transfers.append(givebacks.hold(standing.till, owner.client_id, owner.matter_id, held))
            left -= held
    await _post(unit, row, "hold", transfers)


async def _lose(unit: UnitOfWork, row: Any, amount: int) -> None:
    """Un-pay the invoices, and let the owners' ledgers give up what they hold of what is at stake."""
    standing = await unapplying.locked(unit, row)
    choice = standings.everything(standing, min(amount, standing.left))
    await unapplying.unapply(unit, row, standing, choice, "chargeback", "the dispute was lost")
    standing = await unapplying.now(unit, row.id)
    operating = await _operating(unit, standing)
    shares = []
    if operating is not None or standing.till.kind is AccountKind.OPERATING:
        pairs = zip(standing.owners, choice.gives, strict=True)
        shares = [(standing.ledger(owner), min(gives, max(0, owner.holds))) for owner, gives in pairs]
    missing = amount - sum(given for _, given in shares)
    transfers = givebacks.lose_dispute(standing.till, operating, shares, missing)
    await _post(unit, row, "chargeback", transfers)


async def _operating(unit: UnitOfWork, standing: Standing) -> Till | None:
    """Where a trust deposit goes that is the firm's now; without an operating account it stays in its
    client's name in trust, and the firm bears the whole."""
    if standing.till.kind is AccountKind.OPERATING:
        return None
    try:
        return await drawing.operating_till(unit, standing.till.currency, "trust-gross")
    except Refused:
        return None


async def _post(unit: UnitOfWork, row: Any, kind: str, transfers: list[Any]) -> None:
    if transfers:
        day = await posting.day_of(unit, unit.at)
        number = await books.open_journal(unit, kind, day, payment_id=row.id)
        await books.post(unit, number, transfers)
