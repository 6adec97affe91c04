"""Posting money that goes back: refunds sent, done and declined, and what the bank takes by itself.

Everything here runs inside a write transaction that holds the payment's row.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from paylink_tui.domain import givebacks
from paylink_tui.domain import standing as standings
from paylink_tui.domain.cascade import Choice
from paylink_tui.domain.facts import Dispute, Fact, FactKind, PaymentView, Status
from paylink_tui.domain.refunds import RefundState
from paylink_tui.domain.standing import Standing
from paylink_tui.services import disputes, posting, unapplying
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import ledger as books
from paylink_tui.store.write import payments, refunds


async def _post(unit: UnitOfWork, row: Any, kind: str, transfers: list[Any], reason: str = "") -> None:
    if transfers:
        day = await posting.day_of(unit, unit.at)
        number = await books.open_journal(unit, kind, day, payment_id=row.id, reason=reason)
        await books.post(unit, number, transfers)


def _shares(standing: Standing, choice: Choice) -> tuple[list[givebacks.Share], int]:
    """Whose ledger gives how much of what it holds now, and what all of them are short of."""
    pairs = list(zip(standing.owners, choice.gives, strict=True))
    given = [(standing.ledger(owner), min(gives, max(0, owner.holds))) for owner, gives in pairs]
    return given, sum(choice.gives) - sum(amount for _, amount in given)


async def set_aside(unit: UnitOfWork, row: Any, standing: Standing, choice: Choice, tag: str) -> None:
    """Un-apply what a refund needs and set its money aside, before the processor is asked."""
    await unapplying.unapply(unit, row, standing, choice, "refund", tag)
    shares, _ = _shares(await unapplying.now(unit, row.id), choice)
    await _post(unit, row, "reserve", givebacks.reserve(posting.till_of(row), shares), tag)
    _touch(unit, standing)
    await payments.change(unit, row, refunding=row.refunding + sum(choice.gives))


async def put_back(unit: UnitOfWork, row: Any, one: Any, state: str, problem: str) -> None:
    """A refund that was not done: its money returns to its owners and pays their invoices again."""
    await release_reserve(unit, row, one)
    await refunds.change(unit, one.id, state=state, problem=problem, settled_at=unit.at)
    fresh = await payments.lock(unit, row.id)
    assert fresh is not None
    if fresh.dispute in (Dispute.OPEN, Dispute.LOST):
        await disputes.follow_again(unit, fresh, await payments.facts_of(unit, fresh))
    elif fresh.status == Status.RETURNED:
        await take_back(unit, fresh, await _told(unit, fresh, FactKind.RETURNED))
    else:
        await unapplying.restore_applied(unit, fresh, f"F{one.id}")
    before, after = {"state": one.state}, {"state": state, "refund": f"F{one.id}"}
    unit.record("refund " + state, "payment", row.id, before=before, after=after, reason=problem)


async def release_reserve(unit: UnitOfWork, row: Any, one: Any) -> None:
    """Give what is set aside for a refund that runs back to whose it was."""
    live = await books.live_journals(unit, "reserve", payment_id=row.id)
    day = await posting.day_of(unit, unit.at)
    # Of the journals that stand, those of refunds that are done are older.
    await books.reverse(unit, live[-1:], "not refunded", day, f"F{one.id}")
    await payments.change(unit, row, refunding=row.refunding - one.amount)
    _touch(unit, await unapplying.now(unit, row.id))


async def refunded(unit: UnitOfWork, row: Any, told: Iterable[Fact]) -> None:
    """Post refunds a processor tells of; `row` is the payment as it is locked now.

    One we asked for takes what was set aside for it. Any other one takes what it needs of the owners'
    ledgers in one go; what they do not hold is the firm's loss, or short in trust.
    """
    for one in sorted(told, key=lambda fact: (fact.occurred_at, fact.external_ref)):
        held = await payments.lock(unit, row.id)
        mine = await refunds.by_operation(unit, one.detail) if one.detail else None
        if mine is None or mine.state != RefundState.SENT or mine.payment_id != row.id:
            await _make_room(unit, held, one.amount)
            await _theirs(unit, await payments.lock(unit, row.id), one.amount)
        elif mine.amount == one.amount:
            await _ours(unit, held, mine)
        else:
            await release_reserve(unit, held, mine)
            await _theirs(unit, await payments.lock(unit, row.id), one.amount)
            problem = "the processor refunded another amount"
            await refunds.change(unit, mine.id, state="done", problem=problem, settled_at=unit.at)


async def _ours(unit: UnitOfWork, row: Any, one: Any) -> None:
    await _post(unit, row, "refund", givebacks.refund(posting.till_of(row), one.amount), f"F{one.id}")
    await payments.change(unit, row, refunding=row.refunding - one.amount, refunded=row.refunded + one.amount)
    await refunds.change(unit, one.id, state="done", settled_at=unit.at, problem="")
    unit.record("refund done", "payment", row.id, before={"state": "sent"}, after={"refund": f"F{one.id}"})


async def _make_room(unit: UnitOfWork, row: Any, amount: int) -> None:
    """A refund on its way that no longer fits beside another one cannot be done: no processor gives back
    more than was paid. Waiting for its answer would keep the other one out of the books."""
    if not row.refunding or row.refunded + row.refunding + amount <= row.amount:
        return
    one = await refunds.running(unit, row.id)
    assert one is not None
    problem = "so much was refunded at the processor that this does not fit any more"
    await _decline(unit, row, one, problem)


async def _decline(unit: UnitOfWork, row: Any, one: Any, problem: str) -> None:
    await release_reserve(unit, row, one)
    await refunds.change(unit, one.id, state=RefundState.DECLINED.value, problem=problem, settled_at=unit.at)
    before, after = {"state": one.state}, {"state": "declined", "refund": f"F{one.id}"}
    unit.record("refund declined", "payment", row.id, before=before, after=after, reason=problem)


async def declined(unit: UnitOfWork, row: Any, told: Iterable[Fact]) -> list[str]:
    """Let go of what is set aside for refunds a processor had accepted and declines now.

    What invoices they had un-paid is paid again by the caller, who knows what else was told. Returns the
    refunds' names; one that is not on its way any more stays as it ended.
    """
    freed = []
    for fact in told:
        one = await refunds.by_operation(unit, fact.detail) if fact.detail else None
        if one is None or one.state != RefundState.SENT or one.payment_id != row.id:
            continue
        problem = "the processor accepted it, and declined it later"
        await _decline(unit, await payments.lock(unit, row.id), one, problem)
        await payments.settle_operation(unit, fact.detail, "declined", problem)
        freed.append(f"F{one.id}")
    return freed


async def withdraw_hopeless(unit: UnitOfWork, row: Any, view: PaymentView) -> None:
    """A refund that waits for approval can never be done once its payment is gone: it is withdrawn.

    Args:
        unit: The transaction.
        row: The payment, locked, with everything told of it posted.
        view: What its facts amount to now.
    """
    one = await refunds.running(unit, row.id)
    gone = view.status is Status.RETURNED or row.refunded >= row.amount
    if not gone or one is None or one.state != RefundState.REQUESTED:
        return
    why = "all of it was refunded at the processor"
    if view.status is Status.RETURNED:
        why = "the dispute was lost" if view.dispute is Dispute.LOST else "the payment was returned"
    state = RefundState.WITHDRAWN.value
    await refunds.change(unit, one.id, state=state, problem=why, settled_at=unit.at)
    before, after = {"state": one.state}, {"refund": f"F{one.id}", "state": state}
    unit.record("withdraw refund", "payment", row.id, before=before, after=after, reason=why)


async def _theirs(unit: UnitOfWork, row: Any, amount: int) -> None:
    """A refund nobody asked for here; what a return took already is not taken again."""
    standing = await unapplying.locked(unit, row)
    need = min(amount, standing.left)
    choice = standings.choose_from(standing, need)
    await unapplying.unapply(unit, row, standing, choice, "refund", "refunded at the processor")
    shares, missing = _shares(await unapplying.now(unit, row.id), choice)
    missing += need - sum(choice.gives)
    till, reserved = posting.till_of(row), sum(given for _, given in shares)
    transfers = [*givebacks.reserve(till, shares), *givebacks.refund(till, reserved, missing)]
    await _post(unit, row, "refund", transfers, "refunded at the processor")
    _touch(unit, standing)
    await payments.change(unit, row, refunded=row.refunded + amount)


async def take_back(unit: UnitOfWork, row: Any, told: int) -> None:
    """The bank took completed money: un-pay its invoices, empty what its owners' ledgers hold of it.

    Args:
        unit: The transaction.
        row: The payment, locked.
        told: What the bank took in all, in minor units; a refund's part of it is not taken again.
    """
    standing = await unapplying.locked(unit, row)
    need = min(max(0, told - standing.taken), standing.left)
    choice = standings.everything(standing, need)
    await unapplying.unapply(unit, row, standing, choice, "returned", "the payment came back")
    shares, missing = _shares(await unapplying.now(unit, row.id), choice)
    missing += need - sum(choice.gives)
    await _post(unit, row, "return", givebacks.take_back(posting.till_of(row), shares, missing))
    _touch(unit, standing)


async def _told(unit: UnitOfWork, row: Any, kind: FactKind) -> int:
    """What the first fact of a kind told, in minor units; 0 when none was told."""
    found = [fact for fact in await payments.facts_of(unit, row) if fact.kind is kind]
    return min(found, key=lambda fact: (fact.occurred_at, fact.external_ref)).amount if found else 0


def _touch(unit: UnitOfWork, standing: Standing) -> None:
    for owner in standing.owners:
        if owner.client_id is not None:
            unit.touch("client", owner.client_id)
