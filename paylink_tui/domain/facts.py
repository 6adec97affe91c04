"""Facts a processor tells about a payment, and the pure fold that turns them into its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FactKind(StrEnum):
    """What happened, in the processor's own order of events."""

    SUBMITTED = "submitted"
    """The payer pressed pay; no answer from the processor yet."""
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    """The batch went out: the payment is completed."""
    VOIDED = "voided"
    FAILED = "failed"
    RETURNED = "returned"
    """The bank took completed money back: an eCheck return or a lost chargeback."""
    REFUNDED = "refunded"
    REFUND_DECLINED = "refund declined"
    """A refund that was accepted will not be made after all; its detail is the id of the call that asked."""
    DISPUTE_OPENED = "dispute opened"
    """The payer's bank asks for the money back; it has left operating until somebody decides."""
    DISPUTE_WON = "dispute won"
    DISPUTE_LOST = "dispute lost"
    """A chargeback: the money is the payer's again."""
    FEE = "fee"
    DECLINED = "declined"
    """A card was turned down on the processor's page, where the payer may try another one: it moves
    nothing, and is counted (a link on which cards are tried freezes)."""


class Status(StrEnum):
    """State of a transaction (`txn-states`)."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    COMPLETED = "completed"
    VOIDED = "voided"
    FAILED = "failed"
    RETURNED = "returned"


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.PENDING: frozenset({Status.AUTHORIZED, Status.COMPLETED, Status.FAILED, Status.VOIDED}),
    Status.AUTHORIZED: frozenset({Status.COMPLETED, Status.VOIDED, Status.FAILED}),
    Status.COMPLETED: frozenset({Status.RETURNED}),
    Status.VOIDED: frozenset(),
    Status.FAILED: frozenset(),
    Status.RETURNED: frozenset(),
}
"""Where a transaction may go. Pending steps over Authorized only when that event is late."""


def route(before: Status, after: Status) -> list[Status] | None:
    """The fewest allowed steps from one state to another; None when no way leads there (`txn-states`)."""
    ways = [[before]]
    for way in ways:
        if way[-1] is after:
            return way[1:]
        ways += [[*way, step] for step in sorted(TRANSITIONS[way[-1]])]
    return None


@dataclass(frozen=True, slots=True)
class Fact:
    """One immutable thing that happened; identified by processor, kind and external reference."""

    processor: str
    kind: FactKind
    external_ref: str
    """The processor's own id of what happened."""
    payment_ref: str
    """The processor's id of the payment it happened to."""
    amount: int
    """Minor units."""
    currency: str
    occurred_at: datetime
    """When, by the processor's clock, UTC."""
    detail: str = ""
    """A reason or code in the processor's words, for people."""

    @property
    def identity(self) -> tuple[str, FactKind, str]:
        """What makes two tellings the same fact."""
        return (self.processor, self.kind, self.external_ref)


class Dispute(StrEnum):
    """How a dispute about a transaction stands; it is a fact beside the state, not a state."""

    NONE = ""
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class PaymentView:
    """What a set of facts amounts to. Amounts in minor units, times UTC."""

    status: Status
    paid_at: datetime | None
    """When the payer paid: the authorization, else the submission (`txn-two-dates`)."""
    completed_at: datetime | None
    refunded: int
    fee: int
    failure: str
    """Why it failed, was voided or came back; empty otherwise."""
    conflict: str
    """What a person must look at: contradicting facts. Empty when all agree."""
    dispute: Dispute = Dispute.NONE


class FactConflict(Exception):
    """The same identity was told with another amount or currency; a person must decide (`txn-facts`)."""


def merge(known: Iterable[Fact], told: Iterable[Fact]) -> dict[tuple[str, FactKind, str], Fact]:
    """Union of two tellings by identity; of two that differ in time or words the earlier one is kept.

    Raises:
        FactConflict: one identity carries two amounts or currencies.
    """
    merged: dict[tuple[str, FactKind, str], Fact] = {}
    for fact in (*known, *told):
        first = merged.setdefault(fact.identity, fact)
        if (first.amount, first.currency) != (fact.amount, fact.currency):
            raise FactConflict(
                f"{fact.processor} told {fact.kind} {fact.external_ref} as {first.amount}"
                f" {first.currency} and as {fact.amount} {fact.currency}"
            )
        merged[fact.identity] = min(first, fact, key=_told)
    return merged


def _told(fact: Fact) -> tuple[datetime, str, str, str]:
    """An order of tellings that does not depend on which came first."""
    return (fact.occurred_at, fact.external_ref, fact.detail, fact.payment_ref)


_DECISIVE = (
    FactKind.RETURNED,
    FactKind.DISPUTE_LOST,
    FactKind.CAPTURED,
    FactKind.FAILED,
    FactKind.VOIDED,
    FactKind.AUTHORIZED,
)
_STATUS = {
    FactKind.RETURNED: Status.RETURNED,
    FactKind.DISPUTE_LOST: Status.RETURNED,
    FactKind.CAPTURED: Status.COMPLETED,
    FactKind.FAILED: Status.FAILED,
    FactKind.VOIDED: Status.VOIDED,
    FactKind.AUTHORIZED: Status.AUTHORIZED,
}


def fold(facts: Iterable[Fact]) -> PaymentView:
    """A payment's state from its facts: the same in any order and with any repetition (`txn-facts`).

    Captured money outranks a failure or a void told beside it, and a failure a void; such a pair is
    also a conflict for a person.

    Raises:
        FactConflict: one identity carries two amounts.
    """
    known = merge((), facts).values()
    first = {kind: _earliest(known, kind) for kind in FactKind}
    decisive = next((kind for kind in _DECISIVE if first[kind]), None)
    ended = (
        first[FactKind.RETURNED]
        or first[FactKind.DISPUTE_LOST]
        or (None if first[FactKind.CAPTURED] else first[FactKind.FAILED] or first[FactKind.VOIDED])
    )
    captured = first[FactKind.CAPTURED]
    paid = first[FactKind.AUTHORIZED] or first[FactKind.SUBMITTED] or captured
    return PaymentView(
        status=_STATUS[decisive] if decisive else Status.PENDING,
        paid_at=paid.occurred_at if paid else None,
        completed_at=captured.occurred_at if captured else None,
        refunded=sum(fact.amount for fact in known if fact.kind is FactKind.REFUNDED),
        fee=sum(fact.amount for fact in known if fact.kind is FactKind.FEE),
        failure=ended.detail if ended else "",
        conflict=_contradiction(first, known),
        dispute=_dispute(known),
    )


def undecided(facts: Iterable[Fact]) -> list[Fact]:
    """Openings of disputes that no win has closed, earliest first.

    A payment can be disputed again after a dispute was won. A win closes the opening told under its own
    reference; where a processor numbers each of its events instead, it closes the earliest one.
    """
    known = sorted(merge((), facts).values(), key=_told)
    opened = [fact for fact in known if fact.kind is FactKind.DISPUTE_OPENED]
    won = {fact.external_ref for fact in known if fact.kind is FactKind.DISPUTE_WON}
    others = len(won - {fact.external_ref for fact in opened})
    return [fact for fact in opened if fact.external_ref not in won][others:]


def _dispute(known: Iterable[Fact]) -> Dispute:
    kinds = {fact.kind for fact in known}
    if FactKind.DISPUTE_LOST in kinds:
        return Dispute.LOST
    if undecided(known):
        return Dispute.OPEN
    return Dispute.WON if FactKind.DISPUTE_WON in kinds else Dispute.NONE


def _decided_twice(known: Iterable[Fact]) -> bool:
    """Whether a dispute was told as both won and lost: by its reference, or as so many were not opened."""
    opened, won, lost = (
        {fact.external_ref for fact in known if fact.kind is kind}
        for kind in (FactKind.DISPUTE_OPENED, FactKind.DISPUTE_WON, FactKind.DISPUTE_LOST)
    )
    return bool(won and lost) and (bool(won & lost) or len(won) + len(lost) > len(opened))


def _earliest(known: Iterable[Fact], kind: FactKind) -> Fact | None:
    of_kind = [fact for fact in known if fact.kind is kind]
    return min(of_kind, key=_told, default=None)


def _contradiction(first: dict[FactKind, Fact | None], known: Iterable[Fact]) -> str:
    captured = first[FactKind.CAPTURED]
    for kind in (FactKind.FAILED, FactKind.VOIDED):
        if captured and first[kind]:
            return f"told as both captured and {kind.value}"
    if first[FactKind.FAILED] and first[FactKind.VOIDED]:
        return "told as both failed and voided"
    if first[FactKind.RETURNED] and not captured:
        return "returned before it was captured"
    if _decided_twice(known):
        return "told as a dispute both won and lost"
    if _dispute(known) and not captured:
        return "disputed before it was captured"
    refunded = sum(fact.amount for fact in known if fact.kind is FactKind.REFUNDED)
    if refunded and (captured is None or refunded > captured.amount):
        return "refunded more than was captured"
    made, declined = (
        {fact.detail for fact in known if fact.kind is kind}
        for kind in (FactKind.REFUNDED, FactKind.REFUND_DECLINED)
    )
    if made & declined - {""}:
        return "told of a refund as both made and declined"
    authorized = first[FactKind.AUTHORIZED]
    if captured and authorized and captured.amount != authorized.amount:
        return "captured another amount than was authorized"
    return ""
