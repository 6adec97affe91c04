"""Who is to be told of what: messages are written in the transaction that makes them true.

Each is unique by payment, occasion, occurrence and audience, so nobody is told the same twice however
often and in whatever order it is told to us (`notify-completed`). Sending them is the outbox's work.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paylink_tui.domain.facts import Dispute, Fact, FactKind, PaymentView, Status
from paylink_tui.domain.notices import Audience
from paylink_tui.domain.settings import Occasion
from paylink_tui.domain.times import maybe_ms
from paylink_tui.store.unit_of_work import UnitOfWork
from paylink_tui.store.write import messages

_OCCASIONS = {
    Status.AUTHORIZED: Occasion.SUBMITTED,
    Status.COMPLETED: Occasion.COMPLETED,
    Status.FAILED: Occasion.FAILED,
    Status.VOIDED: Occasion.FAILED,
    Status.RETURNED: Occasion.RETURNED,
}
_COLLECTED = (Status.COMPLETED, Status.RETURNED)


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell about a payment."""

    occasion: Occasion
    occurrence: str = ""
    """The processor's id of what can happen more than once; empty for what cannot."""
    refund: int = 0
    """Minor units of this refund."""
    dispute: str = ""
    """How a dispute stands now; nobody but the firm is told of one."""


def news(
    before: Status,
    after: Status,
    known: Iterable[Fact],
    new: Iterable[Fact],
    tried: bool,
    disputes: tuple[Dispute, Dispute] = (Dispute.NONE, Dispute.NONE),
) -> list[News]:
    """What is to be told once a payment has moved.

    Args:
        before: Its state when the facts arrived.
        after: Its state now; the steps between are not told of.
        known: Facts that were there before.
        new: Facts that just arrived.
        tried: Whether a card or a bank account was ever presented. A page that was left without paying
            is nobody's news.
        disputes: How a dispute stood when the facts arrived, and how it stands now. What is lost with it
            is told as its end, not as a return.
    """
    told, known, new = [], list(known), list(new)
    never_paid = before is Status.PENDING and after in (Status.FAILED, Status.VOIDED)
    lost = after is Status.RETURNED and disputes[1] is Dispute.LOST
    if after is not before and not lost and not (never_paid and (after is Status.VOIDED or not tried)):
        told.append(News(_OCCASIONS[after]))
    if after in _COLLECTED:
        # Refunds told of before their payment was collected have waited for it.
        facts = [*new] if before in _COLLECTED else [*known, *new]
        refunds = [one for one in facts if one.kind is FactKind.REFUNDED]
        told += [News(Occasion.REFUNDED, one.external_ref, one.amount) for one in refunds]
        if disputes[1] is not disputes[0]:
            told.append(_turn(disputes[1], [*known, *new]))
    return told


def _turn(dispute: Dispute, facts: Sequence[Fact]) -> News:
    """A dispute that turned; a second one about the same payment is told of as well."""
    kinds = {Dispute.OPEN: FactKind.DISPUTE_OPENED, Dispute.WON: FactKind.DISPUTE_WON}
    times = sum(fact.kind is kinds.get(dispute) for fact in facts)
    occurrence = f"{dispute.value} {times}" if times > 1 else dispute.value
    return News(Occasion.DISPUTED, occurrence, dispute=dispute.value)


async def announce(
    unit: UnitOfWork,
    row: Any,
    view: PaymentView,
    known: Sequence[Fact],
    new: Sequence[Fact],
    details: Mapping[str, Any],
) -> None:
    """Write what payer and firm are to be told, in one statement; nothing when there is no news.

    Args:
        unit: The transaction that moves the payment.
        row: The payment as it was before.
        view: What its facts amount to now.
        known: Facts that were there before.
        new: Facts that just arrived.
        details: Method, brand, last four digits and due date where the processor told them now.
    """
    tried = bool(details.get("last4") or row.last4)
    disputes = (Dispute(row.dispute), view.dispute)
    told = news(Status(row.status), view.status, known, new, tried, disputes)
    if told:
        base = _content(row, view, details)
        await messages.add(unit, [line for one in told for line in _lines(row, one, base)])


def _lines(row: Any, one: News, base: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The firm's message, and the payer's when the payer left an address."""
    more = {name: value for name, value in (("refund", one.refund), ("dispute", one.dispute)) if value}
    line = {
        "payment_id": row.id,
        "occasion": one.occasion.value,
        "occurrence": one.occurrence,
        "content": json.dumps({**base, **more}, separators=(",", ":")),
    }
    lines = [{**line, "audience": Audience.FIRM.value, "recipient": "", "payer_of": 0}]
    if row.payer_email and one.occasion is not Occasion.DISPUTED:
        payer = {"audience": Audience.PAYER.value, "recipient": row.payer_email, "payer_of": row.id}
        lines.append({**line, **payer})
    return lines


def _content(row: Any, view: PaymentView, details: Mapping[str, Any]) -> dict[str, Any]:
    """What is true now and may not be when the message is sent; times in epoch milliseconds."""
    content: dict[str, Any] = {
        "paid_at": maybe_ms(view.paid_at) or row.paid_at,
        "method": details.get("method", row.method),
        "brand": details.get("brand", row.brand),
        "last4": details.get("last4", row.last4),
    }
    if view.status is Status.AUTHORIZED:
        content["due_at"] = details.get("due_at", row.due_at)
    if view.failure:
        content["reason"] = view.failure
    if view.status is Status.VOIDED:
        content["cancelled"] = True
    if view.status is Status.COMPLETED and row.intent_client_id is not None:
        content["linked"] = True
    return content
